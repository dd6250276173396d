"""A bundle: one file with a mapping, its policies and vocabularies, a manifest of digests, a signature.

    build: gate.yaml and what it names -> an unsigned bundle
    sign:  a bundle and a private key  -> a signed bundle
    verify, unpack: a bundle and public keys -> the files, or why not

The file is a tar archive, gzipped, whose bytes depend on its content alone. ``manifest.json`` has the
version, when the bundle ends, and the SHA-256 of every other member; ``manifest.jws`` is a JWS
of the manifest's bytes (Ed25519 or ES256). INVARIANT: nothing of a bundle is written or
read as policy before its signature, its digests and its days have been checked.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import frozen

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.gate.deciding import make
from tosdsl.gate.plan import Plan
from tosdsl.gate.reading import read_plan

SCHEMA = "tosdsl.bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.jws"
MAPPING = "gate.yaml"

LARGEST = 64 * 1024 * 1024
"""Bytes of a bundle, unpacked."""
_MEMBERS = 10_000
_ALGORITHMS = ["Ed25519", "ES256"]


class Refused(Exception):
    """A bundle that is not put to work, and why."""


@frozen
class Manifest:
    """What a bundle says of itself. ``version`` only rises; after ``not_after`` it is refused."""

    name: str
    version: int
    built: str
    not_after: str | None
    policies: str
    """The digest of every text that decides, those of the installed library too."""
    files: Mapping[str, str]

    def to_json(self) -> bytes:
        data = {
            "schema": SCHEMA,
            "name": self.name,
            "version": self.version,
            "built": self.built,
            "not_after": self.not_after,
            "policies": self.policies,
            "files": dict(sorted(self.files.items())),
        }
        return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


def refused(file: str, why: str) -> PolicyError:
    """That a bundle is refused, as a diagnostic."""
    return PolicyError((mistake("TOS8014", None, file=file, problem=why),), {})


# --- building ---------------------------------------------------------------------------------------


def build(file: str, name: str, version: int, not_after: datetime | None, now: datetime) -> bytes:
    """The bundle of a mapping, its policies and its presumptions, unsigned. Raises PolicyError.

    Policies of the installed library stay there: the manifest has the digest of every text that
    decides, and where others are installed the bundle is refused. Registers stay outside, beside it.
    """
    plan, sources = read_plan(file)
    made = make(plan, sources)
    members = {MAPPING: Path(file).read_bytes()}
    if plan.assumed:
        members[_inside(plan, plan.assumed)] = Path(plan.folder, plan.assumed).read_bytes()
    for word in (*plan.active, *plan.shadow):
        beside = Path(plan.folder, word)
        for found in _texts_in(beside):
            members[_inside(plan, str(found.relative_to(plan.folder)))] = found.read_bytes()
    digests = {path: _digest(raw) for path, raw in members.items()}
    end = None if not_after is None else _moment(not_after)
    manifest = Manifest(name, version, _moment(now), end, made.digest, digests)
    return _packed({MANIFEST: manifest.to_json(), **members})


def _texts_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.rglob("*.tos*") if each.is_file())
    return [path] if path.is_file() else []


def _inside(plan: Plan, name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise refused(plan.file, f"`{name}` is outside the mapping's folder")
    return str(path)


def _packed(members: Mapping[str, bytes]) -> bytes:
    """The archive: the manifest, then the members by name, with no times and no owners."""
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        first = [each for each in (MANIFEST, SIGNATURE) if each in members]
        for name in [*first, *sorted(members.keys() - set(first))]:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(members[name]), 0o644
            archive.addfile(member, io.BytesIO(members[name]))
    return out.getvalue()


def sign(bundle: bytes, key_text: str) -> bytes:
    """The bundle with a signature by a private key in PEM or as a JWK. Raises Refused."""
    from joserfc import jws

    members = _unpacked(bundle)
    key, algorithm = _key(key_text)
    if not key.is_private:
        raise Refused("the key is no private one")
    header = {"alg": algorithm, "typ": "tosdsl-bundle", "kid": key.thumbprint()}
    signed = jws.serialize_compact(header, members[MANIFEST], key, algorithms=_ALGORITHMS)
    return _packed({**members, SIGNATURE: signed.encode()})


def _key(text: str) -> tuple[Any, str]:
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey

    data: Any = json.loads(text) if text.lstrip().startswith("{") else text
    for kind, algorithm in ((OKPKey, "Ed25519"), (ECKey, "ES256")):
        try:
            key = kind.import_key(data)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if key.as_dict(private=False).get("crv") in {"Ed25519", "P-256"}:
            return key, algorithm
    raise Refused("the key is neither Ed25519 nor P-256, in PEM or as a JWK")


# --- checking ---------------------------------------------------------------------------------------


def verify(
    bundle: bytes, keys: Iterable[str], now: datetime, above: int | None = None
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and the members of a bundle that may be put to work. Raises Refused.

    ``keys`` are public keys: with any, one of them has to have signed it. ``above`` is the version that
    is at work: an older one is refused.
    """
    members = _unpacked(bundle)
    several = list(keys)
    if several:
        _signed(members, several)
    manifest = _manifest(members[MANIFEST])
    listed = {*manifest.files, MANIFEST, SIGNATURE}
    for name in members:
        if name not in listed:
            raise Refused(f"the manifest does not list `{name}`")
    for name, digest in manifest.files.items():
        if name not in members:
            raise Refused(f"`{name}` is missing")
        if _digest(members[name]) != digest:
            raise Refused(f"`{name}` was altered")
    if MAPPING not in manifest.files:
        raise Refused(f"it has no {MAPPING}")
    if manifest.not_after is not None and now > datetime.fromisoformat(manifest.not_after):
        raise Refused(f"it ended on {manifest.not_after}")
    if above is not None and manifest.version < above:
        raise Refused(f"its version {manifest.version} is older than {above}, which is at work")
    files = {name: members[name] for name in manifest.files}
    return manifest, files


def _signed(members: Mapping[str, bytes], keys: list[str]) -> None:
    from joserfc import jws
    from joserfc.errors import JoseError

    if SIGNATURE not in members:
        raise Refused("it is not signed")
    for text in keys:
        key, algorithm = _key(text)
        try:
            found = jws.deserialize_compact(members[SIGNATURE], key, algorithms=[algorithm])
        except (JoseError, ValueError):
            continue
        if found.payload == members[MANIFEST] and found.headers().get("typ") == "tosdsl-bundle":
            return
    raise Refused("no key that is known has signed it")


def _manifest(raw: bytes) -> Manifest:
    try:
        data = json.loads(raw)
        right = data["schema"] == SCHEMA and type(data["version"]) is int
        files = {str(PurePosixPath(name)): str(digest) for name, digest in data["files"].items()}
        end = data["not_after"]
        if end is not None and datetime.fromisoformat(end).tzinfo is None:
            right = False
        if right:
            texts = (str(data["name"]), data["version"], str(data["built"]), end, str(data["policies"]))
            return Manifest(*texts, files)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Refused("its manifest cannot be read")


def _unpacked(bundle: bytes) -> dict[str, bytes]:
    """The members, bounded in number and size, with names that lead nowhere else."""
    members: dict[str, bytes] = {}
    size = 0
    try:
        with tarfile.open(fileobj=_Bounded(bundle), mode="r|") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if (
                    not member.isreg()
                    or path.is_absolute()
                    or ".." in path.parts
                    or "\\" in member.name
                ):
                    raise Refused(f"`{member.name}` is no plain file inside it")
                if str(path) != member.name or member.name in members:
                    raise Refused(f"`{member.name}` is there twice, or oddly named")
                size += member.size
                if size > LARGEST or len(members) >= _MEMBERS:
                    raise Refused("it is too large")
                stream = archive.extractfile(member)
                members[member.name] = stream.read() if stream is not None else b""
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise Refused(f"it is no bundle: {error}") from None
    if MANIFEST not in members:
        raise Refused("it has no manifest")
    return members


class _Bounded(io.RawIOBase):
    """The archive, unzipped as it is read and no further than the limit."""

    def __init__(self, bundle: bytes) -> None:
        self._stream = gzip.GzipFile(fileobj=io.BytesIO(bundle))
        self._left = LARGEST + _MEMBERS * 1024

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(min(size if size >= 0 else self._left, self._left + 1))
        self._left -= len(part)
        if self._left < 0:
            raise Refused("it is too large")
        return part


def unpack(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write checked files into an empty folder; gives the mapping's path."""
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder / MAPPING


def _digest(raw: bytes) -> str:
    return f"sha256:{sha256(raw).hexdigest()}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
