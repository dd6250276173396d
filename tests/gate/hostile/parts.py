"""What is put into a request: each takes a request and gives it back with something hostile in it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from random import Random

from attrs import evolve

from tests.gate.hostile.raw import Sent

Part = Callable[[Sent, Random], Sent]

ACTIVITIES = (b"train", b"promote", b"evaluate", b"", b"none", b"unknown", b"*")
KEYS = (b"Bearer key-of-sorter", b"Bearer key-of-seed", b"Bearer key-of-nobody", b"key-of-sorter", b"")
MODELS = (
    "gpt-4o",
    "mistral-large",
    "gpt-5",
    "",
    "*",
    None,
    1,
    True,
    [],
    {},
    ["gpt-4o", "mistral-large"],
)
_KEPT = {b"authorization": KEYS, b"x-activities": ACTIVITIES}
"""The headers that facts come from, and values of each."""

_SAID = (b"x-tosdsl-verdict", b"x-tosdsl-decision-id", b"x-tosdsl-key", b"x-tosdsl-as-of")
_AROUND = (
    b"x-forwarded-for",
    b"x-original-uri",
    b"x-forwarded-uri",
    b"x-original-method",
    b"x-forwarded-method",
)
_OTHERS = (
    b"as-of",
    b"model",
    b"model.purpose",
    b"output-of",
    b"register",
    b"subject",
    b"assume",
    b"standard",
)
_VALUES = (
    b"permitted",
    b"true",
    b"1",
    b"GET",
    b"/livez",
    b"classify",
    b"2020-01-01",
    b"127.0.0.1",
    b"key-of-sorter",
)


def cased(name: bytes, draw: Random) -> bytes:
    return bytes(draw.choice((each, each ^ 32)) if chr(each).isalpha() else each for each in name)


def _there(sent: Sent) -> list[bytes]:
    """The headers that facts come from and that a request has. One that it has not may be added by
    anybody: that is another request, and none that hides something."""
    return [name for name, _ in sent.headers if name in _KEPT]


# --- headers ----------------------------------------------------------------------------------------


def header_twice(sent: Sent, draw: Random) -> Sent:
    if not (there := _there(sent)):
        return sent
    name = draw.choice(there)
    added = (cased(name, draw), draw.choice(_KEPT[name]))
    headers = (added, *sent.headers) if draw.random() < 0.5 else (*sent.headers, added)
    return evolve(sent, headers=headers)


def header_spoofed(sent: Sent, draw: Random) -> Sent:
    name = draw.choice((*_SAID, *_AROUND, *_OTHERS))
    return sent.with_((cased(name, draw), draw.choice(_VALUES)))


def header_name_alike(sent: Sent, draw: Random) -> Sent:
    name = draw.choice(sorted(_KEPT))
    ways = (
        name + b" ",
        b" " + name,
        name + b"\t",
        b"\0" + name,
        name + b":",
        b'"' + name,
        b"x_activities",
    )
    return sent.with_((draw.choice(ways), draw.choice(_KEPT[name])))


def header_folded(sent: Sent, draw: Random) -> Sent:
    if not (there := _there(sent)):
        return sent
    name = draw.choice(there)
    return sent.with_(
        (b"x-a", b"1\r\n" + draw.choice((b" ", b"\t")) + name + b": " + draw.choice(_KEPT[name]))
    )


def header_split(sent: Sent, draw: Random) -> Sent:
    if not (there := _there(sent)):
        return sent
    name = draw.choice(there)
    line = draw.choice((b"\n", b"\r", b"\r\n", b"%0d%0a", b"\x0b", b"\x85"))
    return sent.with_((b"x-a", b"1" + line + name + b": " + draw.choice(_KEPT[name])))


def value_written_otherwise(sent: Sent, draw: Random) -> Sent:
    """A value in another writing, which others might take for the same."""
    name = draw.choice(sorted(_KEPT))
    ways: tuple[Callable[[bytes], bytes], ...] = (
        bytes.upper,
        lambda value: b"".join(b"%%%02x" % each for each in value),
        lambda value: b'"' + value + b'"',
        lambda value: value + b"\0",
        lambda value: value + b"\xc3\xa9",
        lambda value: b"\xff" + value,
        lambda value: b"," + value + b",",
        lambda value: b"[" + value + b"]",
        lambda value: value.replace(b"a", "а".encode()),
        lambda value: b" \t" + value + b"\t ",
        lambda value: value + b"," + value,
        lambda value: value + b";q=0",
    )
    way = draw.choice(ways)
    return evolve(
        sent,
        headers=tuple((each, way(value) if each == name else value) for each, value in sent.headers),
    )


def headers_without_end(sent: Sent, draw: Random) -> Sent:
    if draw.random() < 0.5:
        return sent.with_(
            *((b"x-%d" % number, b"1") for number in range(draw.choice((50, 200, 2_000))))
        )
    return sent.with_((b"x-long", b"a" * draw.choice((4_000, 20_000, 100_000))))


# --- bodies -----------------------------------------------------------------------------------------


def key_twice(sent: Sent, draw: Random) -> Sent:
    key = draw.choice(("model", "Model", "MODEL", "mod\\u0065l", "model ", "model\\u0000"))
    added = f'"{key}": {json.dumps(draw.choice(MODELS))}'.encode()
    if not sent.body.startswith(b"{") or len(sent.body) < 3:
        return sent
    inner = sent.body[1:-1]
    return evolve(
        sent, body=b"{" + (b", ".join((added, inner) if draw.random() < 0.5 else (inner, added))) + b"}"
    )


def body_wrapped(sent: Sent, draw: Random) -> Sent:
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: b"[" + body + b"]",
        lambda body: b'{"model": ' + (body or b"{}") + b"}",
        lambda body: b'{"body": ' + (body or b"{}") + b"}",
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.decode().encode("utf-16"),
        lambda body: body + b"\0",
        lambda body: body + body,
        lambda body: body + b' {"model": "mistral-large"}',
        lambda body: b'{"model": "mistral-large"} ' + body,
        lambda body: b"/**/" + body,
        lambda body: gzip.compress(body, mtime=0),
        lambda body: body[:-1],
        lambda body: body.replace(b"gpt-4o", b"gpt-4o\\u0000"),
        lambda body: body.replace(b"gpt-4o", b"gpt-4o\xff"),
        lambda body: body.replace(b"gpt-4o", b"\\ud800gpt-4o"),
        lambda body: body.replace(b"gpt-4o", b"GPT-4O"),
        lambda body: body.replace(b":", b":" + b" " * 5_000),
    )
    return evolve(sent, body=draw.choice(ways)(sent.body))


def body_deep(sent: Sent, draw: Random) -> Sent:
    deep = draw.choice((20, 100, 1_000, 20_000))
    opened, closed = draw.choice(((b"[", b"]"), (b'{"a":', b"}")))
    nested = opened * deep + b"1" + closed * deep
    if draw.random() < 0.3 or not sent.body.startswith(b"{"):
        return evolve(sent, body=nested)
    return evolve(sent, body=b'{"x": ' + nested + b", " + sent.body[1:])


def body_large(sent: Sent, draw: Random) -> Sent:
    filling = draw.choice((b"a" * 200_000, b"9" * 50_000, b"1e" + b"9" * 50, b"\\u0041" * 20_000))
    value = filling if filling[:1] in b"91" else b'"' + filling + b'"'
    if not sent.body.startswith(b"{"):
        return sent
    return evolve(sent, body=b'{"x": ' + value + b", " + sent.body[1:])


def type_otherwise(sent: Sent, draw: Random) -> Sent:
    name = draw.choice((b"content-type", b"content-encoding", b"accept-charset"))
    value = draw.choice(
        (
            b"application/x-www-form-urlencoded",
            b"multipart/form-data; boundary=a",
            b"text/plain",
            b"gzip",
            b"utf-7",
            b"br",
        )
    )
    return sent.with_((name, value))


# --- framing ----------------------------------------------------------------------------------------


def lengths(sent: Sent, draw: Random) -> Sent:
    """Two lengths that do not agree, or one that is none."""
    fits = len(sent.body)
    line = b"content-length: %d"
    ways = (
        (line % fits, line % draw.choice((0, 1, fits + 10))),
        (line % draw.choice((0, 1)), line % fits),
        (line % fits, line % fits),
        (b"content-length: %d, %d" % (fits, fits),),
        (b"content-length: +%d" % fits,),
        (b"content-length: -1",),
        (b"content-length: 0x%x" % fits,),
        (b"content-length : %d" % fits,),
        (b"content-length: %d " % fits,),
        (b"content-length:\t%d" % fits,),
        (b"content-length: " + b"9" * 30,),
        (),
    )
    return evolve(sent, length=draw.choice(ways))


def chunked(sent: Sent, draw: Random) -> Sent:
    """Chunks beside a length, or chunks that are none."""
    body = sent.body
    chunk = draw.choice((b"%x", b"%X", b"0%x", b"%x;a=b", b"%x ", b"+%x", b"0x%x", b"-%x"))
    made = (chunk % len(body) + b"\r\n" + body + b"\r\n" if body else b"") + b"0\r\n\r\n"
    coded = draw.choice(
        (
            b"chunked",
            b"Chunked",
            b"chunked, identity",
            b"identity, chunked",
            b"xchunked",
            b"gzip, chunked",
            b" chunked ",
            b"\x0bchunked",
        )
    )
    line = b"transfer-encoding: " + coded
    fits = b"content-length: %d" % draw.choice((len(body), len(made), 0, 4))
    length = draw.choice(((line,), (line, fits), (fits, line), (line, line)))
    return evolve(sent, length=length, body=made)


def another_behind(sent: Sent, draw: Random) -> Sent:
    """A further request in what the length calls the body, or behind it."""
    other = Sent(
        headers=((b"authorization", b"Bearer key-of-sorter"), (b"x-activities", b"train")),
        body=b'{"model": "gpt-4o"}',
    ).bytes()
    if draw.random() < 0.5:
        return evolve(
            sent, body=sent.body + other, length=(b"content-length: %d" % len(sent.body + other),)
        )
    return evolve(
        sent,
        body=b"0\r\n\r\n" + other,
        length=(
            b"content-length: %d" % draw.choice((5, 4 + len(other))),
            b"transfer-encoding: chunked",
        ),
    )


# --- the first line ---------------------------------------------------------------------------------


def target(sent: Sent, draw: Random) -> Sent:
    path = sent.target
    ways = (
        path + b"?model=mistral-large&x-activities=promote",
        path + b"?as_of=2020-01-01",
        path + b"/../../livez",
        path.replace(b"/", b"//"),
        path.replace(b"e", b"%65"),
        path + b"%00",
        path + b"#/livez",
        path + b";model=mistral-large",
        b"http://elsewhere.example" + path,
        b"/livez/.." + path,
        b"\\" + path[1:],
        path + b"/" + b"a" * 8_000,
        b"*",
    )
    return evolve(sent, target=draw.choice(ways))


def method(sent: Sent, draw: Random) -> Sent:
    word = draw.choice(
        (
            b"GET",
            b"HEAD",
            b"OPTIONS",
            b"TRACE",
            b"CONNECT",
            b"PUT",
            b"DELETE",
            b"PATCH",
            b"post",
            b"ANY",
            b"P\0ST",
        )
    )
    return evolve(sent, method=word)


def version(sent: Sent, draw: Random) -> Sent:
    return evolve(
        sent,
        version=draw.choice((b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.1 ", b"", b"http/1.1")),
    )


PARTS: dict[str, Part] = {
    each.__name__: each
    for each in (
        *(header_twice, header_spoofed, header_name_alike, header_folded, header_split),
        *(value_written_otherwise, headers_without_end),
        *(key_twice, body_wrapped, body_deep, body_large, type_otherwise),
        *(lengths, chunked, another_behind),
        *(target, method, version),
    )
}
FRAMING = frozenset(
    (
        "lengths",
        "chunked",
        "another_behind",
        "header_split",
        "header_folded",
        "target",
        "method",
        "version",
        "body_large",
        "headers_without_end",
        "header_name_alike",
    )
)
"""After these, what follows on the connection may be read otherwise: it is asked alone."""
