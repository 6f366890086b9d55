"""`avatar.packages` and `avatar.region`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import Loaded, load_settings
from kiosk.config.packages import split_package

Load = Callable[[str], Loaded]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(text: str) -> Loaded:
        path = tmp_path / "config.toml"
        path.write_text(f"[avatar]\n{text}\n", encoding="utf-8")
        return load_settings(path, {}, installed_sdk=tmp_path / "no-sdk")

    return load


def test_the_documented_packages_are_meant_when_none_are_named(load: Load) -> None:
    packages = load("").settings.avatar.packages
    assert [split_package(package) for package in packages] == [
        ("@spatialwalk/avatarkit", "1.0.0-beta.84"),
        ("@spatialwalk/avatarkit-rtc", "1.0.0-beta.7"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('["@a/b@1.2.3"]', ("@a/b@1.2.3",)),
        ('"b.c_d@1.2.3-beta.4+build-5"', ("b.c_d@1.2.3-beta.4+build-5",)),
        ('["b@0.0.1", "@a/b@10.20.30"]', ("b@0.0.1", "@a/b@10.20.30")),
    ],
)
def test_packages_are_read(load: Load, written: str, read: tuple[str, ...]) -> None:
    loaded = load(f"packages = {written}")
    assert not loaded.problems
    assert loaded.settings.avatar.packages == read


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[]", "exact versions"),
        ("5", "double quotes"),
        ("[5]", "double quotes"),
        ('""', "exact versions"),
        ('"@a/b"', '"@a/b@1.2.3"'),
        ('"@a/b@"', "The version is exact"),
        ('"@a/b@latest"', "The version is exact"),
        ('"@a/b@^1.2.3"', "The version is exact"),
        ('"@a/b@1.2"', "The version is exact"),
        ('"@a/b@1.2.x"', "The version is exact"),
        ('"@a/b@>=1.2.3"', "The version is exact"),
        ('"@a/b@npm:@c/d@1.2.3"', "exact versions"),
        ('"@a/b@https://x.example/b.tgz"', "--from"),
        ('"git+ssh://x.example/b@1.2.3"', "--from"),
        ('"file:b@1.2.3"', "--from"),
        ('"../b@1.2.3"', "--from"),
        ('"/b@1.2.3"', "--from"),
        ('"~/b@1.2.3"', "--from"),
        ('"@a/../b@1.2.3"', "exact versions"),
        ('"b@1.2.3 y"', "The version is exact"),
        ('"A/B@1.2.3"', "exact versions"),
        ('"--force@1.2.3"', "exact versions"),
        ('"b@1.2.3\\n"', "The version is exact"),
        (f'"{"b" * 300}@1.2.3"', "exact versions"),
        ('["b@1.2.3", "b@1.2.4"]', "b is named twice"),
        ('"livekit-client@2.17.0"', "Take livekit-client out"),
    ],
)
def test_what_could_change_by_itself_or_lies_elsewhere_is_refused(load: Load, written: str, words: str) -> None:
    (problem,) = load(f"packages = {written}").problems
    assert (problem.key, problem.line, problem.column) == ("avatar.packages", 2, 12)
    assert words in problem.message


@pytest.mark.parametrize("region", ["us-west", "eu-central-1"])
def test_a_region_is_read(load: Load, region: str) -> None:
    assert load("").settings.avatar.region == "us-west"
    assert load(f'region = "{region}"').settings.avatar.region == region


@pytest.mark.parametrize("region", ["", "US West", "-x", "https://x.example", "x" * 41])
def test_a_region_that_is_none_is_refused(load: Load, region: str) -> None:
    (problem,) = load(f'region = "{region}"').problems
    assert problem.key == "avatar.region"
    assert "the name of a region" in problem.message
