"""A conversation with the server, as an editor has it: the program in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types as t
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.conftest import ROOT


def made() -> LanguageClient:
    """A client that lets the server watch files."""
    client = make_test_lsp_client()

    @client.feature(t.CLIENT_REGISTER_CAPABILITY)
    def _(params: t.RegistrationParams) -> None:
        method = params.registrations[0].method
        client.log_messages.append(t.LogMessageParams(t.MessageType.Log, method))

    return client


COMMAND = [sys.executable, "-m", "tosdsl", "lsp"]
CONFIG = ClientServerConfig(server_command=COMMAND, client_factory=made)
POLICIES = ROOT / "policies"
SHIPPED = POLICIES / "openai" / "services_agreement-2025-05-31.tos"

SECONDS = 10
"""How long one answer is waited for; on a busy machine one takes a second."""


class Talk:
    """What a test asks a client, in few words. Places are found by what stands there."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.number = 0

    async def begin(
        self, folders: Sequence[Path] = (), encodings: Sequence[str] = (), **options: Any
    ) -> t.InitializeResult:
        """Agree on everything, as Visual Studio Code would."""
        capabilities = client_capabilities("visual-studio-code")
        assert capabilities.general is not None
        if encodings:
            capabilities.general.position_encodings = list(encodings)
        opened = [t.WorkspaceFolder(each.as_uri(), each.name) for each in folders]
        return await self.client.initialize_session(
            t.InitializeParams(
                capabilities=capabilities,
                workspace_folders=opened,
                initialization_options={"showsResults": True, "pause": 50, **options},
            )
        )

    def open(self, uri: str, text: str, language: str = "tos") -> None:
        """Open a text."""
        self.texts[uri] = text
        self.number += 1
        item = t.TextDocumentItem(uri, language, self.number, text)
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))

    def write(self, uri: str, text: str) -> None:
        """The text has become another."""
        self.texts[uri] = text
        self.change(uri, t.TextDocumentContentChangeWholeDocument(text))

    def change(self, uri: str, change: Any) -> None:
        """Send a change as it is."""
        self.number += 1
        of = t.VersionedTextDocumentIdentifier(version=self.number, uri=uri)
        self.client.text_document_did_change(t.DidChangeTextDocumentParams(of, [change]))

    def close(self, uri: str) -> None:
        """Close a text."""
        del self.texts[uri]
        params = t.DidCloseTextDocumentParams(t.TextDocumentIdentifier(uri))
        self.client.text_document_did_close(params)

    async def problems(self, uri: str, *codes: str | int | None) -> list[t.Diagnostic]:
        """What is said of a text, once it has these codes, in any order."""
        wanted = sorted(map(str, codes))
        last = asyncio.get_running_loop().time() + SECONDS
        while True:
            found = list(self.client.diagnostics.get(uri, ()))
            has = sorted(str(each.code) for each in found)
            if uri in self.client.diagnostics and has == wanted:
                return found
            assert asyncio.get_running_loop().time() < last, found
            await asyncio.sleep(0.01)

    def place(self, uri: str, marked: str, encoding: str = "utf-16") -> dict[str, Any]:
        """Where ``|`` stands in a stretch of a text that occurs once, as parameters."""
        before, _, after = marked.partition("|")
        text = self.texts[uri]
        assert text.count(before + after) == 1, (before + after, text.count(before + after))
        offset = text.index(before + after) + len(before)
        lines = text[:offset].replace("\r\n", "\n").split("\n")
        units = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
        name = encoding if encoding == "utf-8" else f"{encoding}-le"
        column = len(lines[-1].encode(name)) // units
        return {
            "text_document": t.TextDocumentIdentifier(uri),
            "position": t.Position(len(lines) - 1, column),
        }

    async def hover(self, uri: str, marked: str, encoding: str = "utf-16") -> str:
        """What is shown of what stands there; empty if nothing."""
        params = t.HoverParams(**self.place(uri, marked, encoding))
        found = await self.client.text_document_hover_async(params)
        return "" if found is None else found.contents.value

    async def offered(self, uri: str, marked: str) -> dict[str, t.CompletionItem]:
        """What may be written there, by its text."""
        params = t.CompletionParams(**self.place(uri, marked))
        found = await self.client.text_document_completion_async(params)
        return {each.label: each for each in found.items}

    async def command(self, name: str, *arguments: str) -> dict[str, Any]:
        """What a command gives."""
        params = t.ExecuteCommandParams(name, list(arguments))
        return dict(await self.client.workspace_execute_command_async(params))

    async def rename(self, uri: str, marked: str, new: str) -> Mapping[str, Any]:
        """The edits of each text."""
        params = t.RenameParams(new_name=new, **self.place(uri, marked))
        found = await self.client.text_document_rename_async(params)
        return found.changes or {}


def of(uri: str) -> t.TextDocumentIdentifier:
    return t.TextDocumentIdentifier(uri)


def edited(text: str, edits: Sequence[t.TextEdit], encoding: str = "utf-16") -> str:
    """A text as an editor has it after edits, by its own count of lines and units."""
    starts = _starts(text)

    def offset(place: t.Position) -> int:
        start = starts[place.line] if place.line < len(starts) else len(text)
        name, size = ("utf-8", 1) if encoding == "utf-8" else (f"{encoding}-le", int(encoding[4:]) // 8)
        rest = text[start:].encode(name)[: place.character * size].decode(name)
        return start + len(rest)

    for each in sorted(
        edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True
    ):
        start, end = offset(each.range.start), offset(each.range.end)
        text = text[:start] + each.new_text + text[end:]
    return text


def _starts(text: str) -> list[int]:
    found, at = [0], 0
    while at < len(text):
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n":
            at += 1
        if text[at] in "\r\n":
            found.append(at + 1)
        at += 1
    return found


@contextmanager
def refused(containing: str) -> Iterator[None]:
    """The server refuses, in a sentence, and tells nothing of its insides."""
    from pygls.exceptions import JsonRpcException

    try:
        yield
    except JsonRpcException as error:
        assert containing in error.message, error.message
        assert "Traceback" not in str(error.data)
        assert "Traceback" not in error.message
    else:
        raise AssertionError("it was not refused")
