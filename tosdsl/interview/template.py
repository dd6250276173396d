"""The facts that policies read as a facts document in YAML, ready to be filled in.

Everything in it is unknown, so it is valid as it stands. A question is a comment above its fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from attrs import define

from tosdsl.base.visible import visible
from tosdsl.engine.presuming import Filled
from tosdsl.facade import PolicySet
from tosdsl.interview.forms import form, meanings
from tosdsl.interview.reads import Asked, facts_read
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.uses import value_text

_WIDTH = 100
_MOST_CLAUSES = 3
"""Clauses that are named beside a fact; of more it is said how many they are."""
_HEAD = """\
# What {asked} asks of a use: {count}.
# Nothing behind the colon means: not known. Fill in what is known, and leave the rest.
"""


def template(
    policies: PolicySet,
    part: str | None = None,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
) -> str:
    """A facts document with the facts that policies read, or a clause or section of them.

    ``part`` and the days are as for ``facts_read``. Raises PolicyError.
    """
    found = facts_read(policies, part, as_of=as_of, known_at=known_at)
    asked = name_of(policies, part)
    count = f"{len(found)} fact{'' if len(found) == 1 else 's'}"
    lines = [_HEAD.format(asked=asked, count=count)]
    lines.append("use:  # a title, for whoever reads the decision")
    lines.append(f"as_of: {as_of or ''} # the day of the use, such as 2024-01-31")
    lines.append("facts:" if found else "facts: {}  # none: the answer is the same for every use")
    answering = policies.predicates.presuming_on(as_of, known_at)
    presumed = {each.fact: each for one in answering for each in one.presumed(Use())}
    parties = [each.name for each in policies.vocabulary.parties]
    work = _Template({each.leaf.path: each for each in found}, parties, presumed)
    lines += work.facts(policies.vocabulary.facts, "", "  ")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def name_of(policies: PolicySet, part: str | None) -> str:
    """What is asked about, by its ids."""
    names = [versions[0].id for versions in policies.choices.asked]
    asked = part if part is not None and "#" in part else " and ".join(names)
    return f"{asked}#{part}" if part is not None and "#" not in part else asked


@define
class _Template:
    found: dict[str, Asked]
    parties: Sequence[str]
    presumed: Mapping[str, Filled]
    """What is presumed: its line is a comment, since a fact with nothing behind it is unknown."""

    def facts(self, several: Sequence[v.Field], around: str, pad: str) -> Iterator[str]:
        for each in several:
            path = f"{around}{each.name}"
            if isinstance(each.type, v.Record):
                below = [*self.facts(each.type.fields, f"{path}.", f"{pad}  ")]
                if below:
                    yield from comment(each.question, pad)
                    said = any(line.strip() and line.strip()[0] != "#" for line in below)
                    yield f"{pad}{'' if said else '# '}{each.name}:"
                    yield from below
            elif path in self.found:
                asked = self.found[path]
                yield ""
                yield from comment(asked.leaf.question, pad)
                yield from self._how(each.type, asked.leaf.judged, pad)
                yield from comment(f"Asked by {named_clauses(asked.clauses)}.", pad)
                presumed = self.presumed.get(path)
                if presumed is not None:
                    yield from comment(_presumption(presumed, each.type), pad)
                yield f"{pad}{'' if presumed is None else '# '}{each.name}:"
                yield from self._items(each.type, asked.fields, pad)

    def _how(self, kind: v.Type, judged: bool, pad: str) -> Iterator[str]:
        words = form(kind, self.parties)
        yield from comment(words[0].upper() + words[1:] + ".", pad)
        for member, text in meanings(kind):
            if text is not None:
                yield from comment(f"{member}: {text}", pad, "  ")
        if judged:
            yield from comment("A judgement: somebody has to decide it.", pad)

    def _items(self, kind: v.Type, read: frozenset[str], pad: str) -> Iterator[str]:
        """An item of a list of records, as a comment that can be made a line."""
        kind = v.bare(kind)
        if not isinstance(kind, v.ListOf) or not isinstance(kind.item, v.Record):
            return
        leaves = v.Vocabulary("", facts=kind.item.fields).leaves()
        chosen = [each for each in leaves if any(_reads(each.path, path) for path in read)]
        for number, leaf in enumerate(chosen):
            judged = " A judgement." if leaf.judged else ""
            asked = f"{visible(leaf.question)} " if not leaf.question.startswith("What is ") else ""
            begin = "- " if not number else "  "
            yield f"{pad}# {begin}{leaf.path}:  # {asked}({form(leaf.type, self.parties)}){judged}"


def _presumption(found: Filled, kind: v.Type) -> str:
    by, at = found.said.by, f' at "{found.said.at}"' if found.said.at else ""
    value = value_text(found.value, kind)
    return f"Presumed to be {value}, by {by}{at}. Take the # away to say it."


def _reads(path: str, read: str) -> bool:
    return path == read or read.startswith(f"{path}.") or path.startswith(f"{read}.")


def named_clauses(several: tuple[str, ...]) -> str:
    """Some clauses that read a fact, in words."""
    shown = [*several[:_MOST_CLAUSES]]
    if len(several) > _MOST_CLAUSES:
        shown.append(f"{len(several) - _MOST_CLAUSES} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def comment(text: str | None, pad: str, indent: str = "") -> Iterator[str]:
    """Words as comments, broken at spaces."""
    line = ""
    for word in visible(text or "").split():
        if line and len(pad) + len(line) + len(word) + len("#  ") > _WIDTH:
            yield f"{pad}# {line}"
            line = "  "
        line = f"{line} {word}" if line else indent + word
    if line:
        yield f"{pad}# {line}"
