"""From a request to an outcome: what each failure of each source comes to."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import either
from tests.gate.conftest import CUSTOMERS, DAY, GATE, POLICY, Folder, request
from tosdsl.diagnostics.model import Severity
from tosdsl.errors import PolicyError
from tosdsl.gate.asked import Asked, too_deep
from tosdsl.gate.checking import checked
from tosdsl.gate.deciding import Decider, make
from tosdsl.gate.line import Lines
from tosdsl.gate.live import Live
from tosdsl.gate.log import day_of
from tosdsl.gate.model import Failed, Request, Trust
from tosdsl.gate.plan import LogPlan
from tosdsl.gate.reading import plan_of, read_plan


def kind(decider: Decider, asked: Request) -> tuple[str, int]:
    outcome = decider.decide(asked)
    assert outcome.allow == (outcome.kind == "permitted") == (outcome.problem is None)
    if outcome.problem is not None:
        assert outcome.problem["status"] == outcome.status
        json.dumps(outcome.problem)
    return outcome.kind, outcome.status


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(), ("permitted", 200)),
        (request(sold="true"), ("forbidden", 403)),
        (request("seed"), ("forbidden", 403)),
        (request("new", media="web_page"), ("forbidden", 403)),
        (request("new"), ("undetermined", 403)),
        (request(sold=None), ("undetermined", 403)),
        (request(None), ("undetermined", 403)),
        (request("nobody"), ("undetermined", 403)),
        (request(None, sold="true"), ("forbidden", 403)),
        (request(sold="yes"), ("forbidden", 403)),
        (request(sold="TRUE"), ("forbidden", 403)),
        (request(sold="No"), ("permitted", 200)),
        (request(sold="perhaps"), ("facts_wrong", 400)),
        (request(sold="0"), ("facts_wrong", 400)),
        (request(media="radio"), ("facts_wrong", 400)),
        (request(media="api,web_page"), ("permitted", 200)),
        (request("new", media="api,,web_page"), ("undetermined", 403)),
        (request(more=(("x-sold", "false"),)), ("undetermined", 403)),
        (request(more=(("x-sold", "true"),)), ("undetermined", 403)),
        (request(more=(("authorization", "Bearer acme"),)), ("undetermined", 403)),
        (request(None, more=(("authorization", "bearer acme"),)), ("permitted", 200)),
        (request(None, more=(("authorization", "BEARER  acme"),)), ("permitted", 200)),
        (request(None, more=(("authorization", "bearer ACME"),)), ("undetermined", 403)),
        (request(None, more=(("authorization", "basic acme"),)), ("undetermined", 403)),
        (request(sold="false\x00"), ("undetermined", 403)),
        (request(sold=""), ("undetermined", 403)),
        (request("new", media=""), ("undetermined", 403)),
    ],
)
def test_requests(folder: Folder, asked: Request, expected: tuple[str, int]) -> None:
    assert kind(folder.decider(), asked) == expected


def test_a_refusal_names_the_clause_and_no_fact_of_anybody(folder: Folder) -> None:
    outcome = folder.decider().decide(request("seed"))
    assert outcome.problem is not None
    assert outcome.problem["type"] == "urn:tosdsl:problem:forbidden"
    assert outcome.problem["clauses"] == [
        {
            "clause": "shop.terms#volume",
            "at": "2",
            "text": "More than a thousand a month.",
            "document": "Terms of the shop",
            "version": "1",
        }
    ]
    told = {key: value for key, value in outcome.problem.items() if key != "instance"}
    assert "5000" not in json.dumps(told)
    assert outcome.headers["cache-control"] == "no-store"


def test_explain_can_be_switched_off(folder: Folder) -> None:
    outcome = folder.decider(GATE + "explain: false\n").decide(request("seed"))
    assert outcome.problem is not None
    assert "clauses" not in outcome.problem


# --- what fails on this side ------------------------------------------------------------------------


def test_a_register_that_goes_is_503_where_the_verdict_hangs_on_it(folder: Folder) -> None:
    decider = folder.decider()
    (folder.path / "customers.yaml").unlink()
    decider.compiled.refresh()
    assert kind(decider, request()) == ("failure", 503)
    assert decider.decide(request()).headers["retry-after"] == "1"
    assert kind(decider, request(sold="true")) == ("forbidden", 403)
    folder.write("customers.yaml", "acme: {amount: 1, model: {published: false}}\n")
    decider.compiled.refresh()
    assert kind(decider, request()) == ("permitted", 200)


@pytest.mark.parametrize(
    "rubbish",
    [
        "acme: [1]\n",
        "- acme\n",
        "{",
        "acme: {amount: 10}\nacme: {amount: 10}\n",
        "\x00",
        "acme: &a {amount: 10}\n",
    ],
)
def test_a_register_of_rubbish_opens_nothing(folder: Folder, rubbish: str) -> None:
    decider = folder.decider()
    folder.write("customers.yaml", rubbish)
    decider.compiled.refresh()
    assert kind(decider, request()) == ("failure", 503)
    assert [each.code for each in decider.compiled.problems()] == ["TOS8009"]


def test_a_wrong_row_is_a_failure_of_that_row_alone(folder: Folder) -> None:
    folder.write(
        "customers.yaml", "acme: {amount: ten}\nother: {amount: 1, model: {published: false}}\n"
    )
    decider = folder.decider()
    assert [each.code for each in decider.compiled.problems()] == ["TOS4003"]
    assert kind(decider, request()) == ("failure", 503)
    assert kind(decider, request("other")) == ("permitted", 200)


def test_rows_grow_old(folder: Folder) -> None:
    now = [1_000_000.0]
    gate = GATE.replace("customers.yaml}", "{file: customers.yaml, max_age: 1 minute, age: seen}}")
    folder.write("gate.yaml", gate)
    folder.write(
        "customers.yaml",
        "acme: {amount: 1, model.published: false, seen: '1970-01-12T13:46Z'}\n"
        "late: {amount: 1, model.published: false, seen: '1970-01-12T13:40Z'}\n",
    )
    decider = folder.decider()
    register = decider.compiled.registers["subject"]
    register._clock = lambda: now[0]
    register.refresh()
    assert kind(decider, request()) == ("permitted", 200)
    assert kind(decider, request("late")) == ("failure", 503)
    (folder.path / "customers.yaml").unlink()
    register.refresh()
    now[0] += 10
    assert register.fresh
    now[0] += 51
    assert not register.fresh
    assert kind(decider, request()) == ("failure", 503)


def test_an_error_of_the_gate_is_503(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    decider = folder.decider()

    def fails(_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(decider.compiled, "use", fails)
    assert kind(decider, request()) == ("failure", 503)
    assert "secret" not in json.dumps(decider.decide(request()).problem)


def test_an_ended_document_opens_nothing(folder: Folder) -> None:
    text = (folder.path / "shop.tos").read_text(encoding="utf-8")
    dated = text.replace('version "1"', 'version "1"\n    effective from 2020-01-01 until 2024-12-31')
    folder.write("shop.tos", dated)
    assert kind(folder.decider(), request()) == ("not_applicable", 403)


def test_a_name_that_is_nearly_a_known_one_opens_nothing(folder: Folder) -> None:
    text = (folder.path / "shop.tos").read_text(encoding="utf-8")
    folder.write("shop.tos", text.replace("fact maker", "party openai\n\nfact maker"))
    decider = folder.decider(GATE.replace("as_of", "  maker: header.x-maker\nas_of"))
    assert kind(decider, request(more=(("x-maker", "someone"),))) == ("permitted", 200)
    assert kind(decider, request(more=(("x-maker", "opena1"),))) == ("undetermined", 403)


# --- trust ------------------------------------------------------------------------------------------

BOTH = GATE.replace("amount: register.amount", "amount: [header.x-amount, register.amount]")


@pytest.mark.parametrize(
    ("subject", "amount", "expected"),
    [
        ("acme", "5000", "permitted"),
        ("seed", "1", "forbidden"),
        ("new", "1", "permitted"),
        ("new", "5000", "forbidden"),
        ("nobody", "1", "undetermined"),
    ],
)
def test_a_lower_class_never_overrides_a_higher_one(
    folder: Folder, subject: str, amount: str, expected: str
) -> None:
    decider = folder.decider(BOTH)
    assert kind(decider, request(subject, more=(("x-amount", amount),)))[0] == expected


def test_nor_does_it_where_the_higher_one_fails(folder: Folder) -> None:
    decider = folder.decider(BOTH)
    (folder.path / "customers.yaml").unlink()
    decider.compiled.refresh()
    assert kind(decider, request(more=(("x-amount", "1"),))) == ("failure", 503)


# --- what is presumed -------------------------------------------------------------------------------


BACKGROUND = "facts: {sold: false, amount: 7}\n"


@pytest.mark.parametrize(("presuming", "expected"), [(False, "undetermined"), (True, "permitted")])
def test_a_gate_opens_on_a_presumption_only_where_it_is_told_to(
    folder: Folder, presuming: bool, expected: str
) -> None:
    folder.write("background.yaml", BACKGROUND)
    more = "assume: background.yaml\n" + ("presuming: true\n" if presuming else "")
    decider = folder.decider(GATE + more)
    outcome = decider.decide(request(sold=None))
    assert outcome.kind == expected
    assert outcome.use is not None
    presumed = [each.fact for each in outcome.use.given if each.trust is Trust.PRESUMED]
    assert presumed == ["sold"]
    assert outcome.decision is not None
    assert [each.fact for each in outcome.decision.presumed] == ["sold"]
    if not presuming:
        assert outcome.problem is not None
        assert [each["fact"] for each in outcome.problem["needs"]] == ["sold"]
        assert "Is it sold?" in outcome.problem["detail"]
    assert kind(decider, request(sold="false"))[0] == "permitted"
    assert kind(decider, request(sold="true"))[0] == "forbidden"
    assert kind(decider, request(more=(("x-sold", "false"),)))[0] == "undetermined"
    assert kind(decider, request("nobody"))[0] == "undetermined"


PRESUMED = POLICY.replace("fact sold: boolean ", "fact sold: boolean presumed no ")
OF_BODY = GATE.replace("sold: header.x-sold", "sold: [body.sold, header.x-sold]")
JSON = (("content-type", "application/json"),)


@pytest.mark.parametrize("presuming", [False, True])
@pytest.mark.parametrize(
    ("body", "sold", "opens"),
    [
        (b"{}", None, None),  # nobody says anything: it hangs on the settings
        (b'{"sold": false}', None, True),
        (b'{"sold": null}', None, False),
        (b'{"sold": null}', "false", False),  # said to be unknown: nobody else is asked
        (b'{"sold": false, "sold": false}', None, False),
        (b'{"sold": true}', None, False),
    ],
)
def test_what_is_said_to_be_unknown_or_fails_is_not_presumed(
    folder: Folder, presuming: bool, body: bytes, sold: str | None, opens: bool | None
) -> None:
    folder.write("shop.tos", PRESUMED)
    decider = folder.decider(OF_BODY + ("presuming: true\n" if presuming else ""))
    outcome = decider.decide(request(sold=sold, more=JSON, body=body))
    assert outcome.allow is (presuming if opens is None else opens)
    assert outcome.status in {200, 403}


@pytest.mark.parametrize("presuming", [False, True])
@pytest.mark.parametrize(
    ("file", "rows", "opens"),
    [
        ("c.yaml", "acme: {}", None),
        ("c.yaml", "acme: {sold: null}", False),
        ("c.json", '{"acme": {"sold": null}}', False),
        ("c.csv", "id,sold\nacme,", None),  # a table cannot leave a column out
        ("c.yaml", "acme: {sold: false}", True),
    ],
)
def test_a_register_says_unknown_with_null(
    folder: Folder, presuming: bool, file: str, rows: str, opens: bool | None
) -> None:
    folder.write("shop.tos", PRESUMED)
    folder.write(file, rows + "\n")
    gate = f"""\
policies: {{active: shop.tos}}
subject: {{from: header.authorization, strip: "Bearer ", register: {file}}}
facts: {{sold: register.sold, amount: {{const: 1}}, media: {{const: [api]}}}}
as_of: 2026-06-01
presuming: {str(presuming).lower()}
"""
    assert folder.decider(gate).decide(request()).allow is (presuming if opens is None else opens)


@pytest.mark.parametrize("presuming", [False, True])
def test_a_register_that_is_down_is_a_failure_and_nothing_is_presumed(
    folder: Folder, presuming: bool
) -> None:
    folder.write("shop.tos", POLICY.replace("amount: integer ", "amount: integer presumed 1 "))
    decider = folder.decider(GATE + ("presuming: true\n" if presuming else ""))
    assert kind(decider, request())[0] == "permitted"
    (folder.path / "customers.yaml").unlink()
    decider.compiled.refresh()
    assert kind(decider, request()) == ("failure", 503)


SHOWN = (
    POLICY
    + """
forbid lending at "4"
    "Lending it, unless the maker allows it."
    when media includes api
    except allowed to be shown at "4(a)"
        when model.size > 2
"""
)


def test_a_burden_whose_register_is_down_is_a_failure_and_not_forbidden(folder: Folder) -> None:
    folder.write("shop.tos", SHOWN)
    decider = folder.decider()
    assert kind(decider, request())[0] == "permitted"
    assert kind(decider, request("new")) == ("forbidden", 403)  # nobody shows the size of its model
    (folder.path / "customers.yaml").unlink()
    decider.compiled.refresh()
    assert kind(decider, request()) == ("failure", 503)


SOME_PRESUMED = (
    POLICY.replace("sold: boolean ", "sold: boolean presumed no ")
    .replace("amount: integer ", "amount: integer presumed 1 ")
    .replace("media: list of Medium ", "media: list of Medium presumed [api] ")
)


@settings(deadline=None, max_examples=either(40, 100))
@given(
    subject=st.sampled_from([None, "acme", "seed", "new", "nobody"]),
    sold=st.sampled_from([None, "true", "false", "perhaps"]),
    media=st.sampled_from([None, "api", "web_page", "api,,"]),
    body=st.sampled_from([b"", b"{}", b'{"sold": null}', b'{"sold": false}', b'{"sold": true}', b"["]),
)
def test_presumptions_open_nothing_but_what_their_settings_say(
    tmp_path_factory: Any, subject: Any, sold: Any, media: Any, body: bytes
) -> None:
    """Without the setting a gate opens for what it opened for before anything was presumed; with it
    for no use that is known to be forbidden, and for none of which a source failed that matters."""
    found = {}
    folder = Folder(tmp_path_factory.mktemp("gate"))
    for name, text, more in (
        ("plain", POLICY, ""),
        ("off", SOME_PRESUMED, ""),
        ("on", SOME_PRESUMED, "presuming: true\n"),
    ):
        folder.write("shop.tos", text)
        found[name] = folder.decider(OF_BODY + more).decide(
            request(subject, sold=sold, media=media, more=JSON, body=body)
        )
    assert found["off"].allow == found["plain"].allow
    assert found["on"].allow or not found["off"].allow
    if found["on"].allow:
        assert found["plain"].kind in {"permitted", "undetermined"}
        assert subject not in {None, "nobody"}  # its amount and its model failed
        assert (sold, body) not in {(None, b"["), (None, b'{"sold": null}')}


# --- stores -----------------------------------------------------------------------------------------


def as_json(path: Path) -> str:
    rows = {"acme": {"amount": 10, "model": {"published": False}}, "seed": {"amount": 5000}}
    path.joinpath("c.json").write_text(json.dumps(rows), encoding="utf-8")
    return "c.json"


def as_csv(path: Path) -> str:
    text = "id,amount,model.published\nacme,10,0\nseed,5000,\n"
    path.joinpath("c.csv").write_text(text, encoding="utf-8")
    return "c.csv"


def as_sqlite(path: Path) -> str:
    with sqlite3.connect(path / "c.db") as base:
        base.execute('create table "cus tomers" (id text, amount integer, "model.published" integer)')
        base.execute("insert into \"cus tomers\" values ('acme', 10, 0), ('seed', 5000, null)")
    base.close()
    return '{sqlite: c.db, table: "cus tomers"}'


@pytest.mark.parametrize("store", [as_json, as_csv, as_sqlite])
def test_every_store_says_the_same(folder: Folder, store: Any) -> None:
    gate = GATE.replace("customers.yaml", store(folder.path))
    gate = gate.replace("model: register.model", "model.published: register.model.published")
    decider = folder.decider(gate)
    assert decider.compiled.problems() == []
    assert kind(decider, request()) == ("permitted", 200)
    assert kind(decider, request("seed")) == ("forbidden", 403)
    assert kind(decider, request("nobody")) == ("undetermined", 403)


def test_lists_in_cells(folder: Folder) -> None:
    folder.write("c.csv", 'id,amount,media\nacme,1,"api, web_page"\nseed,1,"[""api""]"\n')
    gate = GATE.replace("customers.yaml", "c.csv").replace(
        'media: {from: header.x-media, split: ","}', "media: register.media"
    )
    gate = gate.replace("model: register.model", "model: {const: {published: true}}")
    decider = folder.decider(gate)
    assert kind(decider, request()) == ("forbidden", 403)
    assert kind(decider, request("seed")) == ("permitted", 200)


def test_a_counter_in_a_file(folder: Folder) -> None:
    folder.write("counts.json", '{"acme": 10, "seed": 5000, "odd": "many"}')
    gate = GATE.replace("facts:", "counters: {month: {file: counts.json, refresh: 0 s}}\nfacts:")
    decider = folder.decider(gate.replace("amount: register.amount", "amount: counter.month"))
    folder.write("customers.yaml", "")
    assert kind(decider, request()) == ("permitted", 200)
    assert kind(decider, request("seed")) == ("forbidden", 403)
    (folder.path / "counts.json").unlink()
    assert kind(decider, request()) == ("failure", 503)
    folder.write("counts.json", "rubbish")
    assert kind(decider, request()) == ("failure", 503)


# --- what a request says ----------------------------------------------------------------------------

ODD_PATHS = [
    "/a%2fb",
    "/a/../b",
    "//a",
    "/a;b=c",
    "/a%",
    "/%ff",
    "a",
    "/a\\b",
    "/./a",
    "/%00",
    "/%252f",
]


@pytest.mark.parametrize("path", ODD_PATHS)
def test_a_path_that_servers_read_differently_is_not_known(path: str) -> None:
    assert isinstance(Asked(Request(path=path)).path, Failed)


JSON = (("content-type", "application/json"),)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"a": 1, "a": 2}', JSON),
        (b'{"b": {"a": 1, "a": 2}}', JSON),
        (b'{"a": NaN}', JSON),
        (b"{", JSON),
        (b"\xff", JSON),
        (b'{"a": 1}', ()),
        (b'{"a": 1}', (("content-type", "text/plain"),)),
        (b'{"a": 1}', (("content-type", "application/json; charset=latin-1"),)),
        (b'{"a": 1}', (*JSON, *JSON)),
        (b'{"a": 1}', (*JSON, ("content-encoding", "gzip"))),
        (b"[" * 100 + b"]" * 100, JSON),
        (None, JSON),
    ],
)
def test_a_body_that_can_be_read_in_two_ways_is_not_known(body: bytes | None, headers: Any) -> None:
    assert isinstance(Asked(Request(body=body, headers=headers)).in_body(("a",)), Failed)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1", "1"),
        ("a=1&a=1", Failed),
        ("a=%", Failed),
        ("a=%zz", Failed),
        ("b=1", None),
        ("a=", None),
    ],
)
def test_queries(query: str, expected: Any) -> None:
    found = Asked(Request(query=query)).query.get("a")
    assert isinstance(found, Failed) if expected is Failed else found == expected


@settings(deadline=None)
@given(st.recursive(st.none() | st.text('[]{}\\"'), st.lists, max_leaves=30), st.integers(0, 12))
def test_depth_is_that_of_the_data(data: Any, most: int) -> None:
    def depth(value: Any) -> int:
        return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0

    assert too_deep(json.dumps(data).encode(), most) == (depth(data) > most)


RANK = {"permitted": 2, "undetermined": 1, "facts_wrong": 1, "failure": 1, "forbidden": 0}

HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["x-sold", "x-media", "authorization", "x-other", "X-SOLD", "x_sold"]),
        st.sampled_from(
            ["false", "true", "api", "web_page", "Bearer acme", "Bearer seed", "", ",", "\x00"]
        ),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Decider:
    return Folder(tmp_path_factory.mktemp("gate")).decider()


@settings(deadline=None)
@given(st.sampled_from(["acme", "seed", "new"]), st.sampled_from(["true", "false"]), HEADERS)
def test_no_header_that_is_added_makes_a_gate_more_permissive(
    standing: Decider, subject: str, sold: str, more: list[tuple[str, str]]
) -> None:
    plain = standing.decide(request(subject, sold=sold))
    added = standing.decide(request(subject, sold=sold, more=tuple(more)))
    assert RANK[added.kind] <= RANK[plain.kind] or (plain.kind != "permitted" and not added.allow)


def test_the_moment_may_be_the_clocks(folder: Folder) -> None:
    plan, sources = plan_of(
        GATE.replace("as_of: 2026-06-01", "as_of: moment"), str(folder.path / "g.yaml")
    )
    before = datetime.now(UTC)
    outcome = make(plan, sources).decide(request())
    assert outcome.decision is not None
    found = outcome.decision.as_of
    assert isinstance(found, datetime)
    assert before <= found <= datetime.now(UTC)


@pytest.mark.parametrize(("head", "asked"), [("", None), ("    zone America/Los_Angeles\n", "moment")])
def test_the_clock_gives_the_moment_where_a_document_names_a_zone(
    folder: Folder, head: str, asked: str | None
) -> None:
    """The day in UTC may be another than the day there, for a third of each day."""
    plan, _ = plan_of(GATE.replace("as_of: 2026-06-01", "as_of: clock"), str(folder.path / "g.yaml"))
    text = f"vocabulary w\nfact sold: boolean\npolicy p\n{head}    default permit\nuse w\n"
    assert checked(plan, tosdsl.loads(text))[0].as_of == asked


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("2026-06-01", "2026-06-01"),
        ("2026-06-01T09:30+02:00", "2026-06-01T09:30+02:00"),
        ("2026-06-01T09:30", None),
        ("yesterday", None),
    ],
)
def test_a_source_that_is_verified_says_a_day_or_a_moment(
    folder: Folder, written: str, asked: str | None
) -> None:
    source = "as_of: {from: header.x-at, trust: verified}"
    plan, sources = plan_of(GATE.replace("as_of: 2026-06-01", source), str(folder.path / "g.yaml"))
    outcome = make(plan, sources).decide(request(more=(("x-at", written),)))
    line = json.loads(Lines(LogPlan("log.jsonl"), b"salt").of(outcome, "test", {}))
    assert line["as_of"] == asked
    assert str(day_of(line)) == str(asked)
    assert (outcome.kind == "failure") is (asked is None)


def test_the_day_is_the_clocks_and_never_the_callers(folder: Folder) -> None:
    plan, sources = plan_of(
        GATE.replace("as_of: 2026-06-01", "as_of: clock"), str(folder.path / "g.yaml")
    )
    outcome = make(plan, sources, clock=lambda: DAY).decide(request())
    assert outcome.decision is not None
    assert outcome.decision.as_of == DAY


def test_digests_are_held_to(folder: Folder) -> None:
    digest = folder.decider().digest
    pinned = GATE.replace("shop.tos}", f'shop.tos, digest: "{digest}"}}')
    assert folder.decider(pinned).decide(request()).allow
    assert read_plan(folder.path / "gate.yaml")[0].digest == digest


# --- callers that nobody knows ----------------------------------------------------------------------

REQUIRED = GATE.replace("customers.yaml}", "customers.yaml, required: true}")


@pytest.mark.parametrize("subject", ["nobody", None])
def test_a_stranger_is_401_whatever_the_terms_permit(folder: Folder, subject: str | None) -> None:
    decider = folder.decider(REQUIRED)
    for sold in ("false", "true"):
        assert kind(decider, request(subject, sold=sold)) == ("stranger", 401)
    outcome = decider.decide(request(subject))
    assert outcome.headers["www-authenticate"] == "Bearer"
    assert outcome.problem is not None
    assert outcome.problem["title"] == "The caller is not known"
    assert kind(decider, request("acme")) == ("permitted", 200)


def test_two_keys_are_none(folder: Folder) -> None:
    twice = request("acme", more=(("authorization", "Bearer seed"),))
    assert kind(folder.decider(REQUIRED), twice) == ("stranger", 401)


def test_a_register_that_cannot_be_read_is_a_failure_and_no_stranger(folder: Folder) -> None:
    decider = folder.decider(REQUIRED)
    folder.write("customers.yaml", "{")
    decider.compiled.refresh()
    for subject in ("acme", "nobody"):
        assert kind(decider, request(subject, sold="true")) == ("failure", 503)


def test_whoever_is_required_needs_a_register(folder: Folder) -> None:
    text = GATE.replace("register: customers.yaml}", "required: true}").replace(
        "register.", "header.x-"
    )
    with pytest.raises(PolicyError) as caught:
        folder.decider(text)
    assert "register: customers.yaml" in str(caught.value)


# --- what whoever runs it hears -----------------------------------------------------------------------


def test_an_application_hears_once_of_what_is_wrong(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write("gate.yaml", GATE)
    live = Live(folder.path / "gate.yaml")
    live.refresh()
    assert caplog.messages == []
    folder.write("customers.yaml", "acme: {amount: much}\n")
    folder.write("gate.yaml", "policies: 3\n")
    for _ in range(3):
        live.decider.compiled.refresh()
        live.refresh()
    row, change = caplog.messages
    assert "register subject" in row
    assert "amount" in row
    assert "the last change is not at work" in change
    folder.write("customers.yaml", "{")
    live.decider.compiled.refresh()
    live.refresh()
    assert len(caplog.messages) == 3


def test_a_name_that_no_row_has_is_told(folder: Folder) -> None:
    folder.write("customers.yaml", "acme: {amount: 1, modle: {size: 3}}\nseed: {amount: 2}\n")
    [found] = folder.decider().compiled.problems()
    assert (found.code, found.severity) == ("TOS8016", Severity.WARNING)
    assert "`model`" in found.message
    folder.write("customers.yaml", "acme: {amount: 1, modle: {size: 3}}\nseed: {model: {size: 2}}\n")
    assert folder.decider().compiled.problems() == []
    folder.write("customers.yaml", "{}\n")
    assert folder.decider().compiled.problems() == []


def test_what_cannot_be_read_of_a_request_is_said_beside_the_question(folder: Folder) -> None:
    text = GATE.replace("sold: header.x-sold", "sold: body.sold")
    json_of = (("content-type", "application/json"), ("content-length", "9"))
    outcome = folder.decider(text).decide(request("acme", body=None, more=json_of))
    assert outcome.problem is not None
    detail = "Is it sold? The request cannot be read on this: the body is cut off."
    assert outcome.problem["detail"] == detail
    strange = folder.decider(text).decide(request("nobody", body=b"", media=None))
    assert strange.problem is not None
    assert "register" not in strange.problem["detail"]  # whom nobody knows is told no more than that


# --- how the terms are read -------------------------------------------------------------------------

WIDELY = """
interpretation reach is one of {narrow, wide}

forbid all_uses
    when reach is wide
"""
TWO_WAYS = POLICY.replace("\nforbid", f"{WIDELY}\nforbid", 1)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("", "undetermined"), ("reach: narrow", "permitted"), ("shop.terms#reach: wide", "forbidden")],
)
def test_only_the_operator_says_how_the_terms_are_read(
    folder: Folder, reading: str, expected: str
) -> None:
    folder.write("shop.tos", TWO_WAYS)
    decider = folder.decider(f"{GATE}reading: {{{reading}}}\n")
    outcome = decider.decide(request(sold="false", more=(("reading", "narrow"), ("x-reach", "narrow"))))
    assert outcome.kind == expected
    if expected == "undetermined":
        assert outcome.problem is not None
        assert "how the terms are read" in outcome.problem["detail"]


@pytest.mark.parametrize(("reading", "code"), [("raech: wide", "TOS4080"), ("reach: wyde", "TOS4004")])
def test_a_reading_that_no_text_offers_starts_no_gate(folder: Folder, reading: str, code: str) -> None:
    folder.write("shop.tos", TWO_WAYS)
    with pytest.raises(PolicyError) as raised:
        folder.decider(f"{GATE}reading: {{{reading}}}\n")
    assert [each.code for each in raised.value.diagnostics] == [code]


def test_a_refusal_for_a_name_that_is_near_another_tells_no_name(folder: Folder) -> None:
    """It may stand in a register, and the caller is not told what does."""
    text = f"{POLICY}\nforbid theirs\n    when maker is acme_models and sold\n"
    folder.write("shop.tos", text.replace("fact sold", "party acme_models\n\nfact sold"))
    folder.write("customers.yaml", CUSTOMERS.replace("{amount: 10", "{maker: acme_model, amount: 10"))
    gate = GATE.replace(
        "  amount: register.amount\n", "  amount: register.amount\n  maker: register.maker\n"
    )
    made = folder.decider(gate).decide(request())
    assert (made.kind, made.allow) == ("undetermined", False)
    assert made.problem is not None
    assert "acme_model" not in str(made.problem)
    assert "`maker`" in made.problem["detail"]
