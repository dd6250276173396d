"""Names that use one another in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def circles(uses: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """A circle for each knot of names that use one another; each name in one circle at most."""
    seen: set[str] = set()
    for start in uses:
        walk: dict[str, int] = {}
        name: str | None = start
        while name is not None and name not in seen:
            seen.add(name)
            walk[name] = len(walk)
            name = next((used for used in uses[name] if used in uses), None)
        if name in walk:
            yield [*list(walk)[walk[name] :], name]
