"""One command of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from attrs import frozen


@frozen
class Command:
    """Its name, a line on what it does, and what adds its arguments."""

    name: str
    help: str
    add: Callable[[argparse.ArgumentParser], None]
