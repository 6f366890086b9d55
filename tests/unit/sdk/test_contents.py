"""What the page gets from a `node_modules`, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.sdk.contents import read_manifest, survey, version_of
from tests.support.npm_packages import CLIENT, KIT, RTC, NpmPackage, client, first_generation

NAMES = (KIT, RTC, CLIENT)


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    for one in first_generation():
        one.put_into(tmp_path / "node_modules")
    return tmp_path / "node_modules"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    client().put_into(tmp_path / "own")
    return tmp_path / "own"


def test_everything_that_is_needed_is_found_wherever_it_lies(modules: Path, own: Path) -> None:
    found = survey((modules, own), NAMES)
    assert found.missing == ()
    assert {one.name: one.version for one in found.packages} == {
        KIT: "1.0.0-beta.84",
        RTC: "1.0.0-beta.7",
        "small-part": "2.1.0",
        CLIENT: "2.16.1",
    }
    assert {one.root.parent for one in found.packages if one.name in {"small-part", CLIENT}} == {modules, own}


def test_all_that_is_missing_is_told_at_once_with_who_needs_it(tmp_path: Path) -> None:
    NpmPackage(RTC, fields={"dependencies": {"far": "1", "away": "1"}}).put_into(tmp_path)
    NpmPackage("far", fields={"dependencies": {"further": "1"}}).put_into(tmp_path)
    found = survey((tmp_path,), NAMES)
    assert dict(found.missing) == {KIT: "the page", CLIENT: "the page", "away": RTC, "further": "far"}


def test_what_can_be_done_without_may_be_missing(tmp_path: Path) -> None:
    fields = {
        "dependencies": {"a": "1"},
        "optionalDependencies": {"a": "1"},
        "peerDependencies": {"b": "1"},
        "peerDependenciesMeta": {"b": {"optional": True}},
        "devDependencies": {"c": "1"},
    }
    NpmPackage("one", fields=fields).put_into(tmp_path)
    assert survey((tmp_path,), ("one",)).missing == ()


def test_a_package_sees_its_own_before_others(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    outer = NpmPackage("outer", fields={"dependencies": {"part": "1"}}).put_into(modules)
    NpmPackage("part", "1.0.0").put_into(outer / "node_modules")
    NpmPackage("part", "2.0.0").put_into(modules)
    assert [one.version for one in survey((modules,), ("outer",)).packages if one.name == "part"] == ["1.0.0"]


def test_packages_that_need_each_other_come_to_an_end(tmp_path: Path) -> None:
    NpmPackage("hen", fields={"dependencies": {"egg": "1"}}).put_into(tmp_path)
    NpmPackage("egg", fields={"dependencies": {"hen": "1"}}).put_into(tmp_path)
    assert len(survey((tmp_path,), ("hen",)).packages) == 2


@pytest.mark.parametrize("text", [None, "{", "[]", "\udcff"])
def test_a_manifest_that_cannot_be_read_says_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "package.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    assert read_manifest(tmp_path) == {}
    assert version_of(tmp_path) == ""
