"""The doors that gateways for models call as webhooks: Portkey's, and LiteLLM's generic guardrail.

Both send JSON that describes a call; a mapping reads it as ``body``. Portkey lets a call through when
the webhook fails, unless ``failOnError`` stands under the check's ``parameters``: so a check that could
not be made is answered here as a refusal and not as an error.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from tosdsl.gate.doors.answers import Answer, as_json, json_answer, plain_problem
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome, Request

PORTKEY = "/portkey"
LITELLM = "/beta/litellm_basic_guardrail_api"

_SENT = {LITELLM: "request_headers", PORTKEY: "requestHeaders"}


def answer(live: Live, request: Request, path: str) -> Answer:
    """The answer in the words of the gateway that asks."""
    from tosdsl.gate.asked import Asked

    body = Asked(request, int(live.plan.limits["nesting"])).body
    if not isinstance(body, dict):
        return plain_problem(400, "The body must be an object of JSON.")
    asked = evolve(request, parsed=body, headers=_headers(body.get(_SENT[path])))
    if path == PORTKEY:
        return json_answer(_for_portkey(live.ask(asked, "portkey")))
    return json_answer(_for_litellm(live.ask(asked, "litellm-webhook")))


def _headers(sent: Any) -> tuple[tuple[str, str], ...]:
    """The headers of the call itself, as the gateway tells them; those of the webhook say nothing."""
    if not isinstance(sent, dict):
        return ()
    return tuple((str(name).lower(), value) for name, value in sent.items() if isinstance(value, str))


def _for_portkey(outcome: Outcome) -> dict[str, Any]:
    return {"verdict": outcome.allow, "data": {"id": outcome.id, "problem": outcome.problem}}


def _for_litellm(outcome: Outcome) -> dict[str, Any]:
    if outcome.allow:
        return {"action": "NONE"}
    return {"action": "BLOCKED", "blocked_reason": as_json(outcome.problem).decode()}
