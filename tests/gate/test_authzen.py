"""AuthZEN 1.0 at the running server: cases of our own for what the protocol says of each endpoint."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gate.rig import client, gate

HERE = Path(__file__).parent / "authzen"
CASES = os.environ.get("AUTHZEN_CASES", "")
"""The cases of the certification scenario, where somebody has them: a file, or its folder."""


@pytest.fixture(scope="module")
def asked() -> Iterator[httpx.Client]:
    with gate(HERE / "gate.yaml") as (base, _), client(base) as made:
        yield made
    (HERE / "serve.log").unlink(missing_ok=True)


def entity(kind: str, id_: str, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "id": id_, **({"properties": properties} if properties else {})}


def question(user: str, verb: str, record: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": entity("user", user),
        "action": {"name": verb},
        "resource": entity("record", record),
        **more,
    }


@pytest.mark.parametrize(
    ("body", "decision", "verdict"),
    [
        (question("alice", "read", "record-1"), True, "permitted"),
        (question("alice", "write", "record-2"), False, "forbidden"),
        (question("bob", "write", "record-2"), True, "permitted"),
        (question("alice", "delete", "record-1"), False, "undetermined"),
        (question("alice", "paint", "record-1"), False, "facts_wrong"),
        (question("carol", "read", "record-1"), False, "undetermined"),
        ({**question("alice", "read", "record-1"), "extra": {"a": 1}}, True, "permitted"),
        (
            {**question("alice", "read", "record-1"), "subject": entity("robot", "alice")},
            False,
            "forbidden",
        ),
        (question("carol", "write", "record-2", context={"role": "admin"}), False, "undetermined"),
    ],
)
def test_evaluation(asked: httpx.Client, body: Any, decision: bool, verdict: str) -> None:
    answer = asked.post("/access/v1/evaluation", json=body, headers={"x-request-id": "r-7"})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"] == "r-7"
    assert answer.json()["decision"] is decision
    assert answer.json()["context"]["tos"]["verdict"] == verdict


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"subject": {"type": "user", "id": "alice"}}',
        b'{"subject": {"type": "user", "id": "alice"}, "subject": {"type": "user", "id": "bob"}}',
        json.dumps(question("alice", "read", "")).encode(),
        json.dumps({**question("alice", "read", "record-1"), "context": []}).encode(),
        json.dumps({**question("alice", "read", "record-1"), "action": {"name": 1}}).encode(),
        json.dumps(
            {**question("a", "b", "c"), "subject": {"type": "u", "id": "a", "properties": 1}}
        ).encode(),
        b"[" * 1000,
    ],
)
@pytest.mark.parametrize("path", ["evaluation", "evaluations", "search/subject", "search/action"])
def test_bad_bodies_are_400(asked: httpx.Client, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = asked.post(f"/access/v1/{path}", content=body, headers=headers)
    expected = {400} if b'"resource"' not in body or path != "search/action" else {200, 400}
    assert answer.status_code in expected


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml"])
def test_other_content_types_are_400(asked: httpx.Client, kind: str | None) -> None:
    body = json.dumps(question("alice", "read", "record-1")).encode()
    headers = {} if kind is None else {"content-type": kind}
    assert asked.post("/access/v1/evaluation", content=body, headers=headers).status_code == 400


def several(asked: httpx.Client, items: list[Any], **more: Any) -> Any:
    body = {**question("alice", "read", "record-1"), "evaluations": items, **more}
    answer = asked.post("/access/v1/evaluations", json=body)
    assert answer.status_code == 200
    return [each["decision"] for each in answer.json()["evaluations"]]


WRITE = {"action": {"name": "write"}}
OTHER = {"resource": entity("record", "record-2")}


def test_evaluations_take_what_is_shared_and_replace_it_whole(asked: httpx.Client) -> None:
    items = [{}, WRITE, {**WRITE, **OTHER}, {"resource": {"type": "record"}}, {"subject": "alice"}]
    assert several(asked, items) == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("semantics", "expected"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_semantics(asked: httpx.Client, semantics: str, expected: list[bool]) -> None:
    items = [{}, {**WRITE, **OTHER}, {}]
    assert several(asked, items, options={"evaluations_semantic": semantics}) == expected


def test_unknown_semantics_and_too_many_are_refused(asked: httpx.Client) -> None:
    body = {
        **question("alice", "read", "record-1"),
        "evaluations": [{}],
        "options": {"evaluations_semantic": "x"},
    }
    assert asked.post("/access/v1/evaluations", json=body).status_code == 400
    body = {**question("alice", "read", "record-1"), "evaluations": [{}] * 101}
    assert asked.post("/access/v1/evaluations", json=body).status_code == 413


def test_no_evaluations_is_one(asked: httpx.Client) -> None:
    body = {**question("alice", "read", "record-1"), "evaluations": []}
    assert asked.post("/access/v1/evaluations", json=body).json()["decision"] is True


@pytest.mark.parametrize(
    ("what", "body", "expected"),
    [
        (
            "subject",
            {**question("", "read", "record-1"), "subject": {"type": "user"}},
            ["alice", "bob"],
        ),
        ("subject", {**question("", "write", "record-2"), "subject": {"type": "user"}}, ["bob"]),
        ("subject", {**question("", "read", "record-1"), "subject": {"type": "robot"}}, []),
        ("resource", {**question("bob", "write", ""), "resource": {"type": "record"}}, ["record-2"]),
        (
            "action",
            {"subject": entity("user", "alice"), "resource": entity("record", "record-1")},
            ["read", "write"],
        ),
        ("action", {"subject": entity("user", "x"), "resource": entity("record", "record-1")}, []),
    ],
)
def test_search(asked: httpx.Client, what: str, body: Any, expected: list[str]) -> None:
    answer = asked.post(f"/access/v1/search/{what}", json=body)
    assert answer.status_code == 200
    found = [each.get("id", each.get("name")) for each in answer.json()["results"]]
    assert found == expected


def test_a_part_of_an_item_takes_the_place_of_the_shared_one_whole(asked: httpx.Client) -> None:
    """Also where it says less: nothing of the shared part is filled in."""
    item = {"action": {"name": "write"}, "resource": {"type": "record", "id": "record-2"}}
    shared = {
        "subject": entity("user", "bob"),
        "evaluations": [item, {**item, "subject": {"id": "bob"}}],
    }
    made = asked.post("/access/v1/evaluations", json=shared).json()["evaluations"]
    assert [each["decision"] for each in made] == [True, False]
    assert made[1]["context"]["error"]["status"] == 400


@pytest.mark.parametrize("items", [{}, "a", 1, [1], [[]], [None]])
def test_evaluations_that_are_no_objects_are_400(asked: httpx.Client, items: Any) -> None:
    body = {**question("alice", "read", "record-1"), "evaluations": items}
    assert asked.post("/access/v1/evaluations", json=body).status_code == 400


@pytest.mark.parametrize(
    "options", [[], "a", {"evaluations_semantic": None}, {"evaluations_semantic": 1}]
)
def test_options_that_say_nothing_known_are_400(asked: httpx.Client, options: Any) -> None:
    body = {**question("alice", "read", "record-1"), "evaluations": [{}], "options": options}
    assert asked.post("/access/v1/evaluations", json=body).status_code == 400


@pytest.mark.parametrize("semantics", ["execute_all", "deny_on_first_deny", "permit_on_first_permit"])
def test_an_item_that_is_wrong_is_a_denial_in_each_semantics(
    asked: httpx.Client, semantics: str
) -> None:
    """And never ends a batch with more than it had before."""
    items = [{"resource": 1}, {}]
    found = several(asked, items, options={"evaluations_semantic": semantics})
    assert found == ([False] if semantics == "deny_on_first_deny" else [False, True])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("evaluation", question("alice", "read", "record-1"), 200),
        ("evaluation", {}, 400),
        ("evaluations", {**question("alice", "read", "record-1"), "evaluations": [{}] * 101}, 413),
        ("search/action", {}, 400),
    ],
)
def test_the_request_id_comes_back_with_every_status(
    asked: httpx.Client, path: str, body: Any, status: int
) -> None:
    answer = asked.post(f"/access/v1/{path}", json=body, headers={"x-request-id": "é-7".encode()})
    assert (answer.status_code, answer.headers["x-request-id"]) == (status, "é-7")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_content_type_may_have_parameters(asked: httpx.Client, kind: str) -> None:
    body = json.dumps(question("alice", "read", "record-1")).encode()
    answer = asked.post("/access/v1/evaluation", content=body, headers={"content-type": kind})
    assert answer.json()["decision"] is True


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(asked: httpx.Client, method: str) -> None:
    answer = asked.request(method, "/access/v1/evaluation")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_search_finds_what_an_evaluation_permits(asked: httpx.Client) -> None:
    """For every subject, action and resource that there is."""
    for record in ("record-1", "record-2", "record-3"):
        for verb in ("read", "write"):
            body = {**question("", verb, record), "subject": {"type": "user"}}
            found = asked.post("/access/v1/search/subject", json=body).json()["results"]
            permitted = [
                user
                for user in ("alice", "bob", "carol")
                if asked.post("/access/v1/evaluation", json=question(user, verb, record)).json()[
                    "decision"
                ]
            ]
            assert [each["id"] for each in found] == permitted


def test_discovery_tells_the_address_under_which_it_was_asked(asked: httpx.Client) -> None:
    told = asked.get("/.well-known/authzen-configuration", headers={"host": "pdp.example"}).json()
    assert told["access_evaluation_endpoint"] == "http://pdp.example/access/v1/evaluation"


def test_discovery_and_methods(asked: httpx.Client) -> None:
    told = asked.get("/.well-known/authzen-configuration").json()
    assert told["policy_decision_point"] == str(asked.base_url).rstrip("/")
    for name, url in told.items():
        if name != "policy_decision_point":
            assert asked.get(url).status_code == 405
            assert asked.post(url, json={}).status_code == 400


def _covers(expected: Any, got: Any) -> bool:
    """More members and more results than expected are allowed."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            _covers(each, got.get(key)) for key, each in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(got, list) and all(
            any(_covers(each, one) for one in got) for each in expected
        )
    return bool(expected == got)


@pytest.mark.skipif(not CASES, reason="AUTHZEN_CASES names no cases")
def test_the_certification_scenario(asked: httpx.Client) -> None:
    file = Path(CASES, "certification.json") if Path(CASES).is_dir() else Path(CASES)
    cases = json.loads(file.read_text(encoding="utf-8"))
    assert cases
    wrong = []
    for case in cases:
        answer = asked.post(case["ep"], json=case["req"], headers={"x-request-id": "r-1"})
        right = answer.status_code == case["status"] and answer.headers["x-request-id"] == "r-1"
        body = case["body"]
        if case["sec"] == "c-3-4-1":
            right = right and answer.json()["evaluations"][1]["decision"] is False
        elif right and body is not None:
            right = _covers(body, answer.json())
            if "evaluations" in body:
                decisions = [each["decision"] for each in answer.json()["evaluations"]]
                right = right and decisions == [each["decision"] for each in body["evaluations"]]
            if body.get("results") == []:
                right = right and answer.json()["results"] == []
        if not right:
            wrong.append((case["sec"], answer.status_code, answer.text))
    assert wrong == []
