"""Registers that disappear or hold rubbish, policies that are exchanged, bundles that are not right."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.gate.conftest import CUSTOMERS, GATE, POLICY, Folder
from tests.gate.faults.rig import BAD, Load, Seen, served, status, until
from tests.gate.rig import client, gate

DEPENDS = GATE.replace("register: customers.yaml", "register: {file: customers.yaml, refresh: 1 s}")


def _register(change: Callable[[Folder], None], more: str = "") -> tuple[float, int, float]:
    """Seconds until a use that hangs on the register is refused, with what, and until it is back."""
    text = DEPENDS.replace("refresh: 1 s", f"refresh: 1 s{more}")
    with served(text=text) as (folder, base, _):
        assert status(base) == 200
        change(folder)
        gone = until(lambda: status(base) != 200, 8)
        answer = status(base)
        still = status(base, BAD)
        assert still == 403, still
        folder.write("customers.yaml", CUSTOMERS)
        back = until(lambda: status(base) == 200, 8)
        return gone, answer, back


def _taken_away(folder: Folder) -> None:
    (folder.path / "customers.yaml").unlink()


def register_gone() -> Seen:
    gone, answer, back = _register(_taken_away)
    said = f"{answer} after {gone:.1f} s; what is forbidden anyway stays 403; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_rubbish() -> Seen:
    gone, answer, back = _register(lambda folder: folder.write("customers.yaml", "{a: [\x00 rubbish"))
    said = f"{answer} after {gone:.1f} s; what is forbidden anyway stays 403; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_row_rubbish() -> Seen:
    def change(folder: Folder) -> None:
        folder.write("customers.yaml", CUSTOMERS.replace("amount: 10", "amount: many"))

    gone, answer, back = _register(change)
    said = f"{answer} for that row after {gone:.1f} s; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_kept() -> Seen:
    gone, answer, back = _register(_taken_away, ", max_age: 4 s")
    said = f"kept for {gone:.1f} s, then {answer}; back after {back:.1f} s"
    return Seen(said, answer == 503 and 2.5 < gone < 6.5 and back < 5)


def reload_under_load() -> Seen:
    with served("log: {to: log.jsonl, values: ['*']}\n") as (folder, base, _):
        with client(base) as asked, Load(base) as load:
            digests = set()
            for number in range(8):
                text = POLICY.replace("amount > 1000", f"amount > {900 + number}")
                fresh = folder.path / ".new"
                fresh.write_text(text, encoding="utf-8")
                os.replace(fresh, folder.path / "shop.tos")
                before = asked.get("/readyz").json()["digest"]
                until(lambda before=before: asked.get("/readyz").json()["digest"] != before)
                digests.add(asked.get("/readyz").json()["digest"])
        broken = {key: value for key, value in load.answers.items() if key not in {"200", "403"}}
        said = f"{len(digests)} exchanges, {load.count:,} answers: {load.answers['wrong']} wrong, "
        said += f"{sum(value for key, value in broken.items() if key != 'wrong')} failed"
        return Seen(
            said, len(digests) == 8 and not +load.answers - Counter({"200": 10**9, "403": 10**9})
        )


def bundles() -> Seen:
    from joserfc.jwk import OKPKey

    from tosdsl.gate import bundle as b

    key, other = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
    now = datetime.now(UTC)

    def built(folder: Folder, number: int, *, end: datetime | None = None, sign: Any = key) -> bytes:
        raw = b.build(str(folder.path / "gate.yaml"), "shop", number, end, now)
        return raw if sign is None else b.sign(raw, sign.as_pem(private=True).decode())

    with tempfile.TemporaryDirectory() as made:
        folder = Folder(Path(made))
        good = built(folder, 5)
        folder.write("shop.tos", POLICY.replace("when sold", "when sold and amount < 0"))  # opens more
        past = datetime.now(UTC) - timedelta(minutes=1)
        newer = built(folder, 6)
        middle = bytearray(newer)
        middle[len(middle) // 2] ^= 1
        cases = {
            "altered": bytes(middle),
            "older": built(folder, 4),
            "ended": built(folder, 6, end=past),
            "unsigned": built(folder, 6, sign=None),
            "signed by another": built(folder, 6, sign=other),
            "cut off": newer[: len(newer) // 2],
            "empty": b"",
        }
        file = folder.path / "shop.bundle"
        file.write_bytes(good)
        pem = folder.write("key.pem", key.as_pem(private=False).decode())
        told = []
        right = True
        with gate(file, "--bundle-key", str(pem)) as (base, _), client(base) as asked:
            right = right and status(base, BAD) == 403
            for name, raw in cases.items():
                before = asked.get("/readyz").json()["reload_failed"]
                file.write_bytes(raw)
                until(lambda before=before: asked.get("/readyz").json()["reload_failed"] != before)
                why = str(asked.get("/readyz").json()["reload_failed"])
                refused = "is refused" in why and status(base, BAD) == 403 and status(base) == 200
                right = right and refused
                told.append(f"{name}: {'refused' if refused else 'TAKEN'} (“{why.partition(': ')[2]}”)")
            file.write_bytes(newer)
            taken = until(lambda: status(base, BAD) == 200)
            told.append(f"then a newer one, signed: taken after {taken:.1f} s")
        return Seen("the last good one decides on. " + "; ".join(told), right and taken < 5)
