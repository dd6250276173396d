"""The messages of Envoy's ``ext_authz`` over gRPC: the part of them that a gate reads and writes.

They are declared here, in a pool of their own, as the packages on PyPI that have all of Envoy's
declarations claim the same names in the pool that a process shares.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_STRING, _BYTES, _INT32, _INT64, _MESSAGE = 9, 12, 5, 3, 11
_ONE, _MANY = 1, 3
_PACKAGE = "envoy.service.auth.v3"

_MESSAGES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "Address": (("socket_address", 1, "SocketAddress"),),
    "SocketAddress": (("address", 2, _STRING),),
    "Peer": (("address", 1, "Address"), ("principal", 4, _STRING)),
    "StringEntry": (("key", 1, _STRING), ("value", 2, _STRING)),
    "HeaderMap": (("headers", 1, "HeaderValue", _MANY),),
    "HttpRequest": (
        ("method", 2, _STRING),
        ("headers", 3, "StringEntry", _MANY),
        ("path", 4, _STRING),
        ("host", 5, _STRING),
        ("size", 9, _INT64),
        ("body", 11, _STRING),
        ("raw_body", 12, _BYTES),
        ("header_map", 13, "HeaderMap"),
    ),
    "AttributeRequest": (("http", 2, "HttpRequest"),),
    "AttributeContext": (("source", 1, "Peer"), ("request", 4, "AttributeRequest")),
    "CheckRequest": (("attributes", 1, "AttributeContext"),),
    "RpcStatus": (("code", 1, _INT32), ("message", 2, _STRING)),
    "HeaderValue": (("key", 1, _STRING), ("value", 2, _STRING), ("raw_value", 3, _BYTES)),
    "HeaderValueOption": (("header", 1, "HeaderValue"), ("append_action", 3, _INT32)),
    "HttpStatus": (("code", 1, _INT32),),
    "DeniedHttpResponse": (
        ("status", 1, "HttpStatus"),
        ("headers", 2, "HeaderValueOption", _MANY),
        ("body", 3, _STRING),
    ),
    "OkHttpResponse": (("headers", 2, "HeaderValueOption", _MANY),),
    "CheckResponse": (
        ("status", 1, "RpcStatus"),
        ("denied_response", 2, "DeniedHttpResponse"),
        ("ok_response", 3, "OkHttpResponse"),
        ("dynamic_metadata", 4, ".google.protobuf.Struct"),
    ),
}
"""Fields as name, number, type, and whether there are many. A map is a list of entries on the wire."""


@cache
def messages() -> tuple[Any, Any]:
    """The classes ``CheckRequest`` and ``CheckResponse``."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2

    pool = descriptor_pool.DescriptorPool()
    struct = descriptor_pb2.FileDescriptorProto()
    struct_pb2.DESCRIPTOR.CopyToProto(struct)
    pool.Add(struct)
    file = descriptor_pb2.FileDescriptorProto(
        name="tosdsl/ext_authz.proto", package=_PACKAGE, syntax="proto3", dependency=[struct.name]
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for label, number, kind, *many in fields:
            field = message.field.add(name=label, number=number, label=many[0] if many else _ONE)
            if isinstance(kind, str):
                field.type = _MESSAGE
                field.type_name = kind if kind.startswith(".") else f".{_PACKAGE}.{kind}"
            else:
                field.type = kind
    pool.Add(file)

    def made(name: str) -> Any:
        return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))

    return made("CheckRequest"), made("CheckResponse")
