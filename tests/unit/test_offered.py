"""Entry points are found as ``importlib.metadata`` finds them, which is imported only for these."""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tosdsl.library import offered

GROUP = "tosdsl.policies"


def package(folder: Path, points: str | None = None, name: str = "theirs-1.dist-info") -> Path:
    about = folder / name
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: theirs\nVersion: 1\n", encoding="utf-8"
    )
    if points is not None:
        (about / "entry_points.txt").write_text(points, encoding="utf-8")
    return folder


POINTS = f"[console_scripts]\nother = theirs:main\n\n[{GROUP}]\ntheirs = theirs.policies\n"


@pytest.mark.parametrize("name", ["theirs-1.dist-info", "Theirs.EGG-INFO"])
def test_a_package_that_offers_policies_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sys, "path", [str(package(tmp_path, POINTS, name))])
    found = offered.entry_points(GROUP)
    assert [(each.name, each.value) for each in found] == [("theirs", "theirs.policies")]
    assert tuple(found) == tuple(metadata.entry_points(group=GROUP))


def test_one_in_an_archive_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "theirs.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in package(tmp_path / "flat", POINTS).rglob("*"):
            if file.is_file():
                packed.write(file, file.relative_to(tmp_path / "flat"))
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert [each.name for each in offered.entry_points(GROUP)] == ["theirs"]


@pytest.mark.parametrize("points", [None, "", "[console_scripts]\nother = theirs:main\n"])
def test_without_one_metadata_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, points: str | None
) -> None:
    (tmp_path / "a_file.dist-info").write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(package(tmp_path, points)), str(tmp_path / "nowhere")])
    monkeypatch.setattr(sys, "meta_path", [offered.PathFinder])
    monkeypatch.setattr(metadata, "entry_points", None)  # calling it would raise
    assert offered.entry_points(GROUP) == ()


def test_a_finder_of_distributions_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Finder(metadata.DistributionFinder):
        def find_distributions(self, context: object = None) -> list[metadata.Distribution]:
            return [metadata.PathDistribution(package(tmp_path, POINTS) / "theirs-1.dist-info")]

    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [Finder()])
    assert [each.name for each in offered.entry_points(GROUP)] == ["theirs"]
