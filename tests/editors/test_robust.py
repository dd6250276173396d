"""What goes wrong is a sentence to the editor: never a trace, never a silence, never an end."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException

from tests.editors.talk import COMMAND, SHIPPED, Talk, of, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_request_that_is_cancelled_before_its_turn_is_not_begun(talk: Talk) -> None:
    uri, right = "untitled:cancelled", SHIPPED.read_text(encoding="utf-8")
    talk.open(uri, right)
    ask, params = talk.client.protocol.send_request_async, t.CodeLensParams(of(uri))
    cancelled = 0
    for number in range(5):
        talk.write(uri, f"# {number}\n{right}")
        first, second = (
            asyncio.create_task(ask(t.TEXT_DOCUMENT_CODE_LENS, params, f"{word}{number}"))
            for word in ("first", "second")
        )
        await asyncio.sleep(0)  # both are sent now
        talk.client.cancel_request(t.CancelParams(f"second{number}"))
        assert len(await first) > 20
        try:
            await second
        except JsonRpcException as error:
            assert error.code == -32800
            cancelled += 1
    assert cancelled > 1
    assert await talk.hover(uri, "forbid minors|")
    talk.close(uri)


async def test_what_is_asked_of_a_text_that_was_never_opened_is_answered(talk: Talk) -> None:
    uri = "file:///nowhere/at/all.tos"
    symbols = t.DocumentSymbolParams(of(uri))
    assert not await talk.client.text_document_document_symbol_async(symbols)
    params = t.HoverParams(of(uri), t.Position(7, 7))
    assert await talk.client.text_document_hover_async(params) is None
    with refused("has a mistake"):
        await talk.command("tosdsl.run", uri)


async def test_a_damaged_text_is_answered_about(talk: Talk) -> None:
    random = Random(15)
    right = SHIPPED.read_text(encoding="utf-8")
    uri = "untitled:damaged"
    talk.open(uri, right)
    for _ in range(12):
        first = random.randrange(len(right))
        talk.write(
            uri, right[:first] + random.choice(["", '"', "\n\n", "😀", "if ("]) + right[first + 9 :]
        )
        line = right.count("\n", 0, first)
        place: dict[str, Any] = {"text_document": of(uri), "position": t.Position(line, 12)}
        client = talk.client
        await client.text_document_hover_async(t.HoverParams(**place))
        await client.text_document_completion_async(t.CompletionParams(**place))
        await client.text_document_definition_async(t.DefinitionParams(**place))
        await client.text_document_document_symbol_async(t.DocumentSymbolParams(of(uri)))
        await client.text_document_semantic_tokens_full_async(t.SemanticTokensParams(of(uri)))
        await client.text_document_code_lens_async(t.CodeLensParams(of(uri)))
    talk.close(uri)


def _message(data: object) -> bytes:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _session(
    *messages: object, command: Sequence[str] = COMMAND, shutdown: bool = True
) -> tuple[list[Any], str, int]:
    """What a process answers to messages, what it prints beside them, and its exit status."""
    begin = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
    ended = {"jsonrpc": "2.0", "id": 99, "method": "shutdown"}
    gone = {"jsonrpc": "2.0", "method": "exit"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ran:
        assert ran.stdin is not None
        assert ran.stdout is not None
        assert ran.stderr is not None
        found = []
        ran.stdin.write(b"".join(map(_message, [begin, *messages])))
        ran.stdin.flush()
        wanted = {each["id"] for each in (begin, *messages) if isinstance(each, dict) and "id" in each}
        while wanted:
            found.append(_read(ran.stdout))
            wanted.discard(found[-1].get("id"))
        if shutdown:
            ran.stdin.write(_message(ended))
            ran.stdin.flush()
            found.append(_read(ran.stdout))
        ran.stdin.write(_message(gone))
        ran.stdin.close()
        return found, ran.stderr.read().decode(), ran.wait(timeout=60)


def _read(stream: IO[bytes]) -> Any:
    size = 0
    while line := stream.readline().strip():
        if line.startswith(b"Content-Length: "):
            size = int(line.split(b" ")[1])
    return json.loads(stream.read(size))


async def test_who_exits_without_shutdown_is_told_by_the_status() -> None:
    assert _session()[2] == 0
    assert _session(shutdown=False)[2] == 1


async def test_messages_that_mean_nothing_are_answered_in_a_sentence() -> None:
    odd = [
        {"jsonrpc": "2.0", "id": 2, "method": "textDocument/hover", "params": {"position": 7}},
        {"jsonrpc": "2.0", "id": 3, "method": "textDocument/nothing", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}},
        b"{ this is no JSON",
        {"jsonrpc": "2.0", "id": 4, "method": "workspace/symbol", "params": {"query": "x"}},
    ]
    found, printed, status = _session(*odd)
    by_id = {each["id"]: each for each in found if "id" in each}
    assert by_id[2]["error"]["code"] == -32602
    assert by_id[3]["error"]["code"] == -32601
    assert "result" in by_id[4]
    assert "result" in by_id[99]
    assert "Traceback" not in json.dumps(found)
    assert "Traceback" not in printed
    assert status == 0


async def test_a_fault_of_the_server_is_a_sentence_to_the_editor(tmp_path: Path) -> None:
    script = (
        "from tosdsl.lsp.answers import hover\n"
        "from tosdsl.cli.main import main\n"
        "def fault(*_, **__): raise ZeroDivisionError('inside')\n"
        "hover.hover = fault\n"
        "main(['lsp'])\n"
    )
    params = {"textDocument": {"uri": "untitled:x"}, "position": {"line": 0, "character": 0}}
    asked = {"jsonrpc": "2.0", "id": 2, "method": "textDocument/hover", "params": params}
    found, printed, _ = _session(asked, command=[sys.executable, "-c", script])
    (error,) = [each["error"] for each in found if each.get("id") == 2]
    assert error["message"].startswith("tosdsl cannot answer `textDocument/hover`: ZeroDivisionError")
    assert "inside" not in json.dumps(found)
    assert "inside" in printed


async def test_without_pygls_the_command_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "sys.modules['pygls'] = None\n"
        "sys.modules['pygls.lsp'] = None\n"
        "from tosdsl.cli.main import main\n"
        "sys.exit(main(['lsp']))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 1
    assert "pip install 'tosdsl[lsp]'" in ran.stderr
