"""The server: who is asked when, and what is told unasked.

Messages are read where nothing else is done. Texts are checked, and requests answered, in one thread;
what stands beside the text, the linter and the properties have another. Each is given the texts as
they were when it was asked.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, TypeVar

from lsprotocol import types as t
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification

from tosdsl.lsp.answers import problems
from tosdsl.lsp.desk import Desk, Look, Slow
from tosdsl.lsp.documents import Documents, View, name_of

PAUSE = 0.4
"""Seconds without an edit after which scenarios, properties and the linter are run."""

SLOW = 1
"""The thread that runs scenarios for what stands beside the text, properties and the linter: whoever
types and asks waits for none of these."""

_REQUEST_FAILED = -32803

T = TypeVar("T")


class Failed(JsonRpcException):
    """What an editor is told instead of an answer: a sentence."""

    CODE = _REQUEST_FAILED


class Protocol(LanguageServerProtocol):
    """pygls leaves a request without an answer whose parameters it cannot read; this one says so."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message, or in the place of one that cannot be read, one that means nothing."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" not in data or "method" not in data:
                raise
            said = f"The parameters of `{data['method']}` are not those of the protocol."
            self._send_response(data["id"], error=Failed(said, error.CODE).to_response_error())
            return JsonRPCNotification("$/nothing", self.VERSION, None)


class Server(LanguageServer):
    """Open texts, two desks, and what was published."""

    def __init__(self) -> None:
        super().__init__(
            "tosdsl",
            version("tosdsl"),
            text_document_sync_kind=t.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
        )
        self.documents = Documents()
        self.slow: dict[str, tuple[int, Slow]] = {}
        """What took longer, by name, and the number of the view that it is of."""
        self.shows_results = False
        """Whether the editor shows what commands give; else they are shown as messages."""
        self.pause = PAUSE
        self.ending = False
        """Whether the editor has said ``shutdown``."""
        self.status = 0
        """The exit status."""
        self._desks = Desk(), Desk()
        self._threads = tuple(ThreadPoolExecutor(1, name) for name in ("answers", "slow"))
        self._told: dict[str, dict[str, list[t.Diagnostic]]] = {}
        """What each open text has shown, by its name, for each file."""
        self._dirty: dict[str, None] = {}
        self._checking: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A message that could not be understood: said to the editor in a sentence, and no more.

        That a request has failed is what its answer says.
        """
        if source is FeatureRequestError:
            return
        said = getattr(error, "message", "") or type(error).__name__
        params = t.ShowMessageParams(t.MessageType.Warning, f"tosdsl lsp: {said.splitlines()[0]}")
        self.window_show_message(params)

    # --- work ---------------------------------------------------------------------------------------

    async def ask(self, work: Callable[[Desk, View], T], thread: int = 0) -> T:
        """What work comes to, on the texts as they are now."""
        view = self.documents.view
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads[thread], work, self._desks[thread], view)

    async def look(self, uri: str, answer: Callable[[Desk, Look], T], thread: int = 0) -> T:
        """An answer from a look at a text."""
        name = name_of(uri)
        return await self.ask(lambda desk, view: answer(desk, desk.look(view, name)), thread)

    def slow_of(self, look: Look) -> Slow:
        """What is known of a text beyond its check, if it is of the text as it is."""
        number, known = self.slow.get(look.name, (-1, Slow()))
        return known if number == look.view.number else Slow()

    # --- what is told unasked -----------------------------------------------------------------------

    def changed(self, name: str) -> None:
        """Check a text, then all others that are open: they may read it."""
        self._dirty.pop(name, None)
        first = [name] if name in self.documents.view.texts else []
        self._dirty = dict.fromkeys([*first, *self._dirty, *self.documents.view.texts])
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.create_task(self._later())

    async def _check(self) -> None:
        """Check what has to be. What is edited meanwhile is checked again, once."""
        while self._dirty:
            name = next(iter(self._dirty))
            del self._dirty[name]
            if name not in self.documents.view.texts:
                continue
            number = self.documents.view.number
            try:
                found = await self.ask(functools.partial(_problems, name=name))
            except Exception as error:
                fault("check", error)
                continue
            if number == self.documents.view.number:
                self._publish(name, found)

    async def _later(self) -> None:
        await asyncio.sleep(self.pause)
        for name in list(self.documents.view.texts):
            number = self.documents.view.number
            if self.slow.get(name, (-1, None))[0] == number:
                continue
            try:
                slow = await self.ask(functools.partial(_slow, name=name), SLOW)
                self.slow[name] = number, slow
                found = await self.ask(functools.partial(_problems, name=name, slow=slow), SLOW)
            except Exception as error:
                fault("lint", error)
                continue
            if number == self.documents.view.number:
                self._publish(name, found)

    def closed(self, name: str) -> None:
        """Tell no more of a text that was closed."""
        self.slow.pop(name, None)
        self._publish(name, {name: []}, gone=True)

    def _publish(
        self, name: str, found: Mapping[str, list[t.Diagnostic]], *, gone: bool = False
    ) -> None:
        """Tell what was found of a text, and of those that it reads and that are not open."""
        before = self._told.pop(name, {})
        if not gone:
            self._told[name] = dict(found)
        for path in {**before, **found}:
            shown: list[t.Diagnostic] = []
            if path in self.documents.view.texts:
                if path != name:
                    continue
                shown = list(found[path])
            else:
                for each in self._told.values():
                    shown += [one for one in each.get(path, ()) if one not in shown]
            self.text_document_publish_diagnostics(
                t.PublishDiagnosticsParams(
                    uri=self.documents.uri(path),
                    diagnostics=shown,
                    version=self.documents.versions.get(path),
                )
            )


def _slow(desk: Desk, view: View, name: str) -> Slow:
    return desk.slow(view, name)


def _problems(
    desk: Desk, view: View, name: str, slow: Slow | None = None
) -> dict[str, list[t.Diagnostic]]:
    look = desk.look(view, name)
    found = problems.by_file(look)
    if slow is not None:
        found[name] += problems.later(look, slow)
    return found


def fault(what: str, error: Exception) -> str:
    """Put a fault of ours on standard error; what to tell the editor."""
    lines = traceback.format_exception(error)
    print(f"tosdsl lsp: {what}\n{''.join(lines)}", file=sys.stderr, flush=True)
    return f"tosdsl cannot answer `{what}`: {type(error).__name__}. The server's log has more."
