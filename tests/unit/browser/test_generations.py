"""Which generation of the vendor's packages a folder holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.browser.generations import FIRST, GENERATIONS, SECOND, THIRD, Generation, generation_of


def add(node_modules: Path, *names: str) -> Path:
    for name in names:
        folder = node_modules / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text("{}")
    return node_modules


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda one: str(one.number))
def test_each_is_known_by_its_packages(tmp_path: Path, generation: Generation) -> None:
    add(tmp_path, *generation.packages, "livekit-client")
    assert generation_of(tmp_path) is generation
    assert set(generation.exports) == set(generation.packages)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    add(tmp_path, "livekit-client")
    (tmp_path / "@spatialreal" / "web-sdk").mkdir(parents=True)  # without a package.json it is no package
    assert generation_of(tmp_path) is None
    assert generation_of(tmp_path / "not there") is None
    assert generation_of(()) is None


def test_of_several_the_newest_that_is_complete(tmp_path: Path) -> None:
    add(tmp_path, *FIRST.packages, *SECOND.packages)
    assert generation_of(tmp_path) is SECOND


def test_half_of_a_newer_one_does_not_hide_a_whole_older_one(tmp_path: Path) -> None:
    add(tmp_path, *FIRST.packages, SECOND.packages[0])
    assert generation_of(tmp_path) is FIRST


def test_half_of_one_is_that_one_with_something_missing(tmp_path: Path) -> None:
    add(tmp_path, SECOND.packages[1])
    assert generation_of(tmp_path) is SECOND


def test_packages_may_lie_in_several_folders(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    add(near, FIRST.packages[0])
    add(far, FIRST.packages[1])
    assert generation_of([near, far]) is FIRST
    assert generation_of((far, add(near, *THIRD.packages))) is THIRD
