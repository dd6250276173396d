"""Which file declares a name: what that costs where a folder holds many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tosdsl.library.search import Search


class Counted(dict[str, Any]):
    """A mapping that counts how often it is gone through."""

    times = 0

    def keys(self) -> Any:
        self.times += 1
        return super().keys()


def test_files_of_a_folder_are_not_gone_through_for_each_of_them(tmp_path: Path) -> None:
    for number in range(50):
        Path(tmp_path, f"p{number}.tos").write_text(f"policy p{number}\n    default permit\n")
    search = Search(named=Counted())
    assert search.ask(tmp_path) is not None
    assert all(search.heads("policy", f"p{number}") for number in range(50))
    assert isinstance(search.named, Counted)
    assert search.named.times < 10
