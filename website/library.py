"""The library as pages: a page for a provider, and for each version of a document.

Everything on them comes of the program: the rows of ``tosdsl/studio/reading.py`` (law beside code), the
scenarios as they run, coverage of law, and what ``tosdsl diff`` says of two versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from attrs import field, frozen

from tosdsl.analysis.diff import diff
from tosdsl.analysis.markdown import code, plain
from tosdsl.analysis.report import diff_markdown
from tosdsl.language.tested import sets_of
from tosdsl.studio import filled, reading
from tosdsl.studio.desk import Desk, Look
from tosdsl.testing.coverage.measure import measure
from tosdsl.testing.coverage.report import percent
from website.examples import Example
from website.navigation import Nav
from website.pages import Pages, up

HOME = "library"
_DOES = {"forbid": "Forbids", "permit": "Permits", "require": "Requires"}
_HEADING = re.compile(r"^#(?=##)", re.MULTILINE)
"""What is too deep by one: on a page of its own, a change is a chapter."""

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_TEXTS = "tosdsl/"
"""How the places of shipped texts begin; in the checkout they stand in ``policies/``."""


@frozen
class Version:
    """A version of a document, and the page that it has."""

    look: Look
    data: Mapping[str, Any]
    page: str
    dated: str = field(kw_only=True)
    """What tells it apart from the other versions of its document."""

    @property
    def source(self) -> dict[str, str]:
        """What the studio calls it."""
        return {key: self.data[key] for key in ("id", "version", "recorded")}

    @property
    def file(self) -> str:
        """Its text, in the checkout."""
        return f"policies/{self.look.name.removeprefix(_TEXTS)}"


def write(pages: Pages) -> Nav:
    """All pages. Returns their navigation."""
    desk = Desk()
    listed = reading.library(desk)
    shelf = sorted(listed, key=lambda each: (str(each["provider"]), str(each["title"])))
    nav: Nav = [f"{HOME}/index.md"]
    rows: list[str] = []
    for provider, several in groupby(shelf, lambda each: str(each["provider"])):
        documents = [[*_versions(desk, provider, each)] for each in several]
        pages.put(f"{HOME}/{provider}/index.md", _provider(provider, documents))
        inner: Nav = [f"{HOME}/{provider}/index.md"]
        for versions in documents:
            inner.append({str(versions[0].data["title"]): _document(pages, versions)})
        nav.append({provider: inner})
        rows.append(_shelf(provider, documents))
    pages.put(f"{HOME}/index.md", _index(rows))
    return nav


def _versions(desk: Desk, provider: str, listed: Mapping[str, Any]) -> Iterator[Version]:
    """The newest first: it has the page of the document."""
    names = [str(each["version"]) for each in listed["versions"]]
    for number, each in enumerate(listed["versions"]):
        look = desk.look({"id": listed["id"], **each})
        (data,) = reading.document(look)
        name = str(each["version"] or "undated")
        dated = f"{name}, recorded {each['recorded']}" if names.count(name) > 1 else name
        file = dated.replace(", recorded ", "-recorded-")
        page = f"{HOME}/{provider}/{listed['id']}/{'index' if number == 0 else file}.md"
        yield Version(look, data, page, dated=dated)


# --- lists -------------------------------------------------------------------------------------------


def _index(rows: Iterable[str]) -> str:
    head = (
        "# The library\n\n"
        "Terms of service as they ship with the program: restated in our own words, clause by clause, "
        "each with its place in the document, and with scenarios that say what must come of a use. "
        "What stands here is worked out by the program. It is no legal advice.\n\n"
        "| provider | documents | versions | clauses | scenarios |\n|---|---|---:|---:|---:|\n"
    )
    return head + "".join(rows)


def _shelf(provider: str, documents: Sequence[Sequence[Version]]) -> str:
    every = [each for versions in documents for each in versions]
    titles = "<br>".join(plain(str(versions[0].data["title"])) for versions in documents)
    clauses = sum(_count(each) for each in every)
    scenarios = sum(int(each.data["scenarios"]) for each in every)
    name = f"[{plain(provider)}]({provider}/index.md)"
    return f"| {name} | {titles} | {len(every)} | {clauses} | {scenarios} |\n"


def _count(version: Version) -> int:
    return sum(1 for row in version.data["rows"] if row["kind"] == "clause")


def _provider(provider: str, documents: Sequence[Sequence[Version]]) -> str:
    lines = [f"# {plain(provider)}", ""]
    for versions in documents:
        newest = versions[0]
        lines += [f"## [{plain(str(newest.data['title']))}]({_beside(newest)})", ""]
        table = _table(versions, f"{HOME}/{provider}/index.md")
        lines += [_leading(newest.data["notes"]), "", *table, ""]
    return "\n".join(lines) + "\n"


def _beside(version: Version) -> str:
    return "/".join(version.page.split("/")[2:])


def _leading(notes: Sequence[str]) -> str:
    return plain(notes[0]) if notes else ""


def _table(versions: Sequence[Version], where: str) -> Iterator[str]:
    """The versions of a document, with links from the page ``where``."""
    yield "| version | in force | recorded | clauses | scenarios |"
    yield "|---|---|---|---:|---:|"
    for each in versions:
        link = f"{up(where)}{each.page}"
        counts = f"{_count(each)} | {each.data['scenarios']}"
        days = f"{_whole(_days(each.data))} | {_whole(each.data['recorded'] or '—')}"
        yield f"| [{_whole(plain(each.dated))}]({link}) | {days} | {counts} |"


def _whole(text: str) -> str:
    """The text with its days, none of which is broken at a hyphen."""
    return _DAY.sub(r'<span class="day">\g<0></span>', text)


def _days(data: Mapping[str, Any]) -> str:
    since = f"from {data['from']}" if data["from"] else ""
    until = f"until {data['until']}" if data["until"] else ""
    return " ".join(filter(None, (since, until))) or "—"


# --- a document -------------------------------------------------------------------------------------


def _document(pages: Pages, versions: Sequence[Version]) -> Any:
    """The pages of a document. Returns the newest, or all of them with what changed."""
    for each in versions:
        pages.put(each.page, _version(pages, each, versions))
    if len(versions) == 1:
        return versions[0].page
    changes = f"{versions[0].page.rpartition('/')[0]}/changes.md"
    pages.put(changes, _changes(versions))
    older: Nav = [{f"Version {each.dated}": each.page} for each in versions[1:]]
    return [versions[0].page, {"What changed": changes}, *older]


def _version(pages: Pages, mine: Version, versions: Sequence[Version]) -> str:
    data = mine.data
    name = f", {plain(mine.dated)}" if len(versions) > 1 else ""
    lines = [f"# {plain(str(data['title']))}{name}", "", *_head(pages, mine), ""]
    for note in data["notes"]:
        lines += [plain(str(note)), ""]
    if len(versions) > 1:
        changes = f"{up(mine.page)}{versions[0].page.rpartition('/')[0]}/changes.md"
        lines += ["## Versions", "", *_table(versions, mine.page), ""]
        lines += [f"[What changed between them]({changes}), as `tosdsl diff` finds it.", ""]
    lines += ["## Clauses", "", _default(str(data["default"])), ""]
    for row in data["rows"]:
        lines += [*_row(mine, row), ""]
    lines += [*_scenarios(mine), "", *_coverage(mine)]
    return "\n".join(lines) + "\n"


def _head(pages: Pages, mine: Version) -> Iterator[str]:
    data = mine.data
    source = str(mine.look.policies.choices.asked[0][0].source or "")
    where = f"<{data['source']}>" if data["source"] else plain(source) or "—"
    text = pages.link(mine.page, mine.file)
    yield "| | |\n|---|---|"
    yield f"| version | {plain(mine.dated)} |"
    yield f"| in force | {_days(data)} |"
    yield f"| recorded | {data['recorded'] or '—'} |"
    yield f"| source | {where} |"
    yield f"| as code | [{code(mine.file)}]({text}), asked as {code(str(data['id']))} |"
    yield ""
    read = {"v": "read", "d": mine.source}
    yield f'<p class="tries">{_try(mine, read, "Read it in the studio")}{_ask(mine)}</p>'


def _ask(mine: Version) -> str:
    return _try(mine, {"v": "ask", "d": mine.source}, "Ask about a use")


def _try(mine: Version, state: Mapping[str, Any], words: str) -> str:
    link = Example(mine.page, 0, state).fragment
    return f'<a class="try" href="{up(mine.page)}studio/{link}">{plain(words)}</a>'


def _default(default: str) -> str:
    return {
        "permit": "What no clause forbids is permitted.",
        "forbid": "What no clause permits is forbidden.",
    }.get(default, "Of what no clause speaks, nothing is said.")


def _row(mine: Version, row: Mapping[str, Any]) -> Iterator[str]:
    title = plain(str(row.get("id", "")).replace("_", " "))
    at = plain(str(row.get("at") or ""))
    place = f'<span class="at">{at}</span> ' if at and at.lower() != title.lower() else ""
    match row["kind"]:
        case "section":
            yield f"### {place}{plain(str(row['text'] or title))}"
            yield ""
            if row["scope"]:
                yield f"Applies where {code(row['scope'])}.\n"
            if row["default"] != mine.data["default"]:
                yield _default(row["default"])
        case "other":
            when = f" when {code(row['when'])}" if row.get("when") else ""
            yield f"* {place}{plain(str(row['text']))}{when}"
        case "definition":
            yield f"#### {place}{title} {{ #define-{row['id']} }}"
            yield ""
            yield '<span class="does define">Defines</span>'
            yield from _told(row)
            yield f"\n{code(str(row['when']))}\n"
            yield from _exceptions(row["exceptions"], 0)
            yield from _code(row)
        case _:
            yield f"#### {place}{title} {{ #{row['id']} }}"
            yield ""
            yield f'<span class="does {row["modality"]}">{_DOES[row["modality"]]}</span>'
            yield from _told(row)
            yield ""
            yield from _clause(row)
            yield from _reached(mine, str(row["id"]))
            yield from _code(row)


def _told(row: Mapping[str, Any]) -> Iterator[str]:
    if row["text"]:
        yield f'<span class="law">{plain(str(row["text"]))}</span>'


def _clause(row: Mapping[str, Any]) -> Iterator[str]:
    if row["must"]:
        bearer, deadline = row["bearer"], row["deadline"]
        who = f"The {plain(bearer)} must see to it that" if bearer else "It must be that"
        yield f"{who} {code(row['must'])}{', ' + plain(deadline) if deadline else ''}.\n"
    yield f"When {code(row['when'])}.\n" if row["when"] else "In every case.\n"
    for each in row["provided"]:
        yield f"Provided that {code(each)}.\n"
    yield from _exceptions(row["exceptions"], 0)


def _exceptions(several: Iterable[Mapping[str, Any]], depth: int) -> Iterator[str]:
    shift = "    " * depth
    for each in several:
        place = f'<span class="at">{plain(str(each["at"]))}</span> ' if each["at"] else ""
        name = plain(str(each["id"]).rpartition(".")[2].replace("_", " "))
        text = f" {plain(each['text'])}" if each["text"] else ""
        provided = "".join(f" Provided that {code(one)}." for one in each["provided"])
        yield f"{shift}* Except {place}**{name}**.{text} When {code(each['when'])}.{provided}"
        yield from _exceptions(each["exceptions"], depth + 1)
    if not depth:
        yield ""


def _reached(mine: Version, id_: str) -> Iterator[str]:
    """What is above it, and the scenarios that put it in force."""
    found = reading.clause(mine.look, str(mine.data["id"]), id_)
    for key, words in (("defeated_by", "Gives way to"), ("defeats", "Prevails over")):
        if found[key]:
            yield f"{words} {', '.join(code(each) for each in found[key])}.\n"
    titles = found["reached"].get(id_, [])
    if not titles:
        yield "No scenario puts it in force.\n"
        return
    told = "1 scenario puts" if len(titles) == 1 else f"{len(titles)} scenarios put"
    yield f'??? scenario "{told} it in force"'
    yield ""
    for title in titles:
        verdict = found["scenarios"][title]["verdict"]
        yield f"    * {_verdict(str(verdict))} {plain(title)}"
    yield ""


def _code(row: Mapping[str, Any]) -> Iterator[str]:
    if row["code"]:
        yield f'??? code "As code"\n\n    ``````{{.tos}}\n{_shifted(row["code"]["text"])}\n    ``````\n'


def _shifted(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def _verdict(verdict: str) -> str:
    return f'<span class="verdict {verdict}">{plain(verdict.replace("_", " "))}</span>'


# --- what was tried ---------------------------------------------------------------------------------


def _scenarios(mine: Version) -> Iterator[str]:
    results = mine.look.tested.results
    held = sum(1 for each in results if each.held)
    yield f"## Scenarios\n\n{held} of {len(results)} hold.\n"
    yield "| verdict | use | |\n|---|---|---|"
    for each in results:
        use = filled.from_scenario(mine.look, each.title)
        state = {"v": "ask", "d": mine.source, "u": use}
        told = _verdict(str(each.verdict or each.outcome))
        link = _try(mine, state, "Ask it")
        yield f"| {told} | {plain(each.title)}{'' if each.held else ' (does not hold)'} | {link} |"


def _coverage(mine: Version) -> Iterator[str]:
    found = measure(sets_of(mine.look.checked))
    met, all_ = found.total()
    yield f"## Coverage of law\n\nThe scenarios have shown {met} of {all_}, {percent(met, all_)}.\n"
    yield "| what | shown | of |\n|---|---:|---:|"
    for kind, (some, every) in found.totals().items():
        yield f"| {plain(kind)} | {some} | {every} |"
    missing = [goal for document in found.documents for goal in document.missing()]
    if missing:
        yield "\nNot shown:\n"
    for goal in missing:
        yield f"* {code(goal.subject)}: {plain(goal.seen)}. {plain(goal.use)}"


def _changes(versions: Sequence[Version]) -> str:
    """Each version against the one before, by ``tosdsl diff``."""
    title = plain(str(versions[0].data["title"]))
    lines = [f"# What changed: {title}", ""]
    lines += ["The newest change first. Each class of uses that changes stands once.", ""]
    for new, old in pairwise(versions):
        before, after = old.look.policies, new.look.policies
        found = diff(before.at(None, None), after.at(None, None))
        text = diff_markdown(found, found.facts, (old.dated, new.dated))
        lines += [_HEADING.sub("", text).replace("<details>", '<details markdown="1">'), ""]
    return "\n".join(lines)
