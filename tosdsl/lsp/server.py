"""The server: who is asked when, and what is told unasked.

Messages are read where nothing else is done. Texts are checked, and requests answered, in one thread;
what stands beside the text, the linter and the properties have another. Each is given the texts as
they were when it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, TypeVar

from lsprotocol import types as t
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification

from tosdsl.errors import TosdslError
from tosdsl.lsp.answers import calls, commands, finding, hover, layout, problems, verdicts, writing
from tosdsl.lsp.answers.finding import RefusedError
from tosdsl.lsp.desk import Desk, Look, Slow
from tosdsl.lsp.documents import Documents, View, name_of

PAUSE = 0.4
"""Seconds without an edit after which scenarios, properties and the linter are run."""

_SLOW = 1
"""The thread that runs scenarios for what stands beside the text, properties and the linter: whoever
types and asks waits for none of these."""

_SWITCH = 0.0005
"""Seconds after which a thread that works makes room for the one that reads messages: each message
takes several turns, and Python's own interval is ten times as long."""

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
                _fault("check", error)
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
                slow = await self.ask(functools.partial(_slow, name=name), _SLOW)
                self.slow[name] = number, slow
                found = await self.ask(functools.partial(_problems, name=name, slow=slow), _SLOW)
            except Exception as error:
                _fault("lint", error)
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


def _fault(what: str, error: Exception) -> str:
    """Put a fault of ours on standard error; what to tell the editor."""
    lines = traceback.format_exception(error)
    print(f"tosdsl lsp: {what}\n{''.join(lines)}", file=sys.stderr, flush=True)
    return f"tosdsl cannot answer `{what}`: {type(error).__name__}. The server's log has more."


def made() -> Server:
    """A server with all that it answers."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server()
    _lifecycle(server)
    _questions(server)
    _commands(server)
    return server


def serve_stdio() -> None:
    """Talk over standard input and output until told to stop, or until they end.

    What something else prints meanwhile goes to standard error.
    """
    sys.stdout.flush()
    sys.setswitchinterval(_SWITCH)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out, contextlib.redirect_stdout(sys.stderr):
        made().start_io(sys.stdin.buffer, out)


def _answer(server: Server, method: str, options: Any = None) -> Callable[[Callable[..., Any]], None]:
    """Register what answers a request, so that whatever goes wrong is a sentence."""

    def register(function: Callable[..., Awaitable[Any]]) -> None:
        @functools.wraps(function)
        async def safe(params: Any) -> Any:
            try:
                return await function(params)
            except RefusedError as error:
                raise Failed(str(error)) from None
            except TosdslError as error:
                told = error.diagnostics[0].message if error.diagnostics else str(error)
                raise Failed(told) from None
            except JsonRpcException:
                raise
            except Exception as error:
                raise Failed(_fault(method, error)) from None

        server.feature(method, options)(safe)

    return register


def _lifecycle(server: Server) -> None:
    documents = server.documents

    @server.feature(t.INITIALIZE)
    def _(params: t.InitializeParams) -> None:
        given = params.initialization_options
        options = given if isinstance(given, dict) else {}
        server.shows_results = options.get("showsResults") is True
        pause = options.get("pause")
        if isinstance(pause, int) and 0 <= pause <= 60_000:
            server.pause = pause / 1000
        agreed = server.workspace.position_encoding or t.PositionEncodingKind.Utf16
        folders = [each.uri for each in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        documents.begin(tuple(map(name_of, folders)), str(getattr(agreed, "value", agreed)))

    @server.feature(t.INITIALIZED)
    async def _(params: t.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watched = workspace and workspace.did_change_watched_files
        if not (watched and watched.dynamic_registration):
            return
        watchers = [t.FileSystemWatcher("**/*.tos"), t.FileSystemWatcher("**/*.tos.md")]
        asked = t.Registration(
            "tosdsl-files",
            t.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            t.DidChangeWatchedFilesRegistrationOptions(watchers),
        )
        with contextlib.suppress(JsonRpcException):  # then files count as they are when a text changes
            await server.client_register_capability_async(t.RegistrationParams([asked]))

    @server.feature(t.TEXT_DOCUMENT_DID_OPEN)
    def _(params: t.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.changed(documents.put(document.uri, document.version, document.text))

    @server.feature(t.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: t.DidChangeTextDocumentParams) -> None:
        uri, number = params.text_document.uri, params.text_document.version
        known = documents.view.texts.get(name_of(uri))
        for change in params.content_changes:
            if isinstance(change, t.TextDocumentContentChangeWholeDocument):
                raw = change.text
            elif known is None:
                continue
            else:
                start, end = change.range.start, change.range.end
                places = (start.line, start.character), (end.line, end.character)
                raw = known.changed(*places, change.text).raw
            known = documents.view.texts[documents.put(uri, number, raw)]
        server.changed(name_of(uri))

    @server.feature(t.TEXT_DOCUMENT_DID_SAVE)
    def _(params: t.DidSaveTextDocumentParams) -> None:
        documents.touched()
        server.changed(name_of(params.text_document.uri))

    @server.feature(t.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: t.DidCloseTextDocumentParams) -> None:
        server.closed(documents.close(params.text_document.uri))
        server.changed("")

    @server.feature(t.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(params: t.DidChangeWatchedFilesParams) -> None:
        documents.touched()
        server.changed("")

    @server.feature(t.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def _(params: t.DidChangeWorkspaceFoldersParams) -> None:
        gone = {name_of(each.uri) for each in params.event.removed}
        left = [each for each in documents.view.folders if each not in gone]
        more = [name_of(each.uri) for each in params.event.added]
        documents.folders_changed((*left, *more))
        server.changed("")


def _questions(server: Server) -> None:
    uri = server.documents.uri

    @_answer(server, t.TEXT_DOCUMENT_HOVER)
    async def _(params: t.HoverParams) -> Any:
        shown = server.client_capabilities.text_document
        formats = (shown and shown.hover and shown.hover.content_format) or ()
        markdown = t.MarkupKind.Markdown in formats
        return await server.look(
            params.text_document.uri,
            lambda _, look: hover.hover(look, params.position, markdown=markdown),
        )

    @_answer(server, t.TEXT_DOCUMENT_COMPLETION, t.CompletionOptions(trigger_characters=[".", "#"]))
    async def _(params: t.CompletionParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: writing.completion(look, params.position)
        )

    @_answer(
        server,
        t.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        writing.LEGEND,
    )
    async def _(params: t.SemanticTokensParams) -> Any:
        return await server.look(params.text_document.uri, lambda _, look: writing.tokens(look))

    @_answer(server, t.TEXT_DOCUMENT_DEFINITION)
    async def _(params: t.DefinitionParams) -> Any:
        return await server.look(
            params.text_document.uri,
            lambda _, look: finding.definition(look, params.position, uri),
        )

    @_answer(server, t.TEXT_DOCUMENT_REFERENCES)
    async def _(params: t.ReferenceParams) -> Any:
        declared = params.context.include_declaration
        return await server.look(
            params.text_document.uri,
            lambda desk, look: finding.references(desk, look, params.position, declared, uri),
        )

    @_answer(server, t.TEXT_DOCUMENT_PREPARE_RENAME)
    async def _(params: t.PrepareRenameParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: finding.prepared(look, params.position)
        )

    @_answer(server, t.TEXT_DOCUMENT_RENAME, t.RenameOptions(prepare_provider=True))
    async def _(params: t.RenameParams) -> Any:
        return await server.look(
            params.text_document.uri,
            lambda desk, look: finding.rename(desk, look, params.position, params.new_name, uri),
        )

    @_answer(server, t.WORKSPACE_SYMBOL)
    async def _(params: t.WorkspaceSymbolParams) -> Any:
        return await server.ask(lambda desk, view: finding.everything(desk, view, params.query, uri))

    @_answer(server, t.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _(params: t.DocumentSymbolParams) -> Any:
        return await server.look(params.text_document.uri, lambda _, look: layout.outline(look))

    @_answer(server, t.TEXT_DOCUMENT_FOLDING_RANGE)
    async def _(params: t.FoldingRangeParams) -> Any:
        return await server.look(params.text_document.uri, lambda _, look: layout.folding(look))

    @_answer(server, t.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def _(params: t.DocumentLinkParams) -> Any:
        return await server.look(params.text_document.uri, lambda _, look: layout.links(look))

    @_answer(server, t.TEXT_DOCUMENT_FORMATTING)
    async def _(params: t.DocumentFormattingParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: layout.formatted(look.text, look.name)
        )

    @_answer(
        server,
        t.TEXT_DOCUMENT_CODE_ACTION,
        t.CodeActionOptions(code_action_kinds=[t.CodeActionKind.QuickFix]),
    )
    async def _(params: t.CodeActionParams) -> Any:
        return await server.look(
            params.text_document.uri,
            lambda _, look: problems.quick_fixes(look, server.slow_of(look), params.range, uri),
        )

    @_answer(server, t.TEXT_DOCUMENT_CODE_LENS)
    async def _(params: t.CodeLensParams) -> Any:
        of = params.text_document.uri
        return await server.look(of, lambda _, look: verdicts.lenses(look, of), _SLOW)

    @_answer(server, t.TEXT_DOCUMENT_INLAY_HINT)
    async def _(params: t.InlayHintParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: verdicts.inlays(look, params.range), _SLOW
        )

    @_answer(server, t.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def _(params: t.CallHierarchyPrepareParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: calls.prepared(look, params.position, uri)
        )

    @_answer(server, t.CALL_HIERARCHY_INCOMING_CALLS)
    async def _(params: t.CallHierarchyIncomingCallsParams) -> Any:
        found = calls.symbol_of(params.item)
        if found is None:
            return []
        return await server.ask(
            lambda desk, view: calls.incoming(desk.look(view, found[0]), found[1], uri)
        )

    @_answer(server, t.CALL_HIERARCHY_OUTGOING_CALLS)
    async def _(params: t.CallHierarchyOutgoingCallsParams) -> Any:
        found = calls.symbol_of(params.item)
        if found is None:
            return []
        return await server.ask(
            lambda desk, view: calls.outgoing(desk.look(view, found[0]), found[1], uri)
        )


def _commands(server: Server) -> None:
    """Each takes the URI of a text, and most a title or an id; see ``commands``."""
    of_texts: dict[str, Callable[[Desk, Look, str | None], commands.Shown]] = {
        verdicts.RUN: lambda _, look, word: commands.run(look, word),
        verdicts.WHY: lambda _, look, word: commands.why(look, _said(word)),
        verdicts.REACHED: lambda _, look, word: commands.reached(look, _said(word)),
        verdicts.USE: lambda _, look, word: commands.use(look, _said(word)),
        "tosdsl.coverage": lambda _, look, __: commands.coverage(look),
        "tosdsl.changes": lambda desk, look, _: commands.changes(desk, look),
    }

    def register(name: str, answer: Callable[[Desk, Look, str | None], commands.Shown]) -> None:
        @server.command(name)
        async def _(*arguments: Any) -> Any:
            match arguments:
                case (str(uri),):
                    word = None
                case (str(uri), str(word)):
                    pass
                case _:
                    raise Failed(f"`{name}` takes the URI of a text, and a title or an id.")
            return await _shown(server, name, server.look(uri, lambda d, look: answer(d, look, word)))

    for name, answer in of_texts.items():
        register(name, answer)

    @server.command("tosdsl.status")
    async def _(*_: Any) -> Any:
        return await _shown(
            server, "tosdsl.status", server.ask(lambda *_: commands.status(server.documents))
        )


def _said(word: str | None) -> str:
    if word is None:
        raise RefusedError("The title of a scenario, or the id of a clause, is missing.")
    return word


async def _shown(server: Server, name: str, work: Awaitable[commands.Shown]) -> Any:
    """What a command gives; said as a message as well, if the editor does not show it."""
    try:
        found = await work
    except RefusedError as error:
        raise Failed(str(error)) from None
    except TosdslError as error:
        raise Failed(error.diagnostics[0].message if error.diagnostics else str(error)) from None
    except Exception as error:
        raise Failed(_fault(name, error)) from None
    data = found.to_json()
    if not server.shows_results:
        params = t.ShowMessageParams(t.MessageType.Info, f"{data['title']}\n{data['text']}")
        server.window_show_message(params)
    return data
