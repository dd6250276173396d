"""Runs tests, several at a time if there are many.

What comes back is the same, in the same order, for any number of processes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext

from tosdsl.testing.model import Test, TestResult

MANY = 1_000
"""Tests from which on several processes are worth their start."""
AT_ONCE = 50
"""Tests that a process takes at a time."""

Progress = Callable[[int, int, int], None]
"""Called with the tests done, all tests, and those that did not pass."""


def run_tests(
    tests: Sequence[Test], jobs: int | None = None, progress: Progress | None = None
) -> list[TestResult]:
    """Every test, the results in the order of the tests.

    ``jobs`` is the number of processes; None: one, or for many tests one for each processor.
    """
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(tests) >= MANY else 1
    done: list[TestResult] = []
    wrong = 0
    for several in _parallel(tests, jobs) if jobs > 1 else _serial(tests):
        done += several
        wrong += sum(not each.held for each in several)
        if progress is not None:
            progress(len(done), len(tests), wrong)
    return done


def _ranges(tests: Sequence[Test]) -> list[range]:
    return [range(at, min(at + AT_ONCE, len(tests))) for at in range(0, len(tests), AT_ONCE)]


def _serial(tests: Sequence[Test]) -> Iterator[list[TestResult]]:
    for each in _ranges(tests):
        yield [tests[at].run() for at in each]


def _parallel(tests: Sequence[Test], jobs: int) -> Iterator[list[TestResult]]:
    with ProcessPoolExecutor(jobs, _context(), initializer=_take, initargs=(tests,)) as pool:
        try:
            yield from pool.map(_run, _ranges(tests))
        except BaseException:  # stopped from the keyboard, say: what has not begun is not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _context() -> BaseContext:
    """Forked where that can be done, so that the tests need not be sent."""
    fork = "fork" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if fork else None)


_taken: list[Sequence[Test]] = []
"""In a process that runs tests: the tests."""


def _take(tests: Sequence[Test]) -> None:
    _taken[:] = [tests]


def _run(some: range) -> list[TestResult]:
    return [_taken[0][at].run() for at in some]
