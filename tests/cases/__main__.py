"""``python -m tests.cases [PATH ...]``: the cases by these policies; unsaid, by ``policies/``.

Exit status 1 if a firm case is wrong or missing, or an arguable one is wrong without a reason; or if
a policy cannot be read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.cases.judge import judge, scenarios
from tests.cases.model import documents
from tests.cases.report import passes, show
from tests.conftest import ROOT
from tosdsl import PolicyError
from tosdsl.cli.terminal import prepare


def main(arguments: Sequence[str]) -> int:
    prepare()
    whole = documents()
    try:
        judged = judge(whole, scenarios(*(arguments or [str(ROOT / "policies")])))
    except (PolicyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    show(whole, judged)
    return 0 if passes(judged) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
