"""A load from the cache is the load itself, until anything that it read has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import tosdsl
from tests.conftest import ROOT
from tosdsl.cache.codec import Reader, Unwritable, Writer
from tosdsl.cache.image import Image
from tosdsl.cache.lazy import Stored
from tosdsl.cache.loads import Entry
from tosdsl.trees import norms as n

WORDS = """\
vocabulary words
fact exported: boolean
fact users: integer
"""

POLICY = """\
policy shop.terms
    version "1"
    default permit

use words

forbid export
    when exported
    except few
        when users < 10

scenario "few users"
    given
        exported: true
        users: 3
    expect permitted
"""

TWIN = POLICY.replace('version "1"', 'version "2"\n    effective from 2024-01-01')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy and, beside it, its vocabulary; a cache of its own."""
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "texts"
    made.mkdir()
    (made / "words.tos").write_text(WORDS)
    (made / "shop.tos").write_text(POLICY)
    return made


def is_kept(*words: str) -> bool:
    return Entry.of_words(words).image is not None


def loaded(*words: str) -> tuple[tosdsl.PolicySet, bool]:
    """The policies, and whether they came from the cache."""
    kept = is_kept(*words)
    return tosdsl.load(*words), kept


def test_the_second_load_is_the_first(folder: Path) -> None:
    file = str(folder / "shop.tos")
    first, cold = loaded(file)
    second, warm = loaded(file)
    assert (cold, warm) == (False, True)
    assert second == first
    assert second.sources == first.sources
    facts = {"exported": True, "users": 20}
    assert second.decide(facts).to_json() == first.decide(facts).to_json()
    assert second.verdict(facts) is tosdsl.Verdict.FORBIDDEN
    assert [use for _, _, use in second.scenarios()] == [use for _, _, use in first.scenarios()]


def test_versions_are_chosen_from_the_cache(folder: Path) -> None:
    (folder / "twin.tos").write_text(TWIN)
    first, cold = loaded(str(folder))
    second, warm = loaded(str(folder))
    assert (cold, warm) == (False, True)
    for day in (None, date(2023, 1, 1), date(2024, 2, 1)):
        assert second.at(day, None) == first.at(day, None)
        chosen = second.at(day, None).documents[0].policy
        assert chosen.version == first.at(day, None).documents[0].policy.version
        assert any(chosen is each for each in second.choices.asked[0])


def test_warnings_are_those_of_the_load(folder: Path) -> None:
    (folder / "shop.tos").write_text(POLICY.replace("default permit", "default forbid"))
    first, cold = loaded(str(folder))
    second, warm = loaded(str(folder))
    assert (cold, warm) == (False, True)
    assert [each.code for each in second.warnings] == ["TOS3010"]
    assert second.warnings == first.warnings
    assert second.warnings[0].to_json() == first.warnings[0].to_json()


def _edit(folder: Path) -> None:
    (folder / "shop.tos").write_text(POLICY.replace("users < 10", "users < 11"))


def _edit_in_its_time(folder: Path) -> None:
    file = folder / "shop.tos"
    state = file.stat()
    file.write_text(POLICY.replace("users < 10", "users < 99"))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def _edit_words(folder: Path) -> None:
    (folder / "words.tos").write_text(WORDS + "fact more: boolean\n")


def _new_neighbour(folder: Path) -> None:
    (folder / "more.tos").write_text(WORDS.replace("words", "other"))


def _new_below(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "more.tos").write_text(WORDS.replace("words", "other"))


def _file_for_folder(folder: Path) -> None:
    (folder / "words.tos").rename(folder / "moved.tos")


@pytest.mark.parametrize(
    "change",
    [_edit, _edit_in_its_time, _edit_words, _new_neighbour, _new_below, _file_for_folder],
)
@pytest.mark.parametrize("word", ["shop.tos", ""])
def test_whatever_was_read_may_not_have_changed(
    folder: Path, change: Callable[[Path], None], word: str
) -> None:
    asked = str(folder / word)
    tosdsl.load(asked)
    assert is_kept(asked)
    change(folder)
    assert not is_kept(asked)
    changed = tosdsl.load(asked)
    assert is_kept(asked)
    assert tosdsl.load(asked) == changed


def test_an_edit_is_seen_and_undone(folder: Path) -> None:
    asked = str(folder / "shop.tos")
    facts = {"exported": True, "users": 10}
    assert tosdsl.load(asked).verdict(facts) is tosdsl.Verdict.FORBIDDEN
    _edit(folder)
    assert tosdsl.load(asked).verdict(facts) is tosdsl.Verdict.PERMITTED
    (folder / "shop.tos").write_text(POLICY)
    assert tosdsl.load(asked).verdict(facts) is tosdsl.Verdict.FORBIDDEN


def test_a_file_that_takes_the_name_of_an_id_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    tosdsl.load("openai.business_terms")
    assert is_kept("openai.business_terms")
    (folder / "openai.business_terms").write_text(WORDS + POLICY)
    assert not is_kept("openai.business_terms")


def test_an_entry_is_of_the_folder_from_which_names_are_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    _edit(other)
    monkeypatch.chdir(folder)
    first = tosdsl.load("shop.tos")
    monkeypatch.chdir(other)
    assert not is_kept("shop.tos")
    assert tosdsl.load("shop.tos") != first


@pytest.mark.parametrize("word", [".", "./", "../texts", "shop.tos", "./shop.tos", "below/..", ""])
def test_however_a_path_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    (folder / "below").mkdir()
    monkeypatch.chdir(folder)
    first, cold = loaded(word)
    second, warm = loaded(word)
    assert (cold, warm) == (False, True)
    assert second == first
    assert second.sources == first.sources
    assert second.choices.asked[0][0].span == first.choices.asked[0][0].span


def test_a_package_that_is_installed_later_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tosdsl.load("openai.business_terms")
    assert is_kept("openai.business_terms")
    site = folder.parent / "site"
    (site / "aardvark-1.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(site))
    assert is_kept("openai.business_terms")
    (site / "aardvark-1.dist-info" / "METADATA").write_text("Name: aardvark\nVersion: 1\n")
    points = site / "aardvark-1.dist-info" / "entry_points.txt"
    points.write_text("[tosdsl.policies]\naardvark = aardvark\n")
    (site / "aardvark").mkdir()
    (site / "aardvark" / "__init__.py").write_text("")
    mine = site / "aardvark" / "terms.tos"
    shipped = ROOT / "policies" / "openai" / "business_terms-2023-11-14.tos"
    mine.write_text(shipped.read_text(encoding="utf-8").replace('title "', 'title "Not '))
    assert not is_kept("openai.business_terms")
    first, cold = loaded("openai.business_terms")
    second, warm = loaded("openai.business_terms")
    assert (cold, warm) == (False, True)
    for each in (first, second):
        assert str(each.choices.asked[0][0].title).startswith("Not ")
    mine.write_text(shipped.read_text(encoding="utf-8").replace('title "', 'title "Never '))
    assert not is_kept("openai.business_terms")


def test_a_load_with_errors_is_not_kept(folder: Path) -> None:
    (folder / "shop.tos").write_text(POLICY.replace("users", "user"))
    messages = []
    for _ in range(2):
        with pytest.raises(tosdsl.PolicyError) as caught:
            tosdsl.load(str(folder))
        messages.append(str(caught.value))
        assert not is_kept(str(folder))
    assert messages[0] == messages[1]


def test_texts_are_kept_by_what_they_say(folder: Path) -> None:
    first = tosdsl.loads(WORDS, POLICY)
    named = {"<text 1>": WORDS, "<text 2>": POLICY}
    assert Entry.of_texts(named).image is not None
    second = tosdsl.loads(WORDS, POLICY)
    assert second == first
    assert second.sources == first.sources == named
    assert tosdsl.loads(WORDS, POLICY.replace("users < 10", "users < 11")) != first


def test_texts_rest_on_the_library_that_they_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = POLICY.replace("use words", "use ai_services").partition("forbid")[0]
    first = tosdsl.loads(text)
    assert Entry.of_texts({"<text 1>": text}).image is not None
    assert tosdsl.loads(text) == first
    library = folder.parent / "library"
    shutil.copytree(ROOT / "policies", library)
    monkeypatch.setattr("tosdsl.library.listing.shipped_folder", lambda: str(library))
    assert Entry.of_texts({"<text 1>": text}).image is None


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_damaged_cache_costs_time_and_nothing_else(folder: Path, keep: int) -> None:
    first = tosdsl.load(str(folder))
    (entry,) = (folder.parent / "cache").glob("*.image")
    entry.write_bytes(entry.read_bytes()[:keep])
    assert not is_kept(str(folder))
    assert tosdsl.load(str(folder)) == first
    assert is_kept(str(folder))


def test_sections_of_others_stand_beside_the_trees(folder: Path) -> None:
    made = tosdsl.load(str(folder))
    entry = Entry.of_words((str(folder),))
    assert entry.image is not None
    assert entry.image.section("code") is None
    code = compile("1 + 1", "<made>", "eval")
    assert entry.kept(entry.image.with_section("code", {"main": code}))
    again = Entry.of_words((str(folder),))
    assert again.image is not None
    assert eval(again.image.section("code")["main"]) == 2
    assert again.choices() == made.choices


LIGHT = """
import sys; sys.path.insert(0, {root!r})
import tosdsl
made = tosdsl.load({folder!r})
print(*sorted({{"attr", "attrs", "lark", "re", "typing", "pathlib", "hashlib"}} & set(sys.modules)))
made.choices
print("lark" in sys.modules)
"""


def test_a_load_from_the_cache_imports_neither_attrs_nor_a_pass(folder: Path) -> None:
    tosdsl.load(str(folder))
    code = LIGHT.format(root=str(ROOT), folder=str(folder))
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path += {sys.path!r}\n{code}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout == "\nFalse\n"


# --- trees as plain data ------------------------------------------------------------------------------


def image(policies: tosdsl.PolicySet) -> Image:
    made = Image.read(Writer().write(policies.choices, policies.warnings).write())
    assert made is not None
    return made


def test_a_norm_is_decoded_when_it_is_touched() -> None:
    clauses = "".join(f"\nforbid c{number}\n    when users > {number}\n" for number in range(50))
    policies = tosdsl.loads(WORDS, POLICY.partition("forbid")[0] + clauses)
    root = Reader.of(image(policies)).choices().asked[0][0].root
    norms = root.norms
    assert isinstance(norms, Stored)
    expected = policies.choices.asked[0][0].root.norms
    assert norms.names == [each.id for each in expected]
    assert set(norms.kinds) == {"forbid"}
    assert (len(norms), bool(norms), norms.made()) == (50, True, 0)
    assert norms[3] == expected[3]
    assert norms[3] is norms[3]
    assert norms.made() == 1
    assert norms[-1] == expected[-1]
    assert norms[1:3] == expected[1:3]
    assert norms.made() == 4
    with pytest.raises(IndexError):
        norms[50]
    assert (norms == expected, expected == norms, norms != expected) == (True, True, False)
    assert norms != expected[:-1]
    assert norms + expected[:1] == expected + expected[:1] == expected + norms[:1]
    assert hash(root) == hash(policies.choices.asked[0][0].root)
    assert repr(norms) == repr(expected)


def test_a_shared_exception_is_one_object_in_all_its_clauses() -> None:
    clause = "\nforbid {name}\n    when exported\n    except few\n"
    text = POLICY.partition("forbid")[0] + clause.format(name="one") + clause.format(name="two")
    policies = tosdsl.loads(WORDS, text + "\nexception few\n    when users < 10\n")
    one, two = Reader.of(image(policies)).choices().asked[0][0].root.norms
    assert one.exceptions[0] is two.exceptions[0]
    assert one.exceptions[0].span == policies.choices.asked[0][0].root.norms[0].exceptions[0].span


def test_what_is_no_tree_is_refused() -> None:
    odd = n.Choices((), (), {}, object())  # type: ignore[arg-type]  # the mistake that it is about
    with pytest.raises(Unwritable):
        Writer().write(odd, ())
