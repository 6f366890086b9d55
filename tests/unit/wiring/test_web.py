"""What the page is made of, when the avatar's packages are there and when they are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kiosk.browser.generations import FIRST, GENERATIONS, SECOND, THIRD, Generation
from kiosk.config import Settings
from kiosk.wiring.packages import generation_for
from kiosk.wiring.web import OWN_PACKAGES, WEB, newer_avatar, web_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An avatar in a folder that is still empty."""
    return of(tmp_path)


def of(folder: Path) -> Settings:
    return Settings.model_validate({"avatar": {"sdk": str(folder)}})


def install(folder: Path) -> None:
    for name in ("avatarkit", "avatarkit-rtc"):
        shutil.copytree(WEB / "builtin" / name, folder / "node_modules" / "@spatialwalk" / name)


def put(folder: Path, name: str, **manifest: object) -> None:
    package = folder / "node_modules" / name
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": name, "exports": "./index.js", **manifest}))
    (package / "index.js").write_text("export const here = import.meta.url;")


def put_all(folder: Path, generation: Generation) -> None:
    for name in generation.packages:
        put(folder, name)


def test_packages_that_are_missing_give_way_to_the_builtin_ones_and_are_taken_once_they_are_there(
    settings: Settings, tmp_path: Path
) -> None:
    web = web_for(settings, demo=False)
    assert (web.sdk, web.generation, web.folder) == ("builtin", FIRST, None)
    assert "@spatialwalk/avatarkit" in web.cause
    assert newer_avatar(web, settings) is None
    install(tmp_path)
    found = newer_avatar(web, settings)
    assert found is not None
    assert (found.sdk, found.cause, found.folder) == (str(tmp_path), "", tmp_path)
    assert found == web_for(settings, demo=False)


def test_nothing_is_looked_for_where_nothing_is_missed(settings: Settings, tmp_path: Path) -> None:
    install(tmp_path)
    assert newer_avatar(web_for(settings, demo=False), settings) is None
    assert newer_avatar(web_for(settings, demo=True), settings) is None
    assert newer_avatar(web_for(Settings(), demo=False), Settings()) is None


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda one: str(one.number))
def test_the_page_gets_the_names_of_the_generation_that_is_there(tmp_path: Path, generation: Generation) -> None:
    put_all(tmp_path, generation)
    web = web_for(of(tmp_path), demo=False)
    assert (web.generation, generation_for(of(tmp_path))) == (generation, generation)
    assert web.roots.modules is not None
    names = set(web.roots.modules.imports)
    assert names >= {*generation.packages, "livekit-client", "kiosk-builtin/avatarkit", "kiosk-builtin/avatarkit-rtc"}
    assert not names & {name for other in GENERATIONS if other is not generation for name in other.packages}


def test_what_is_half_there_is_missed_by_its_own_name(tmp_path: Path) -> None:
    put(tmp_path, SECOND.packages[0])
    assert SECOND.packages[1] in web_for(of(tmp_path), demo=False).cause


def test_packages_that_are_switched_by_a_link_are_noticed_and_broken_ones_left_alone(tmp_path: Path) -> None:
    first, second, sdk = tmp_path / "1", tmp_path / "2", tmp_path / "sdk"
    put_all(first, FIRST)
    put(second, THIRD.packages[0], dependencies={"far-away": "1"})
    sdk.symlink_to(first)
    web = web_for(of(sdk), demo=False)
    sdk.unlink()
    sdk.symlink_to(second)
    assert newer_avatar(web, of(sdk)) is None
    put(second, "far-away")
    found = newer_avatar(web, of(sdk))
    assert found is not None
    assert (found.generation, found.folder) == (THIRD, second)
    assert newer_avatar(found, of(sdk)) is None


def test_the_third_generation_may_bring_another_livekit_client_for_itself(tmp_path: Path) -> None:
    put(tmp_path, THIRD.packages[0], dependencies={"livekit-client": "2.22.3"})
    put(tmp_path, "livekit-client", version="2.22.3")
    web = web_for(of(tmp_path), demo=False)
    assert web.cause == ""
    modules = web.roots.modules
    assert modules is not None
    assert modules.versions["livekit-client"] == "2.16.1"
    assert modules.roots["livekit-client"] == (OWN_PACKAGES / "livekit-client").resolve()
    (theirs,) = modules.scopes["kiosk://app/modules/@spatialreal/web-sdk/"].values()
    assert "livekit-client@2.22.3" in theirs


def test_the_older_two_share_the_pages_livekit_client_and_another_one_is_refused(tmp_path: Path) -> None:
    put_all(tmp_path, SECOND)
    put(tmp_path, "livekit-client", version="2.22.3")
    assert "livekit-client must be version 2.16.1" in web_for(of(tmp_path), demo=False).cause
