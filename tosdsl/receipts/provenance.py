"""Receipts as W3C PROV, in its JSON-LD form (PROV-JSONLD, a submission to the W3C of 2024).

A receipt is an entity, which a deciding generated. That used the use and the policies; which of these
were asked about was its plan; the program, an agent, carried it out. Entities are named by their
digests, so that two receipts on one text speak of the same thing. PROV knows moments of activities; a
receipt has none, as deciding reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from tosdsl.receipts.canonical import canonical, digest_of
from tosdsl.receipts.model import Receipt

_CONTEXT = "https://openprovenance.org/prov-jsonld/context.jsonld"
_NAMES: Mapping[str, str] = {
    "tos": "urn:tosdsl:terms#",
    "sha256": "urn:tosdsl:sha256:",
    "deciding": "urn:tosdsl:deciding:",
    "engine": "urn:tosdsl:engine:",
}


def provenance(receipts: Iterable[Receipt]) -> dict[str, Any]:
    """One PROV-JSONLD document about them, as JSON-ready data; what several speak of is there once."""
    statements: dict[bytes, dict[str, Any]] = {}
    for each in receipts:
        for statement in _statements(each):
            statements.setdefault(canonical(statement), statement)
    return {"@context": [dict(_NAMES), _CONTEXT], "@graph": list(statements.values())}


def _statements(receipt: Receipt) -> Iterator[dict[str, Any]]:
    content = receipt.content
    number = receipt.id.partition(":")[2]
    deciding = f"deciding:{number}"
    engine = f"engine:{quote('-'.join(content['engine'][each] for each in ('name', 'version')))}"
    decision = content["decision"]
    use = digest_of(canonical(content["use"]))
    plan = digest_of(canonical([content["asked"], content["documents"]]))
    yield _entity(
        receipt.id,
        "tos:Receipt",
        label=f"{decision['verdict'].replace('_', ' ')}: {content['use'].get('use') or 'a use'}",
        verdict=decision["verdict"],
        as_of=content["use"].get("as_of"),
        known_at=content["use"].get("known_at"),
    )
    yield {"@type": "Activity", "@id": deciding, "type": ["tos:Deciding"]}
    yield {"@type": "Agent", "@id": engine, "type": ["prov:SoftwareAgent"]}
    yield _entity(use, "tos:Use", label=content["use"].get("use"))
    yield _entity(plan, "prov:Plan", label="the documents asked about, in all their versions")
    yield {"@type": "Generation", "entity": receipt.id, "activity": deciding}
    yield {"@type": "Association", "activity": deciding, "agent": engine, "plan": plan}
    yield {"@type": "Usage", "activity": deciding, "entity": use}
    yield _derived(receipt.id, use)
    if content["mapping"] is not None:
        yield _entity(content["mapping"], "tos:Mapping")
        yield {"@type": "Usage", "activity": deciding, "entity": content["mapping"]}
    for document in content["documents"]:
        yield from _document(document, deciding)
    took_part = {each["digest"] for each in decision["policies"]}
    yield from (_derived(receipt.id, each) for each in sorted(took_part))


def _document(document: Mapping[str, Any], deciding: str) -> Iterator[dict[str, Any]]:
    version = document["version"]
    name = f"{document['id']}@{version}" if version else document["id"]
    yield _entity(document["digest"], "tos:Policy", label=name, id=document["id"], version=version)
    yield {"@type": "Usage", "activity": deciding, "entity": document["digest"]}
    for text in document["texts"]:
        if text["digest"] != document["digest"]:  # of a policy without vocabularies, they are one
            yield _entity(text["digest"], "tos:Text")
            yield _derived(document["digest"], text["digest"])


def _entity(name: str, kind: str, label: str | None = None, **said: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "Entity", "@id": name, "type": [kind]}
    if label is not None:
        made["label"] = [{"@value": label}]
    made |= {f"tos:{key}": [{"@value": value}] for key, value in said.items() if value is not None}
    return made


def _derived(made: str, of: str) -> dict[str, Any]:
    return {"@type": "Derivation", "generatedEntity": made, "usedEntity": of}
