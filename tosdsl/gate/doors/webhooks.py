"""The doors that gateways for models call as webhooks: Portkey's, and LiteLLM's generic guardrail.

Both send JSON that describes a call; a mapping reads it as ``body``. LiteLLM tells the headers of the
call (those that its ``extra_headers`` list) and they are read as ``header``. Portkey tells none: what a
caller says of the use stands in ``body.metadata``.

Portkey lets a call through when the webhook fails, unless ``failOnError`` stands under the check's
``parameters``: so a check that could not be made is answered here as a refusal and not as an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from tosdsl.gate.doors.answers import Answer, Pairs, as_json, json_answer, plain_problem
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome, Request

PORTKEY = "/portkey"
LITELLM = "/beta/litellm_basic_guardrail_api"

_WITHHELD = "[present]"
"""What LiteLLM sends in place of a header's value that it does not hand on."""


def answer(live: Live, request: Request, path: str) -> Answer:
    """The answer in the words of the gateway that asks."""
    from tosdsl.gate.asked import Asked

    body = Asked(request, int(live.plan.limits["nesting"])).body
    if not isinstance(body, dict):
        return plain_problem(400, "The body must be an object of JSON.")
    if path == PORTKEY:
        asked = evolve(request, parsed=body, headers=())
        return json_answer(_for_portkey(live.ask(asked, "portkey")))
    asked = evolve(request, parsed=body, headers=headers_of(body))
    return json_answer(_for_litellm(live.ask(asked, "litellm-webhook")))


def headers_of(body: Mapping[str, Any]) -> Pairs:
    """The headers of the call itself, as LiteLLM tells them; those of the webhook say nothing."""
    sent = body.get("request_headers")
    if not isinstance(sent, dict):
        return ()
    told = [(str(name).lower(), value) for name, value in sent.items() if isinstance(value, str)]
    # A value that is withheld is there and not known: two of it are what no source takes for one.
    return tuple(told + [each for each in told if each[1] == _WITHHELD])


def _for_portkey(outcome: Outcome) -> dict[str, Any]:
    return {"verdict": outcome.allow, "data": {"id": outcome.id, "problem": outcome.problem}}


def _for_litellm(outcome: Outcome) -> dict[str, Any]:
    if outcome.allow:
        return {"action": "NONE"}
    return {"action": "BLOCKED", "blocked_reason": as_json(outcome.problem).decode()}
