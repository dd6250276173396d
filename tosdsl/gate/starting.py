"""A ``gate.yaml`` to begin with: every fact that can decide, with its question, to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tosdsl.facade import PolicySet
from tosdsl.facts.read import expected
from tosdsl.gate.deciding import digest_of
from tosdsl.gate.problem import facts_of, needs_of
from tosdsl.gate.suggesting import suggestion
from tosdsl.trees import vocabulary as v

_HEAD = """\
# A gate for {names}. `tosdsl gate check` says what is missing.
policies:
  active: {active}
  {pinned}digest: "{digest}"{why}

# Who asks: where a request says it, and the file with one row for each of them.
# `required: true` answers 401 to whoever has no row in it; without it they are strangers to the terms,
# and get what these permit to everybody.
# subject: {{from: header.authorization, strip: "Bearer ", register: customers.yaml, required: true}}

{as_of}

log: {{to: decisions.jsonl, rest: hashed}}

# fact: where it comes from. A source is header.NAME, query.NAME, path, path.1, method, body.KEY,
# client.address, register.KEY, counter.NAME, or {{const: VALUE}}. What has none stays unknown, and an
# unknown opens nothing. Take the # away from the last line of each that you can answer.
facts:
"""


def skeleton(words: Sequence[str], policies: PolicySet, day: date, *, fixed: bool = False) -> str:
    """The text. It is a right mapping as it stands: each fact is listed under ``unknown``. ``fixed``:
    the gate decides as of that day, and not as of today."""
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}
    needs = facts_of(needs_of(policies.decide({}, as_of=day), presuming=False))
    active = words[0] if len(words) == 1 else f"[{', '.join(words)}]"
    own = any(word.endswith(".tos") or "/" in word for word in words)
    names, pinned = ", ".join(words), "# " if own else ""
    why = " # once they are final: nothing else is put to work then" if own else ""
    today = f"as_of: {day}" if fixed else "as_of: clock"
    head = {"as_of": today, "names": names, "active": active, "pinned": pinned, "why": why}
    lines = [_HEAD.format(digest=digest_of(policies), **head)]
    for need in needs:
        leaf = leaves.get(need.fact)
        judged = ", a judgement" if need.judged else ""
        wanted = expected(leaf.type) if leaf is not None else "a value"
        lines.append(f"  # {need.question}\n  # {wanted}{judged}{_members(leaf)}")
        lines.append(f"  # {need.fact}: {suggestion(need.fact, leaf)}\n")
    lines.append("# What no source is needed for. Take a fact out of this list when it has one.")
    lines.append("unknown:" if needs else "unknown: []")
    lines += [f"  - {need.fact}" for need in needs]
    return "\n".join(lines) + "\n"


def _members(leaf: v.Leaf | None) -> str:
    bare = v.bare(leaf.type) if leaf is not None else None
    bare = bare.item if isinstance(bare, v.ListOf) else bare
    return f": {', '.join(bare.members)}" if isinstance(bare, v.Enum) else ""
