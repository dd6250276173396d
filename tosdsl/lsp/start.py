"""How a conversation begins and goes on: what was agreed, and which texts are open."""

from __future__ import annotations

import contextlib
import logging
import os
import sys

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException

from tosdsl.lsp.documents import name_of
from tosdsl.lsp.questions import offered, questions
from tosdsl.lsp.server import Server

_SWITCH = 0.0005
"""Seconds after which a thread that works makes room for the one that reads messages: each message
takes several turns, and Python's own interval is ten times as long."""


def lifecycle(server: Server) -> None:
    """Register what an editor tells of itself, of its texts and of files."""
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

    @server.feature(t.SHUTDOWN)
    def _(_params: None) -> None:
        server.ending = True

    @server.feature(t.EXIT)
    def _(_params: None) -> None:
        server.status = 0 if server.ending else 1  # as the protocol has it; pygls drops the status

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


def made() -> Server:
    """A server with all that it answers."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server()
    lifecycle(server)
    questions(server)
    offered(server)
    return server


def serve_stdio() -> int:
    """Talk over standard input and output until told to stop, or until they end.

    Returns the exit status: 1 if the editor said ``exit`` and had not said ``shutdown``, else 0. What
    something else prints meanwhile goes to standard error.
    """
    sys.stdout.flush()
    sys.setswitchinterval(_SWITCH)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out, contextlib.redirect_stdout(sys.stderr):
        server = made()
        server.start_io(sys.stdin.buffer, out)
    return server.status
