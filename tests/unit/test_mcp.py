"""The policies as tools of agents: by the SDK's own client, over each way of talking."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import Run
from tosdsl.facade import load_documents
from tosdsl.mcp.server import made
from tosdsl.mcp.tools import Tools

IDS = ("openai.business_terms", "openai.usage_policies", "azure.openai_service")
SEED = {
    "activities": ["train"],
    "output_of": ["openai"],
    "model": {"purpose": "generate", "competes_with": ["openai"]},
}


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(load_documents(*IDS))


def told(talk: Callable[[Client], Awaitable[Any]], server: Any) -> Any:
    """What a client is told by a server."""

    async def session() -> Any:
        with anyio.fail_after(60):
            async with Client(server) as client:
                return await talk(client)

    return anyio.run(session)


def called(tools: Tools, name: str, **arguments: Any) -> Any:
    return told(lambda client: client.call_tool(name, arguments), made(tools))


# --- the tools ----------------------------------------------------------------------------------------


def test_every_tool_is_listed_as_one_that_only_reads(tools: Tools) -> None:
    listed = told(lambda client: client.list_tools(), made(tools)).tools
    assert {each.name for each in listed} == {
        "documents",
        "facts",
        "check",
        "explain",
        "ask",
        "compare",
    }
    for each in listed:
        assert each.annotations is not None
        assert each.annotations.read_only_hint is True
        Draft202012Validator.check_schema(each.input_schema)
        assert each.description


def test_documents_are_listed_with_their_versions(tools: Tools) -> None:
    found = called(tools, "documents", as_of="2023-12-15")
    several = {each["id"]: each for each in found.structured_content["documents"]}
    assert set(several) == set(IDS)
    assert [several[each]["in_force"] for each in IDS] == [True, False, True]
    assert [each["version"] for each in several["openai.usage_policies"]["versions"]] == [
        "2025-01-29",
        "2025-10-29",
    ]
    assert "openai.usage_policies: OpenAI Usage Policies" in found.content[0].text


def test_the_facts_of_a_document_are_those_of_its_schema_and_its_needs(tools: Tools) -> None:
    found = called(tools, "facts", document=IDS[0]).structured_content
    policies = tosdsl.load(IDS[0])
    assert found["use_schema"] == policies.schema()
    matters = {each["fact"] for each in found["facts"] if each["matters"]}
    assert matters == {need.fact for need in policies.decide({}).needs}
    assert {each["fact"] for each in found["facts"] if each["judged"]} == {
        leaf.path for leaf in policies.vocabulary.leaves() if leaf.judged
    }


def test_a_decision_is_that_of_the_library_with_its_text(tools: Tools) -> None:
    decision = tosdsl.load(IDS[0]).decide(SEED, as_of="2023-12-15")
    found = called(tools, "check", document=IDS[0], facts=SEED, as_of="2023-12-15")
    assert found.is_error is False
    assert found.structured_content == json.loads(json.dumps(decision.to_json(explain=False)))
    assert found.content[0].text == decision.explain()
    found = called(tools, "explain", document=IDS[0], facts=SEED, as_of="2023-12-15")
    assert tosdsl.Decision.from_json(found.structured_content).explanation == decision.explanation


def test_evidence_and_readings_come_through(tools: Tools) -> None:
    found = called(
        tools,
        "check",
        document=IDS[0],
        facts={"output_of": ["openai"], "activities": ["train"], "model.purpose": "generate"},
        readings={"narrow": {"model.competes_with": []}, "broad": {"model.competes_with": ["openai"]}},
        assertions=[
            {"fact": "model.distributed", "value": True, "status": "alleged", "source": "a report"}
        ],
    )
    assert [each["verdict"] for each in found.structured_content["readings"]] == [
        "permitted",
        "forbidden",
    ]
    assert [each["fact"] for each in found.structured_content["allegations"]] == ["model.distributed"]


def test_asking_says_what_the_command_line_says(tools: Tools, run: Run) -> None:
    use = {
        "facts": {"activities": ["train"], "output_of": ["openai"], "model": {"purpose": "classify"}}
    }
    found = called(tools, "ask", document=IDS[0], **use)
    ran = run("ask", IDS[0], "--facts", "-", "--format", "json", stdin=json.dumps(use).encode())
    assert found.structured_content == json.loads(ran.out)
    ran = run("ask", IDS[0], "--facts", "-", stdin=json.dumps(use).encode())
    assert found.content[0].text == ran.out.rstrip("\n")


def test_comparing_says_what_the_library_says(tools: Tools) -> None:
    found = called(tools, "compare", facts=SEED, as_of="2023-12-15")
    verdicts = {each["id"]: each["verdict"] for each in found.structured_content["documents"]}
    assert verdicts == {IDS[0]: "forbidden", IDS[2]: "forbidden"}
    assert [each["id"] for each in found.structured_content["not_in_force"]] == [IDS[1]]
    one = called(tools, "compare", facts=SEED, documents=[IDS[2]], as_of="2023-12-15")
    assert [each["id"] for each in one.structured_content["documents"]] == [IDS[2]]


# --- hostile and mistaken -----------------------------------------------------------------------------

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("decide", {}, "TOS4070"),
        ("check", {}, "TOS4072"),
        ("check", {"document": IDS[0]}, "TOS4072"),
        ("check", {"document": IDS[0], "facts": {}, "fact": {}}, "TOS4071"),
        ("check", {"document": "openai.busines_terms", "facts": {}}, "TOS4073"),
        ("check", {"document": "../../etc/passwd", "facts": {}}, "TOS4073"),
        ("check", {"document": 7, "facts": {}}, "TOS4073"),
        ("check", {"document": [IDS[0]], "facts": {}}, "TOS4073"),
        ("check", {"document": {"a": 1}, "facts": {}}, "TOS4073"),
        ("check", {"document": IDS[0], "facts": {"activites": ["train"]}}, "TOS4002"),
        ("check", {"document": IDS[0], "facts": {"activities": ["trains"]}}, "TOS4004"),
        ("check", {"document": IDS[0], "facts": {"activities": 1e308}}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": []}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": "all"}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": {"model": DEEP}}, "TOS5006"),
        ("check", {"document": IDS[0], "facts": {"output_of": ["x"] * 20_000}}, "TOS5007"),
        ("check", {"document": IDS[0], "facts": {}, "as_of": "tomorrow"}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": {}, "as_of": 20231215}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": {}, "standard": "rumoured"}, "TOS4004"),
        ("check", {"document": IDS[0], "facts": {}, "assertions": {"fact": "x"}}, "TOS4003"),
        ("check", {"document": IDS[0], "facts": {}, "readings": [1]}, "TOS4003"),
        ("facts", {"document": IDS[0], "as_of": {}}, "TOS4003"),
        ("documents", {"as_of": "2023-02-30"}, "TOS1011"),
        ("ask", {"document": IDS[0], "facts": {}, "readings": {}}, "TOS4071"),
        ("compare", {"facts": {}, "documents": []}, "TOS4072"),
        ("compare", {"facts": {}, "documents": "openai.business_terms"}, "TOS4072"),
        ("compare", {"facts": {}, "documents": [None]}, "TOS4073"),
        ("compare", {"facts": {"nothing": 1}}, "TOS4065"),
        ("compare", {"facts": 1}, "TOS4003"),
        ("compare", {"facts": {"model": DEEP}}, "TOS5006"),
    ],
)
def test_what_is_wrong_gets_a_code(
    tools: Tools, name: str, arguments: dict[str, Any], code: str
) -> None:
    found = called(tools, name, **arguments)
    assert found.is_error is True
    codes = [each["code"] for each in found.structured_content["diagnostics"]]
    assert code in codes
    assert f"error[{code}]" in found.content[0].text
    assert "Traceback" not in found.content[0].text


def test_no_answer_has_what_a_terminal_would_obey(tools: Tools) -> None:
    found = called(tools, "check", document=IDS[0], facts={"output_of": ["\x1b[31mred"]}, use="\x1b[2J")
    assert "\x1b" not in found.content[0].text
    found = called(tools, "check", document="\x1b[2J", facts={})
    assert "\x1b" not in found.content[0].text


def test_a_server_that_was_told_something_wrong_answers_on(tools: Tools) -> None:
    async def talk(client: Client) -> list[bool]:
        wrong = await client.call_tool("check", {"document": IDS[0], "facts": {"x": DEEP}})
        right = await client.call_tool("check", {"document": IDS[0], "facts": SEED})
        return [wrong.is_error, right.is_error]

    assert told(talk, made(tools)) == [True, False]


# --- ways of talking ----------------------------------------------------------------------------------

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TOSDSL_CACHE": "off"}


def test_over_standard_input_and_output() -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "tosdsl", "mcp", IDS[0]], env=ENVIRONMENT
    )

    async def talk(client: Client) -> Any:
        several = (await client.call_tool("documents", {})).structured_content["documents"]
        return several, await client.call_tool("check", {"document": IDS[0], "facts": SEED})

    several, found = told(talk, command)
    assert [each["id"] for each in several] == [IDS[0]]
    assert found.structured_content["verdict"] == "forbidden"


def posted(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """The status and the text of an answer."""
    request = Request(address, data=body, headers=headers, method="POST")
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except URLError as error:
        assert isinstance(error.reason, ConnectionError)
        return 413, ""  # it stopped reading


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of its own process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tosdsl", "mcp", "--http", str(port), IDS[0]]
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)
        assert process.stderr is not None
        process.stderr.close()


def test_over_http_on_loopback() -> None:
    with served() as address:
        found = told(lambda each: each.call_tool("check", {"document": IDS[0], "facts": SEED}), address)
        assert found.structured_content["verdict"] == "forbidden"
        hostile: list[tuple[bytes, dict[str, str]]] = [
            (b"{", {}),
            (b"[" * 100_000, {}),
            (b"\xff\x00", {}),
            (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 1}}', {}),
            (b"x" * (5 * 1024 * 1024), {}),
            (b"{}", {"Host": "evil.example"}),
            (b"{}", {"Origin": "http://evil.example"}),
        ]
        for body, more in hostile:
            headers = {
                "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
            }
            status, text = posted(address, body, {**headers, **more})
            assert 400 <= status < 500 or "error" in json.loads(text), (body[:40], text[:200])
            assert "Traceback" not in text
        again = told(lambda each: each.call_tool("check", {"document": IDS[0], "facts": {}}), address)
        assert again.structured_content["verdict"] == "undetermined"


@pytest.mark.parametrize("port", ["0", "70000", "-1", "x"])
def test_a_port_is_a_port(run: Run, port: str) -> None:
    assert run("mcp", "--http", port).status == 2
