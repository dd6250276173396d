"""The door of a Django project: a middleware, for synchronous and asynchronous servers.

    MIDDLEWARE = ["tosdsl.gate.doors.django.Guard", …]
    TOSDSL_GATE = "gate.yaml"

The outcome of a permitted request is in ``request.tos``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse

from tosdsl.gate.doors.answers import of_outcome
from tosdsl.gate.doors.wsgi import of_environ
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome

DOOR = "django"


class Guard:
    """Lets through what the gate of ``settings.TOSDSL_GATE`` permits: a file, or a ``Live``."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._next = get_response
        gate = settings.TOSDSL_GATE
        self.live = gate if isinstance(gate, Live) else Live(gate)
        self.live.start()
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        if iscoroutinefunction(self):
            return self._later(request)
        refused = self._refused(request, self._outcome(request))
        return refused if refused is not None else self._next(request)

    async def _later(self, request: Any) -> Any:
        outcome = await sync_to_async(self._outcome, thread_sensitive=False)(request)
        refused = self._refused(request, outcome)
        return refused if refused is not None else await self._next(request)

    def _outcome(self, request: Any) -> Outcome:
        body: bytes | None = None
        if "json" in request.META.get("CONTENT_TYPE", "").lower():
            try:
                body = request.body if len(request.body) <= self.live.plan.limits["body"] else None
            except RequestDataTooBig:
                body = None
        meta = {"PATH_INFO": request.path, **request.META, "REQUEST_METHOD": request.method}
        return self.live.ask(of_environ(meta, body), DOOR)

    @staticmethod
    def _refused(request: Any, outcome: Outcome) -> HttpResponse | None:
        if outcome.allow:
            request.tos = outcome
            return None
        made = of_outcome(outcome)
        return HttpResponse(
            made.body, status=made.status, content_type=made.type, headers=dict(made.headers)
        )
