"""The door of LiteLLM: a guardrail in its proxy's process, and what its webhook calls.

In the proxy's configuration::

    guardrails:
      - guardrail_name: terms
        litellm_params: {guardrail: tosdsl.gate.doors.litellm.Guardrail, mode: pre_call,
                         default_on: true, gate: gate.yaml}

A mapping reads ``body.model`` and other keys of the call; what LiteLLM knows of the caller's key is in
``body.key.user_id``, ``body.key.team_id``, ``body.key.metadata.…``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail

from tosdsl.gate.doors.answers import oversized
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

DOOR = "litellm"

_OF_THE_KEY = ("user_id", "team_id", "org_id", "end_user_id", "key_alias", "metadata", "team_metadata")
_LITELLMS = frozenset(("proxy_server_request", "secret_fields", "key"))
"""Keys of a call that are no arguments of it."""

_OF_JSON = frozenset((dict, list, str, int, float, bool, type(None)))


class Guardrail(CustomGuardrail):  # type: ignore[misc]  # LiteLLM is not installed where types are checked
    """Refuses calls before they are made. ``gate``: the gate's file; else ``TOSDSL_GATE`` names it."""

    def __init__(self, gate: str | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self.live = Live(gate or os.environ["TOSDSL_GATE"])
        self.live.start()

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: Any
    ) -> Any:
        """LiteLLM calls it with the call that is to be made. Raises HTTPException to refuse it."""
        request = request_of(data, user_api_key_dict)
        most = int(self.live.plan.limits["body"])
        if oversized(request.parsed, most):
            title = f"The call has more than {most} bytes."
            raise HTTPException(413, {"title": title, "status": 413})
        loop = asyncio.get_running_loop()
        outcome = await loop.run_in_executor(None, self.live.ask, request, DOOR)
        if not outcome.allow:
            raise HTTPException(outcome.status, dict(outcome.problem or {}), dict(outcome.headers))
        data.setdefault("metadata", {})["tos_decision_id"] = outcome.id
        return data


def request_of(data: Mapping[str, Any], key: Any) -> Request:
    """The call as a request: its headers as they came, its arguments as a body, and whose key it is.

    Where LiteLLM does not tell what came (the lines of a batch, what is passed through to a provider,
    tools), method, path and headers are not known.
    """
    came = _came(data)
    headers = tuple((name.lower(), str(value)) for name, value in (came.get("headers") or {}).items())
    call = {name: value for name, value in data.items() if name not in _LITELLMS}
    owner = {name: getattr(key, name, None) for name in _OF_THE_KEY}
    return Request(
        method=str(came.get("method") or ""),
        path=_path(str(came.get("url") or "")),
        headers=headers,
        parsed={**call, "key": {name: value for name, value in owner.items() if value is not None}},
    )


def _came(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What LiteLLM tells of the request itself; nothing where a caller could have written it.

    On some ways the body of a caller reaches a guardrail as it is, and may have these keys itself. It
    comes from JSON. What LiteLLM writes has a part that JSON cannot have: a tuple, or a mapping of its
    own.
    """
    came, secret = data.get("proxy_server_request"), data.get("secret_fields")
    parts = [part for each in (came, secret) if isinstance(each, Mapping) for part in each.values()]
    own = any(type(part) not in _OF_JSON for part in parts)
    return came if own and isinstance(came, Mapping) else {}


def _path(url: str) -> str:
    if not url:
        return ""
    rest = url.partition("://")[2] or url
    return "/" + rest.partition("/")[2].partition("?")[0]
