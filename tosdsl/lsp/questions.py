"""What answers each request and each command; what goes wrong there is told in a sentence."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException

from tosdsl.errors import TosdslError
from tosdsl.lsp.answers import calls, commands, finding, hover, layout, problems, verdicts, writing
from tosdsl.lsp.answers.finding import RefusedError
from tosdsl.lsp.desk import Desk, Look
from tosdsl.lsp.server import SLOW, Failed, Server, fault


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
                raise Failed(fault(method, error)) from None

        server.feature(method, options)(safe)

    return register


def questions(server: Server) -> None:
    """Register what answers requests."""
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
        return await server.look(of, lambda _, look: verdicts.lenses(look, of), SLOW)

    @_answer(server, t.TEXT_DOCUMENT_INLAY_HINT)
    async def _(params: t.InlayHintParams) -> Any:
        return await server.look(
            params.text_document.uri, lambda _, look: verdicts.inlays(look, params.range), SLOW
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


def offered(server: Server) -> None:
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
        raise Failed(fault(name, error)) from None
    data = found.to_json()
    if not server.shows_results:
        params = t.ShowMessageParams(t.MessageType.Info, f"{data['title']}\n{data['text']}")
        server.window_show_message(params)
    return data
