"""A receipt, and receipts read from bytes. Raises ReceiptError.

What is read is what was written, to the byte: canonical JSON whose ``id`` is the digest of all else.
That says nothing of who wrote it. Whoever could write the file could write another receipt; whether a
receipt is right is found by deciding again (``replay``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from attrs import field

from tosdsl.base import limits
from tosdsl.base.node import frozen
from tosdsl.base.span import Span
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import ReceiptError
from tosdsl.receipts.canonical import canonical, digest_of

SCHEMA = "tosdsl.receipt/1"

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@frozen
class Receipt:
    """A decision with all that it was made of. Equal to another if its content is.

    ``id`` is the SHA-256 of the content as canonical JSON without ``id``. ``content`` is the whole as
    JSON-ready data, not to be changed; its parts are described in the book.
    """

    id: str
    content: Mapping[str, Any] = field(eq=False, repr=False)

    @property
    def verdict(self) -> Verdict:
        """The verdict that was given."""
        return Verdict(self.content["decision"]["verdict"])

    @property
    def decision(self) -> Decision:
        """The decision, without its explanation. Raises DecisionError if it has another form than the
        decisions of this version."""
        return Decision.from_json(self.content["decision"])

    def to_bytes(self) -> bytes:
        """The receipt as one line of canonical JSON (RFC 8785), without a line feed."""
        return canonical(dict(self.content))

    @classmethod
    def from_bytes(cls, data: bytes) -> Receipt:
        """The receipt that ``to_bytes`` wrote. Raises ReceiptError if a single byte is another."""
        return read(data)


def sealed(content: Mapping[str, Any]) -> Receipt:
    """A receipt of this content, which is all of it but the ``id``. Raises ValueError."""
    id_ = digest_of(canonical(dict(content)))
    return Receipt(id_, {**content, "id": id_})


def read(data: bytes, place: Span | None = None) -> Receipt:
    """The receipt in these bytes; ``place`` is where they stand, for a mistake to name."""
    found = _read(data, place)
    if isinstance(found, Diagnostic):
        raise ReceiptError((found,), {})
    return found


def _read(data: bytes, place: Span | None) -> Receipt | Diagnostic:
    if len(data) > limits.MAX_RECEIPT_BYTES:
        return mistake("TOS5044", place, limit=limits.MAX_RECEIPT_BYTES)
    try:
        content = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _none(place, f"the byte at {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return _none(place, f"it is not JSON ({error.msg[:1].lower()}{error.msg[1:]} at {error.pos})")
    except (ValueError, RecursionError):  # digits without end, brackets without end
        return _none(place, "it is not JSON of any receipt")
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        found = json.dumps(schema) if isinstance(schema, str) else "missing"
        return _none(place, f"its `schema` is {found}, and not {SCHEMA}")
    try:
        if canonical(content) != data:
            return _altered(place, "its bytes are not those that were written")
        id_ = content.pop("id", None)
        made = sealed(content)
    except ValueError:
        return _altered(place, "its bytes are not those that were written")
    if made.id != id_:
        return _altered(place, "its content has another digest than its `id` says")
    problem = _misshapen(made.content)
    return _none(place, problem) if problem else made


def _none(place: Span | None, problem: str) -> Diagnostic:
    return mistake("TOS4060", place, problem=problem)


def _altered(place: Span | None, problem: str) -> Diagnostic:
    return mistake("TOS4061", place, problem=problem)


# --- the shape --------------------------------------------------------------------------------------

_PARTS: Mapping[str, type | tuple[type, ...]] = {
    "asked": list,
    "decision": dict,
    "documents": list,
    "engine": dict,
    "id": str,
    "mapping": (str, type(None)),
    "remarks": list,
    "schema": str,
    "use": dict,
}
_DOCUMENT: Mapping[str, type | tuple[type, ...]] = {
    "digest": str,
    "id": str,
    "recorded": (str, type(None)),
    "remarks": list,
    "texts": list,
    "version": (str, type(None)),
}


def _misshapen(content: Mapping[str, Any]) -> str | None:
    """What is wrong with a receipt whose digest is right: nobody but a forger writes one."""
    whole = {key: value for key, value in content.items() if key != "part"}
    if (problem := _wrong("", whole, _PARTS)) is not None:
        return problem
    part = content.get("part", ["some"])  # of whole documents it is not there
    if not isinstance(part, list) or not part or _texts_wrong(part):
        return "its `part` names none"
    engine, use, mapping = content["engine"], content["use"], content["mapping"]
    if engine.keys() != {"name", "version"} or _texts_wrong([*content["remarks"], *engine.values()]):
        return "its `remarks` or its `engine` are none"
    said = [use[key] for key in ("use", "as_of", "known_at") if key in use]
    if _texts_wrong(said) or (mapping is not None and DIGEST.fullmatch(mapping) is None):
        return "its `use` or its `mapping` is none"
    for each in content["documents"]:
        if (problem := _wrong("documents.", each, _DOCUMENT)) is not None:
            return problem
        known = all(_is_text(text) for text in each["texts"]) and bool(each["texts"])
        if not known or _texts_wrong(each["remarks"]) or DIGEST.fullmatch(each["digest"]) is None:
            return "a document's `texts` or `remarks` are none"
    count = len(content["documents"])
    for group in content["asked"]:
        fits = isinstance(group, list) and all(type(at) is int and 0 <= at < count for at in group)
        if not fits or not group:
            return "`asked` names a document that there is not"
    if not content["asked"]:
        return "`asked` names no document"
    verdict = content["decision"].get("verdict")
    if not any(verdict == each.value for each in Verdict):
        return "`decision` has no verdict"
    took_part = content["decision"].get("policies")
    digests = [each.get("digest") for each in took_part] if _are_mappings(took_part) else [None]
    if not all(isinstance(each, str) and DIGEST.fullmatch(each) for each in digests):
        return "`decision.policies` are none"
    return None


def _are_mappings(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, dict) for each in given)


def _wrong(around: str, given: Any, parts: Mapping[str, Any]) -> str | None:
    if not isinstance(given, dict) or given.keys() != parts.keys():
        return f"`{around}` has other keys than a receipt" if around else "it has other keys than one"
    odd = next((key for key, kind in parts.items() if not isinstance(given[key], kind)), None)
    return None if odd is None else f"`{around}{odd}` is of another type"


def _is_text(text: Any) -> bool:
    return (
        isinstance(text, dict)
        and text.keys() == {"digest", "literate"}
        and isinstance(text["digest"], str)
        and DIGEST.fullmatch(text["digest"]) is not None
        and isinstance(text["literate"], bool)
    )


def _texts_wrong(remarks: Any) -> bool:
    return not all(isinstance(each, str) for each in remarks)
