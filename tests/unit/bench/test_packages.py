"""What the figures of the packages are made of; the packages themselves have tests of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench import packages
from tests.bench.packages import Measured, Way, megabytes, size_of, table, ways


def test_a_folder_is_as_large_as_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "ten").write_bytes(bytes(10))
    (tmp_path / "five").write_bytes(bytes(5))
    assert size_of(tmp_path) == 15


def test_what_lies_there_twice_under_one_number_counts_once(tmp_path: Path) -> None:
    (tmp_path / "ten").write_bytes(bytes(10))
    os.link(tmp_path / "ten", tmp_path / "again")
    (tmp_path / "link").symlink_to("ten")
    assert size_of(tmp_path) == 10 + len("ten")


def test_small_files_are_told_more_exactly() -> None:
    assert [megabytes(size) for size in (1_680_000, 9_999_999, 103_400_000)] == ["1.7 MB", "10.0 MB", "103 MB"]


def test_the_table(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.deb"
    file.write_bytes(bytes(2_000_000))
    rows = [
        Measured(Way("clone", None, lambda _folder: ()), 10.4, 694_000_000, 2.04, (1.0, 3.0, 1.234)),
        Measured(Way("Debian package", file, lambda _folder: ()), 4.0, 400_000_000, 2.0, (1.0,)),
    ]
    assert table(rows).splitlines()[2:] == [
        "| clone | – | 10 s | 694 MB | 2.0 s | 1.23 s |",
        "| Debian package | 2.0 MB | 4 s | 400 MB | 2.0 s | 1.00 s |",
    ]


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "DIST", tmp_path)
    with pytest.raises(SystemExit, match=r"dist/ has 0 files avatar_kiosk-\*\.whl .*packaging/release"):
        ways()
