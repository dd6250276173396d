"""Bundles: what is built is the same bytes each time, and what was not signed as it is is refused."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from tests.gate.conftest import DAY, Folder, request
from tests.unit.conftest import Run, run
from tosdsl.errors import PolicyError
from tosdsl.gate import bundle as b
from tosdsl.gate.live import Live

__all__ = ["run"]

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519")
OTHER = OKPKey.generate_key("Ed25519")
CURVE = ECKey.generate_key("P-256")


def private(key: Any = KEY) -> str:
    return key.as_pem(private=True).decode()


def public(key: Any = KEY) -> str:
    return key.as_pem(private=False).decode()


def built(folder: Folder, number: int = 1, end: datetime | None = None) -> bytes:
    return b.build(str(folder.path / "gate.yaml"), "shop", number, end, NOW)


def test_the_same_files_are_the_same_bytes(folder: Folder) -> None:
    assert built(folder) == built(folder)
    manifest, files = b.verify(built(folder), [], NOW)
    assert sorted(files) == ["gate.yaml", "shop.tos"]
    assert (manifest.name, manifest.version) == ("shop", 1)


@pytest.mark.parametrize("key", [KEY, CURVE], ids=["Ed25519", "P-256"])
def test_a_signature_holds_for_its_key_alone(folder: Folder, key: Any) -> None:
    signed = b.sign(built(folder), private(key))
    assert b.verify(signed, [public(OTHER), public(key)], NOW)[0].version == 1
    for keys in ([public(OTHER)], [public(CURVE if key is KEY else KEY)]):
        with pytest.raises(b.Refused, match="no key that is known"):
            b.verify(signed, keys, NOW)
    with pytest.raises(b.Refused, match="not signed"):
        b.verify(built(folder), [public(key)], NOW)
    with pytest.raises(b.Refused, match="no private one"):
        b.sign(built(folder), public(key))


def test_an_older_and_an_ended_bundle_are_refused(folder: Folder) -> None:
    signed = b.sign(built(folder, 3, NOW + timedelta(days=1)), private())
    assert b.verify(signed, [public()], NOW, above=3)
    with pytest.raises(b.Refused, match="older than 4"):
        b.verify(signed, [public()], NOW, above=4)
    with pytest.raises(b.Refused, match="ended on 2026-06-02"):
        b.verify(signed, [public()], NOW + timedelta(days=2))


def members(raw: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]  # files


def test_no_altered_member_is_taken(folder: Folder) -> None:
    signed = b.sign(built(folder), private())
    whole = members(signed)
    for name in whole:
        for data in (whole[name][:-2], whole[name] + b" ", whole[name].replace(b"1", b"2")):
            if data != whole[name]:
                with pytest.raises(b.Refused):
                    b.verify(b._packed({**whole, name: data}), [public()], NOW)
        if name != b.MANIFEST:
            with pytest.raises(b.Refused):
                b.verify(
                    b._packed({each: whole[each] for each in whole if each != name}), [public()], NOW
                )
    with pytest.raises(b.Refused, match="does not list"):
        b.verify(b._packed({**whole, "more.tos": b"policy x"}), [public()], NOW)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return b.sign(built(Folder(tmp_path_factory.mktemp("gate"))), private())


@settings(deadline=None)
@given(st.data())
def test_no_altered_byte_changes_what_is_taken(signed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(signed) - 1))
    byte = data.draw(st.integers(0, 255))
    altered = signed[:at] + bytes((byte,)) + signed[at + 1 :]
    good = b.verify(signed, [public()], NOW)
    try:
        found = b.verify(altered, [public()], NOW)
    except b.Refused:
        return
    assert found == good  # a byte of the archive's own heads, which says nothing


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../out", tarfile.REGTYPE),
        ("/out", tarfile.REGTYPE),
        ("a", tarfile.SYMTYPE),
        ("a", tarfile.DIRTYPE),
    ],
)
def test_no_member_leads_out(name: str, kind: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(b.Refused):
        b.verify(out.getvalue(), [], NOW)


@pytest.mark.parametrize(
    "raw", [b"", b"PK", gzip.compress(b"x", mtime=0), gzip.compress(b"\x00" * 200_000_000, 1)]
)
def test_what_is_no_bundle_is_refused(raw: bytes) -> None:
    with pytest.raises(b.Refused):
        b.verify(raw, [], NOW)


def test_a_gate_takes_a_new_bundle_and_keeps_the_last_good_one(folder: Folder) -> None:
    file = folder.path / "gate.bundle"
    file.write_bytes(b.sign(built(folder, 2), private()))
    live = Live(file, clock=lambda: DAY, keys=[public()])
    assert live.ask(request(), "test").allow
    text = (folder.path / "shop.tos").read_text(encoding="utf-8")
    folder.write("shop.tos", text.replace("amount > 1000", "amount > 5"))
    for wrong in (
        built(folder, 3),
        b.sign(built(folder, 3), private(OTHER)),
        b.sign(built(folder, 1), private()),
        b.sign(built(folder, 3, NOW - timedelta(days=1)), private()),
        b"rubbish",
    ):
        file.write_bytes(wrong)
        live.refresh()
        assert live.reload_failure is not None
        assert live.ask(request(), "test").allow
    file.write_bytes(b.sign(built(folder, 3), private()))
    live.refresh()
    assert live.reload_failure is None
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_gate_with_a_key_starts_with_no_other_bundle(folder: Folder) -> None:
    file = folder.path / "gate.bundle"
    file.write_bytes(built(folder))
    with pytest.raises(PolicyError) as raised:
        Live(file, clock=lambda: DAY, keys=[public()])
    assert [each.code for each in raised.value.diagnostics] == ["TOS8014"]


def test_the_commands(folder: Folder, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.path)
    Path("key.pem").write_text(private())
    Path("public.pem").write_text(public())
    made = run("bundle", "build", "gate.yaml", "--output", "a.bundle", "--number", 7, "--days", 30)
    assert made.status == 0
    assert run("bundle", "verify", "a.bundle", "--key", "public.pem").status == 1
    assert run("bundle", "sign", "a.bundle", "--key", "key.pem").status == 0
    ran = run("bundle", "verify", "a.bundle", "--key", "public.pem", "--output", "out")
    assert (ran.status, "version 7" in ran.out) == (0, True)
    assert sorted(path.name for path in Path("out").iterdir()) == ["gate.yaml", "shop.tos"]
    ran = run("bundle", "verify", "a.bundle", "--above", 8)
    assert (ran.status, "TOS8014" in ran.err) == (1, True)
    assert run("bundle", "verify", "a.bundle", "--output", "out").status == 1
    assert json.loads(members(Path("a.bundle").read_bytes())["manifest.json"])["version"] == 7
