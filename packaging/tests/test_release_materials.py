"""The bill of materials: made by its command from the environment of the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kiosk import __version__
from tests.support.kiosk_process import PROJECT

COMMAND = PROJECT / "packaging" / "sbom" / "bill_of_materials.py"
LOCK = json.loads((PROJECT / "resources" / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
EPOCH = "1700000000"


def write(file: Path, folder: Path = PROJECT) -> str:
    subprocess.run(
        [sys.executable, str(COMMAND), str(file), "0" * 40],
        check=True,
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
    )
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("bill") / "bill.json")


@pytest.fixture
def bill(text: str) -> Any:
    return json.loads(text)


@pytest.fixture
def parts(bill: Any) -> dict[str, Any]:
    """By package URL without the version."""
    return {
        PackageURL.from_string(part["purl"])._replace(version=None).to_string(): part for part in bill["components"]
    }


def test_is_cyclonedx(text: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_is_of_this_kiosk(bill: Any) -> None:
    kiosk = bill["metadata"]["component"]
    assert (kiosk["name"], kiosk["version"]) == ("avatar-kiosk", __version__)
    assert kiosk["properties"] == [{"name": "avatar-kiosk:commit", "value": "0" * 40}]
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"


def test_is_the_same_each_time(text: str, tmp_path: Path) -> None:
    assert write(tmp_path / "again.json", folder=tmp_path) == text


def test_lists_what_is_asked_for_as_it_is_installed(parts: dict[str, Any]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(line) for line in project["dependencies"]]
    names = [canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate()]
    assert len(names) > 10
    assert {name: parts[f"pkg:pypi/{name}"]["version"] for name in names} == {n: metadata.version(n) for n in names}


def test_lists_what_those_ask_for_in_turn(parts: dict[str, Any]) -> None:
    assert "pkg:pypi/frozenlist" in parts  # aiohttp → aiosignal → frozenlist
    assert "pkg:pypi/cffi" in parts  # argon2-cffi → argon2-cffi-bindings → cffi


@pytest.mark.parametrize("tool", ["pytest", "mypy", "hatchling", "pyinstaller", "cyclonedx-python-lib", "livekit"])
def test_does_not_list_the_tools(parts: dict[str, Any], tool: str) -> None:
    assert f"pkg:pypi/{tool}" not in parts


def test_lists_the_pages_packages_with_their_checksums(parts: dict[str, Any]) -> None:
    pinned = {
        place.removeprefix("node_modules/").replace("@", "%40"): package["version"]
        for place, package in LOCK.items()
        if place and not package.get("dev") and not package.get("optional")
    }
    listed = {key.removeprefix("pkg:npm/"): part for key, part in parts.items() if key.startswith("pkg:npm/")}
    assert {name: part["version"] for name, part in listed.items()} == pinned
    assert all(part["hashes"][0]["alg"] == "SHA-512" for part in listed.values())
    assert all(len(part["hashes"][0]["content"]) == 128 for part in listed.values())


@pytest.mark.parametrize("name", ["qt", "chromium", "ffmpeg", "python"])
def test_lists_what_comes_inside_of_others(parts: dict[str, Any], name: str) -> None:
    assert parts[f"pkg:generic/{name}"]["version"][0].isdigit()


def test_says_the_licence_wherever_one_is_told(parts: dict[str, Any]) -> None:
    silent = {key for key, part in parts.items() if not part.get("licenses")}
    assert silent <= {"pkg:pypi/avatarkit"}  # tells none
    assert parts["pkg:npm/livekit-client"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert parts["pkg:generic/qt"]["licenses"] == [{"license": {"id": "LGPL-3.0-only"}}]


def test_every_part_is_asked_for_by_another(bill: Any) -> None:
    asked = {need for row in bill["dependencies"] for need in row.get("dependsOn", ())}
    assert {part["bom-ref"] for part in bill["components"]} == asked
