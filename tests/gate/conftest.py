"""A gate in a folder of its own: a small policy, two customers in a register, a fixed day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tosdsl.gate.deciding import Decider, make
from tosdsl.gate.model import Request
from tosdsl.gate.reading import read_plan

DAY = date(2026, 6, 1)

POLICY = """\
vocabulary shop

type Medium is one of
    api
    web_page

type Model has
    size: integer
    published: boolean "Is the model published?"

fact sold: boolean "Is it sold?"
fact amount: integer "How much of it is used?"
fact media: list of Medium "Where is it shown?"
fact maker: party "Who made it?"
fact model: Model

policy shop.terms
    title "Terms of the shop"
    version "1"
    default permit

use shop

forbid selling at "1"
    "Selling what is made with it."
    when sold

forbid volume at "2"
    "More than a thousand a month."
    when amount > 1000

forbid web at "3"
    "Showing it on web pages, if the model is published."
    when media includes web_page and model.published
"""

GATE = """\
policies: {active: shop.tos}
subject: {from: header.authorization, strip: "Bearer ", register: customers.yaml}
facts:
  sold: header.x-sold
  amount: register.amount
  media: {from: header.x-media, split: ","}
  model: register.model
as_of: 2026-06-01
"""

CUSTOMERS = """\
acme: {amount: 10, model: {size: 3, published: false}}
seed: {amount: 5000, model: {size: 3, published: true}}
new: {model: {published: true}}
"""


class Folder:
    """Files of a gate, and the decider that they make."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("shop.tos", POLICY)
        self.write("gate.yaml", GATE)
        self.write("customers.yaml", CUSTOMERS)

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.write_text(text, encoding="utf-8")
        return file

    def decider(self, gate: str | None = None) -> Decider:
        if gate is not None:
            self.write("gate.yaml", gate)
        return make(*read_plan(self.path / "gate.yaml"), clock=lambda: DAY)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


Ask = Callable[..., Request]


def request(
    subject: str | None = "acme",
    *,
    sold: str | None = "false",
    media: str | None = "api",
    more: tuple[tuple[str, str], ...] = (),
    **rest: Any,
) -> Request:
    """A request of a subject, with the headers of the gate above."""
    named = {"authorization": subject and f"Bearer {subject}", "x-sold": sold, "x-media": media}
    headers = tuple((name, value) for name, value in named.items() if value is not None)
    return Request(**{"method": "POST", "path": "/v1/items", **rest, "headers": (*headers, *more)})
