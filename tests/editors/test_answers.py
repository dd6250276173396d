"""Each answer of the server: on shipped policies, a broken text, a vocabulary that is not saved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as t

from tests.editors.conftest import conversation
from tests.editors.talk import POLICIES, SHIPPED, Talk, edited, of, refused
from tosdsl.cli.main import main

pytestmark = pytest.mark.asyncio(loop_scope="module")

LITERATE = POLICIES / "elastic" / "license-2.0.tos.md"
ALL = t.Range(t.Position(0, 0), t.Position(100_000, 0))

VOCABULARY = """\
vocabulary shop
    "What a shop is asked."

type Size is one of
    small "that fits into a hand"
    large

party northwind "Northwind Traders"

fact size: Size "How large is it?"
fact research: boolean "Is it for research?"
"""

POLICY = """\
policy shop.terms
    title "Terms"
    provider northwind
    source "see https://shop.example/terms"
    default permit

use shop

forbid carrying at "1.2"
    "What is large is not carried."
    when size is large
    except research at "1.3"
        when research

scenario "a large box"
    given
        size: large
        research: no
    expect forbidden

scenario "a large box for research"
    given
        size: large
        research: yes
    expect permitted
"""


class Shop:
    """A vocabulary and a policy in buffers, neither of which is a file."""

    def __init__(self, talk: Talk, folder: Path) -> None:
        self.talk, self.client, self.folder = talk, talk.client, folder
        self.vocabulary = (folder / "vocabulary.tos").as_uri()
        self.policy = (folder / "terms.tos").as_uri()

    def close(self) -> None:
        for uri in list(self.talk.texts):
            self.talk.close(uri)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def buffers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    folder = tmp_path_factory.mktemp("shop")
    async for each in conversation([folder]):
        each.folder = folder  # type: ignore[attr-defined]  # where the buffers would be saved
        yield each


@pytest_asyncio.fixture(loop_scope="module")
async def shop(buffers: Talk) -> AsyncIterator[Shop]:
    made = Shop(buffers, buffers.folder)  # type: ignore[attr-defined]  # see above
    buffers.open(made.vocabulary, VOCABULARY)
    buffers.open(made.policy, POLICY)
    yield made
    made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shipped(talk: Talk) -> str:
    uri = SHIPPED.as_uri()
    talk.open(uri, SHIPPED.read_text(encoding="utf-8"))
    return uri


# --- what is told unasked ---------------------------------------------------------------------------


async def test_a_shipped_policy_has_no_problems(talk: Talk, shipped: str) -> None:
    assert await talk.problems(shipped) == []


async def test_a_vocabulary_that_is_not_saved_counts_for_another_buffer(shop: Shop) -> None:
    assert await shop.talk.problems(shop.policy) == []
    shop.talk.write(shop.vocabulary, VOCABULARY.replace("fact size", "fact bulk"))
    found = await shop.talk.problems(shop.policy, "TOS2001", "TOS4002", "TOS4002")
    assert "size" in found[0].message
    shop.talk.write(shop.vocabulary, VOCABULARY)
    assert await shop.talk.problems(shop.policy) == []


async def test_a_mistake_has_its_code_its_place_its_mend_and_its_page(shop: Shop) -> None:
    shop.talk.write(shop.policy, POLICY.replace("size is large", "size is lagre"))
    (found,) = await shop.talk.problems(shop.policy, "TOS2009")
    assert (found.range.start, found.range.end) == (t.Position(10, 17), t.Position(10, 22))
    assert found.severity == t.DiagnosticSeverity.Error
    assert "Did you mean `large`" in found.message
    assert found.code_description is not None
    page = Path(found.code_description.href.removeprefix("file://"))
    assert page.read_text(encoding="utf-8").startswith("# TOS2009")


async def test_a_scenario_that_does_not_hold_is_told_at_what_it_expects(shop: Shop) -> None:
    shop.talk.write(shop.policy, POLICY.replace("    expect permitted", "    expect forbidden"))
    (found,) = await shop.talk.problems(shop.policy, None)
    assert found.message.startswith("Expected forbidden, came permitted.")
    assert found.range.start == t.Position(24, 4)


async def test_the_linter_is_heard_after_a_pause(shop: Shop) -> None:
    shop.talk.write(shop.policy, POLICY.replace("when research", "when size is small", 1))
    codes = "TOS7004", None
    found = await shop.talk.problems(shop.policy, *codes)
    assert "changes nothing" in next(each for each in found if each.code == "TOS7004").message


async def test_a_property_that_fails_is_told(shop: Shop) -> None:
    claim = '\nproperty "nothing is forbidden"\n    expect never forbidden\n'
    shop.talk.write(shop.policy, POLICY + claim)
    (found,) = await shop.talk.problems(shop.policy, None)
    assert found.message.startswith("Expected never forbidden, came")


async def test_a_broken_file_that_is_read_is_told_of_though_it_is_not_open(shop: Shop) -> None:
    file = shop.folder / "vocabulary.tos"
    file.write_text(VOCABULARY.replace("fact size:", "fact size"), encoding="utf-8")
    shop.talk.close(shop.vocabulary)
    (found,) = await shop.talk.problems(file.as_uri(), "TOS1024")
    assert found.range.start.line == 9
    file.write_text(VOCABULARY, encoding="utf-8")
    event = t.FileEvent(file.as_uri(), t.FileChangeType.Changed)
    shop.client.workspace_did_change_watched_files(t.DidChangeWatchedFilesParams([event]))
    assert await shop.talk.problems(file.as_uri()) == []
    file.unlink()


async def test_a_text_past_a_limit_is_told_of_it(shop: Shop) -> None:
    shop.talk.write(shop.policy, "#" * (16 * 1024 * 1024 + 1))
    (found,) = await shop.talk.problems(shop.policy, "TOS5001")
    assert found.range.start.line == 0
    assert await shop.talk.hover(shop.policy, "#" * (16 * 1024 * 1024 + 1) + "|") == ""


async def test_a_text_that_is_in_no_file_is_checked(shop: Shop) -> None:
    uri = "untitled:Untitled-1"
    shop.talk.open(uri, "policy a.b\n    default permit\n\nforbid x\n    when missing\n")
    (found,) = await shop.talk.problems(uri, "TOS2001")
    assert found.range.start == t.Position(4, 9)


# --- what is asked ----------------------------------------------------------------------------------


async def test_hover_of_each_kind_of_name(shop: Shop) -> None:
    hover = shop.talk.hover
    assert "How large is it?" in await hover(shop.policy, "when si|ze is large")
    assert "that fits into a hand" in await hover(shop.vocabulary, 'sm|all "that')
    clause = await hover(shop.policy, "forbid carr|ying")
    assert clause.startswith("**forbid** `carrying` at `1.2`\n\nWhat is large is not carried.")
    assert "✓ a large box: forbidden" in clause
    assert "✓ a large box for research: permitted" in await hover(shop.policy, "except res|earch")
    assert "✓ forbidden" in await hover(shop.policy, 'scenario "a large| box"\n')
    assert "Northwind Traders" in await hover(shop.policy, "north|wind")
    assert await hover(shop.policy, "    |default permit") == ""


async def test_hover_tells_which_clauses_prevail(shop: Shop) -> None:
    more = "\npermit small_ones\n    when size is small\n    notwithstanding carrying\n"
    shop.talk.write(shop.policy, POLICY + more)
    shown = await shop.talk.hover(shop.policy, "permit small|_ones")
    assert "Prevails over: `shop.terms#carrying`" in shown
    shown = await shop.talk.hover(shop.policy, "forbid carr|ying")
    assert "Gives way to: `shop.terms#small_ones`" in shown


async def test_completion_is_by_type_also_in_a_broken_line(shop: Shop) -> None:
    shop.talk.write(shop.policy, POLICY.replace("size is large\n", "size is \n"))
    offered = await shop.talk.offered(shop.policy, "when size is |\n")
    assert list(offered)[:2] == ["small", "large"]
    assert "research" not in offered
    shop.talk.write(shop.policy, POLICY.replace("when size is large\n", "when size is large and re\n"))
    offered = await shop.talk.offered(shop.policy, "and re|\n")
    assert offered["research"].documentation == "Is it for research?"
    new = edited(shop.talk.texts[shop.policy], [offered["research"].text_edit])
    assert "when size is large and research\n" in new


async def test_completion_offers_a_fact_of_a_vocabulary_that_is_not_saved(shop: Shop) -> None:
    shop.talk.write(shop.vocabulary, VOCABULARY + 'fact brand_new: boolean "Is it new?"\n')
    shop.talk.write(shop.policy, POLICY.replace("when size is large\n", "when brand\n"))
    assert "brand_new" in await shop.talk.offered(shop.policy, "when brand|\n")


async def test_definition_leads_into_the_vocabulary(shop: Shop, talk: Talk, shipped: str) -> None:
    params = t.DefinitionParams(**shop.talk.place(shop.policy, "when si|ze is large"))
    (place,) = await shop.client.text_document_definition_async(params)
    assert (place.uri, place.range.start) == (shop.vocabulary, t.Position(9, 5))
    params = t.DefinitionParams(**talk.place(shipped, "user.a|ge < 18"))
    (place,) = await talk.client.text_document_definition_async(params)
    assert place.uri == (POLICIES / "ai_services.tos").as_uri()


async def test_references_are_found_in_all_files(talk: Talk, shipped: str) -> None:
    place = talk.place(shipped, "user.a|ge < 18")
    asked = t.ReferenceParams(context=t.ReferenceContext(True), **place)
    found = await talk.client.text_document_references_async(asked)
    files = {each.uri for each in found}
    assert len(files) > 5
    for each in found:
        lines = Path(each.uri.removeprefix("file://")).read_text(encoding="utf-8").split("\n")
        assert lines[each.range.start.line][each.range.start.character :].startswith("age")
    asked = t.ReferenceParams(context=t.ReferenceContext(False), **place)
    assert len(await talk.client.text_document_references_async(asked)) == len(found) - 1


async def test_a_name_is_changed_in_every_buffer_and_in_files(shop: Shop) -> None:
    other = shop.folder / "other.tos"
    other.write_text(POLICY.replace("shop.terms", "shop.other"), encoding="utf-8")
    changes = await shop.talk.rename(shop.policy, "when si|ze is large", "bulk")
    assert set(changes) == {shop.vocabulary, shop.policy, other.as_uri()}
    texts = {**shop.talk.texts, other.as_uri(): other.read_text(encoding="utf-8")}
    for uri, edits in changes.items():
        expected = texts[uri].replace("fact size", "fact bulk").replace("when size", "when bulk")
        assert edited(texts[uri], edits) == expected.replace("        size:", "        bulk:")
    other.unlink()


@pytest.mark.parametrize(
    ("place", "new", "why"),
    [
        ("when si|ze is large", "research", "cannot be called `research`"),
        ("when si|ze is large", "two words", "A name is letters, digits"),
        ("when si|ze is large", "not", "cannot be called `not`"),
        ("forbid carr|ying", "9lives", "A name is letters, digits"),
        ("    |default permit", "x", "Nothing that has a name stands here"),
        ('scenario "a large| box"\n', 'a "b"', "A title is a line"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(shop: Shop, place: str, new: str, why: str) -> None:
    with refused(why):
        await shop.talk.rename(shop.policy, place, new)


async def test_a_name_of_the_installed_library_is_not_changed(shop: Shop) -> None:
    text = POLICY.replace("use shop", "use ai_services").replace("size is large", "model.distributed")
    shop.talk.write(
        shop.policy, text.partition("\nscenario")[0].replace("when research", "when lawful")
    )
    with refused("which is in no open folder"):
        await shop.talk.rename(shop.policy, "when model.distr|ibuted", "spread")


async def test_the_outline_is_a_tree(shop: Shop) -> None:
    (unit,) = await shop.client.text_document_document_symbol_async(
        t.DocumentSymbolParams(of(shop.policy))
    )
    assert (unit.name, unit.detail) == ("shop.terms", "policy Terms")
    clause, *scenarios = unit.children
    assert (clause.name, clause.detail, clause.range.end.line) == ("carrying", "forbid 1.2", 12)
    assert [each.name for each in clause.children] == ["research"]
    assert [each.name for each in scenarios] == ["a large box", "a large box for research"]


async def test_what_has_several_lines_can_be_folded(shop: Shop) -> None:
    found = await shop.client.text_document_folding_range_async(t.FoldingRangeParams(of(shop.policy)))
    assert [(each.start_line, each.end_line) for each in found] == [
        *[(0, 24), (8, 12), (11, 12)],
        *[(14, 18), (20, 24)],
    ]


async def test_names_have_the_colour_of_their_kind(shop: Shop) -> None:
    params = t.SemanticTokensParams(of(shop.policy))
    data = (await shop.client.text_document_semantic_tokens_full_async(params)).data
    legend = shop.client.server_capabilities if hasattr(shop.client, "server_capabilities") else None
    line = column = 0
    found = {}
    lines = POLICY.split("\n")
    for at in range(0, len(data), 5):
        down, right, length, kind, declared = data[at : at + 5]
        line, column = line + down, right if down else column + right
        found[lines[line][column : column + length], kind] = declared
    assert legend is None or legend
    words = {word for word, _ in found}
    assert words == {"shop.terms", "northwind", "shop", "carrying", "size", "large", "research"}
    assert len({kind for word, kind in found if word == "research"}) == 2  # a fact and an exception


async def test_a_text_is_laid_out(shop: Shop, tmp_path: Path) -> None:
    untidy = POLICY.replace("    when size is large", "    when   size is   large   ")
    shop.talk.write(shop.policy, untidy)
    asked = t.DocumentFormattingParams(of(shop.policy), t.FormattingOptions(4, True))
    edits = await shop.client.text_document_formatting_async(asked)
    assert edited(untidy, edits) == POLICY
    assert len(edits) == 1
    shop.talk.write(shop.policy, untidy.replace("forbid", "forbit"))
    assert not await shop.client.text_document_formatting_async(asked)


async def test_a_quick_fix_mends(shop: Shop) -> None:
    wrong = POLICY.replace("size is large", "size is lagre")
    shop.talk.write(shop.policy, wrong)
    (problem,) = await shop.talk.problems(shop.policy, "TOS2009")
    asked = t.CodeActionParams(of(shop.policy), problem.range, t.CodeActionContext([problem]))
    first, *_ = await shop.client.text_document_code_action_async(asked)
    assert (first.title, first.is_preferred) == ("Write `large`.", True)
    assert edited(wrong, first.edit.changes[shop.policy]) == POLICY


async def test_lenses_tell_verdicts_and_who_reaches_what(shop: Shop) -> None:
    found = await shop.client.text_document_code_lens_async(t.CodeLensParams(of(shop.policy)))
    assert [(each.range.start.line, each.command.title) for each in found] == [
        (8, "1 scenario reaches this clause"),
        (8, "show a use in which it is in force"),
        (11, "1 scenario reaches this exception"),
        (11, "show a use in which it decides"),
        (14, "✓ forbidden: run"),
        (14, "why?"),
        (20, "✓ permitted: run"),
        (20, "why?"),
    ]
    for lens in found:
        shown = await shop.talk.command(lens.command.command, *lens.command.arguments)
        assert shown["text"]


async def test_inlays_show_verdicts_and_what_came_instead(shop: Shop) -> None:
    shop.talk.write(shop.policy, POLICY.replace("    expect permitted", "    expect forbidden"))
    found = await shop.client.text_document_inlay_hint_async(t.InlayHintParams(of(shop.policy), ALL))
    assert [(each.position.line, each.label) for each in found] == [
        (14, "✓ forbidden"),
        (20, "✗ permitted"),
        (24, "✗ came permitted"),
    ]


async def test_commands_give_what_the_command_line_gives(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop.folder / "terms.tos").write_text(POLICY, encoding="utf-8")
    (shop.folder / "vocabulary.tos").write_text(VOCABULARY, encoding="utf-8")
    main(["coverage", str(shop.folder / "terms.tos")])
    printed = capsys.readouterr().out.rstrip("\n")
    shown = await shop.talk.command("tosdsl.coverage", shop.policy)
    assert shown["text"].replace(" ", "") == printed.replace(" ", "")
    assert shown["data"]["schema"] == "tosdsl.coverage/1"
    shown = await shop.talk.command("tosdsl.run", shop.policy)
    assert shown["text"].endswith("2 of 2 hold")
    assert (shown["data"]["schema"], shown["data"]["held"]) == ("tosdsl.test/1", 2)
    shown = await shop.talk.command("tosdsl.why", shop.policy, "a large box")
    assert shown["text"].startswith("FORBIDDEN  a large box")
    assert shown["data"]["verdict"] == "forbidden"
    shop.talk.write(shop.policy, POLICY.replace("size is large", "size is small"))
    shown = await shop.talk.command("tosdsl.changes", shop.policy)
    assert "\nLoosened\n" in shown["text"]
    assert shown["data"]["schema"] == "tosdsl.diff/1"
    for file in shop.folder.iterdir():
        file.unlink()


async def test_a_use_that_is_shown_is_a_scenario_that_holds(shop: Shop) -> None:
    for id_ in ("carrying", "carrying.research"):
        shown = await shop.talk.command("tosdsl.use", shop.policy, f"shop.terms#{id_}")
        shop.talk.write(shop.policy, POLICY + "\n" + shown["text"])
        run = await shop.talk.command("tosdsl.run", shop.policy)
        assert run["text"].endswith("3 of 3 hold")
    with refused("There is no clause"):
        await shop.talk.command("tosdsl.use", shop.policy, "shop.terms#nothing")
    with refused("There is no scenario"):
        await shop.talk.command("tosdsl.why", shop.policy, "nothing")
    with refused("takes the URI of a text"):
        await shop.talk.command("tosdsl.why")


async def test_the_hierarchy_goes_along_exceptions_and_precedence(shop: Shop) -> None:
    more = (
        "\nexception tiny\n    when size is small\n"
        "\npermit small_ones\n    when size is small\n    notwithstanding carrying\n    except tiny\n"
    )
    shop.talk.write(shop.policy, POLICY + more)

    async def around(marked: str) -> tuple[list[str], list[str]]:
        asked = t.CallHierarchyPrepareParams(**shop.talk.place(shop.policy, marked))
        (item,) = await shop.client.text_document_prepare_call_hierarchy_async(asked)
        ins = await shop.client.call_hierarchy_incoming_calls_async(
            t.CallHierarchyIncomingCallsParams(item)
        )
        outs = await shop.client.call_hierarchy_outgoing_calls_async(
            t.CallHierarchyOutgoingCallsParams(item)
        )
        return [each.from_.name for each in ins], [each.to.name for each in outs]

    assert await around("forbid carr|ying") == (["carrying.research", "small_ones"], [])
    assert await around("except res|earch") == ([], ["carrying"])
    assert await around("permit sm|all_ones") == (["tiny"], ["carrying"])
    assert await around("exception ti|ny") == ([], ["small_ones"])


async def test_a_source_is_a_link(shop: Shop) -> None:
    (link,) = await shop.client.text_document_document_link_async(t.DocumentLinkParams(of(shop.policy)))
    assert link.target == "https://shop.example/terms"
    start, end = link.range.start, link.range.end
    assert POLICY.split("\n")[start.line][start.character : end.character] == link.target


async def test_symbols_of_all_files_are_found_by_some_of_their_letters(talk: Talk, shop: Shop) -> None:
    found = await talk.client.workspace_symbol_async(t.WorkspaceSymbolParams("competingmodels"))
    assert {each.name for each in found} >= {"competing_models"}
    assert len({each.location.uri for each in found}) > 2
    found = await shop.client.workspace_symbol_async(t.WorkspaceSymbolParams("carry"))
    assert [(each.name, each.container_name) for each in found] == [("carrying", "shop.terms")]


# --- literate texts -----------------------------------------------------------------------------------


async def test_a_literate_text_is_as_any_other(talk: Talk) -> None:
    uri, text = LITERATE.as_uri(), LITERATE.read_text(encoding="utf-8")
    talk.open(uri, text, "markdown")
    assert await talk.problems(uri) == []
    lines = text.split("\n")
    asked = t.DocumentSymbolParams(of(uri))
    words, unit = await talk.client.text_document_document_symbol_async(asked)
    assert (words.name, unit.name) == ("elastic_words", "elastic.license")
    section = next(each for each in unit.children if each.children)
    for part in [*words.children, *unit.children, *section.children]:
        line = lines[part.selection_range.start.line]
        assert line[part.selection_range.start.character :].startswith(part.name)
        assert not any(
            each.startswith("```") for each in lines[part.range.start.line : part.range.end.line]
        )
    clause = section.children[0]
    line = lines[clause.selection_range.start.line]
    assert f"`{clause.name}`" in await talk.hover(uri, line.replace(clause.name, f"{clause.name}|"))
    lenses = await talk.client.text_document_code_lens_async(t.CodeLensParams(of(uri)))
    assert any(each.command.title.startswith("✓") for each in lenses)
    start = unit.selection_range.start.line
    wrong = "\n".join([*lines[: start + 1], "    defualt permit", *lines[start + 1 :]])
    talk.write(uri, wrong)
    found = await talk.problems(uri, "TOS1012", "TOS1021", "TOS6015", "TOS6015")
    assert t.Position(start + 1, 4) in [each.range.start for each in found]
    talk.close(uri)
