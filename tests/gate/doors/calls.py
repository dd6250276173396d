"""The calls of a model that a gateway for models offers: about which of them it asks.

Each is put for a use that the terms forbid. Whether the gate was asked stands in its log, and
whether the call came through, at the upstream.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from tests.gate.doors.answered import Cell

MODELS = ("LiteLLM", "LiteLLM webhook", "Portkey")
"""Gateways for models: the call is one of OpenAI's interface."""

GOOD = {"x-customer": "acme", "x-sold": "false", "x-media": "web_page", "x-day": "2026-06-01"}

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}

_PICTURE = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}}

_FORGED = {"proxy_server_request": {"url": "http://127.0.0.1/", "method": "POST", "headers": GOOD}}
"""What a caller writes into a body, so that LiteLLM takes it for the headers that came."""

_BODY = {
    **CHAT,
    **_FORGED,
    "input": "hello",
    "prompt": "hello",
    "max_tokens": 5,
    "voice": "alloy",
    "query": "hello",
    "documents": ["hello"],
    "name": "a",
    "document": {"type": "document_url", "document_url": "http://127.0.0.1/a"},
    "input_file_id": "a",
    "endpoint": "/v1/chat/completions",
    "completion_window": "24h",
    "session": {"type": "realtime", "model": "gpt-4o"},
}
"""A body that each kind of call takes."""

_LINE = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {**CHAT, **_FORGED}}
_WAVE = {"file": ("a.wav", b"RIFF", "audio/wav")}
_IMAGE = {"image": ("a.png", b"a", "image/png")}
_LINES = {"file": ("a.jsonl", json.dumps(_LINE).encode() + b"\n", "application/jsonl")}

CALLS: dict[str, tuple[str, Any]] = {
    "chat": ("v1/chat/completions", _BODY),
    "chat, a picture and no text": (
        "v1/chat/completions",
        {"model": "gpt-4o", "messages": [{"role": "user", "content": [_PICTURE]}]},
    ),
    "chat, `/` at the end of the path": ("v1/chat/completions/", _BODY),
    "completions": ("v1/completions", _BODY),
    "embeddings": ("v1/embeddings", _BODY),
    "embeddings of numbers": ("v1/embeddings", {"model": "gpt-4o", "input": [1, 2]}),
    "responses": ("v1/responses", _BODY),
    "Anthropic's messages": ("v1/messages", _BODY),
    "tokens counted": ("v1/messages/count_tokens", _BODY),
    "speech": ("v1/audio/speech", _BODY),
    "transcriptions": ("v1/audio/transcriptions", _WAVE),
    "images": ("v1/images/generations", _BODY),
    "images edited": ("v1/images/edits", _IMAGE),
    "videos": ("v1/videos", _IMAGE),
    "moderations": ("v1/moderations", _BODY),
    "reranking": ("v1/rerank", _BODY),
    "vector stores": ("v1/vector_stores", _BODY),
    "realtime, a client's secret": ("v1/realtime/client_secrets", _BODY),
    "files": ("v1/files", _LINES),
    "batches": ("v1/batches", _BODY),
    "containers": ("v1/containers", _BODY),
    "passed through to OpenAI": ("openai/v1/chat/completions", {**CHAT, **_FORGED}),
}
"""By name: a path, and the object of JSON or the file that is sent there."""

REFUSED, NONE, UNASKED = "refused", "–", "**goes through unasked**"
MISLED = "**goes through on headers that the body makes up**"

THROUGH: dict[str, dict[str, set[str]]] = {
    "LiteLLM": {UNASKED: {"tokens counted"}},
    "LiteLLM webhook": {
        UNASKED: {
            "chat, a picture and no text",
            "embeddings of numbers",
            "tokens counted",
            "transcriptions",
            "moderations",
            "vector stores",
            "realtime, a client's secret",
            "batches",
            "containers",
        },
        MISLED: {"files", "passed through to OpenAI"},
    },
    "Portkey": {
        UNASKED: CALLS.keys()
        - {
            "chat",
            "chat, a picture and no text",
            "completions",
            "embeddings",
            "embeddings of numbers",
            "Anthropic's messages",
            "tokens counted",
            "passed through to OpenAI",
        }
    },
}
"""What a gateway lets through by itself, in the versions that the book names: its guardrail is not
asked, or is told as headers what stands in the caller's body. Nothing else may go through."""


def told(rig: Any, pairs: Any, key: str) -> list[tuple[str, str]]:
    """The headers of a call. To Portkey the caller says in its metadata what others say in headers."""
    if rig.name == "Portkey":
        first: dict[str, str] = {}
        again: dict[str, str] = {}
        for name, value in pairs:
            (again if name in first else first)[name] = value
        config = (rig.folder / "portkey.json").read_text(encoding="utf-8")
        pairs = [("x-portkey-config", " ".join(config.split()))]
        pairs += [("x-portkey-metadata", json.dumps(each)) for each in (first, again) if each]
    return [*pairs, ("authorization", f"Bearer {key}")]


def ask_each(rig: Any, key: str) -> Cell | None:
    """Each call for a forbidden use, and what became of it. None at the door of no such gateway."""
    if rig.name not in MODELS:
        return None
    came = {}
    headers = told(rig, list({**GOOD, "x-sold": "true"}.items()), key)
    with httpx.Client(trust_env=False, timeout=20, headers=headers) as client:
        for name, (path, sent) in CALLS.items():
            before, asked = rig.passed, _decided(rig.folder)
            if any(isinstance(part, tuple) for part in sent.values()):
                data = {"model": "gpt-4o", "purpose": "batch", "prompt": "hello"}
                client.post(f"{rig.base}/{path}", data=data, files=sent)
            else:
                client.post(f"{rig.base}/{path}", json=sent)
            came[name] = _became(rig.passed > before, _decided(rig.folder) > asked)
    through = {
        kind: {name for name, what in came.items() if what == kind} for kind in (UNASKED, MISLED)
    }
    count = sum(map(len, through.values()))
    answer = f"**{count} of {len(CALLS)} go through**" if count else "all refused"
    expected = THROUGH[rig.name]
    right = all(names == expected.get(kind, set()) for kind, names in through.items())
    return Cell(answer, "as it says", right, came)


def _became(through: bool, asked: bool) -> str:
    if through:
        return MISLED if asked else UNASKED
    return REFUSED if asked else NONE


def _decided(folder: Path) -> int:
    """How many decisions the gate has logged. Each stands there before it is answered."""
    file = folder / "decisions.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0
