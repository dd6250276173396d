"""The one list of diagnostic codes: what each says, and how it is mended.

1xxx the text, 2xxx names and types, 3xxx provisions, 4xxx facts, 5xxx limits, 6xxx the library,
7xxx what a policy says and may not mean, 8xxx gates.
``says`` and ``mend`` are one sentence each; the words in braces come with the diagnostic. A code,
once released, keeps its meaning; a code that is no longer used is not given out again.
"""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry as Entry
from tosdsl.diagnostics.of_gates import OF_GATES
from tosdsl.diagnostics.of_meaning import OF_MEANING
from tosdsl.diagnostics.of_policies import OF_POLICIES
from tosdsl.diagnostics.of_texts import OF_TEXTS
from tosdsl.diagnostics.of_uses import OF_USES

CATALOGUE: dict[str, Entry] = {
    entry.code: entry for entry in (*OF_TEXTS, *OF_POLICIES, *OF_USES, *OF_MEANING, *OF_GATES)
}
