"""What the page is made of, when the avatar's packages are there and when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.wiring.web import WEB, missed_avatar, web_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An avatar in a folder that is still empty."""
    return Settings.model_validate({"avatar": {"sdk": str(tmp_path)}})


def install(folder: Path) -> None:
    for name in ("avatarkit", "avatarkit-rtc"):
        shutil.copytree(WEB / "builtin" / name, folder / "node_modules" / "@spatialwalk" / name)


def test_packages_that_are_missing_give_way_to_the_builtin_ones_and_are_taken_once_they_are_there(
    settings: Settings, tmp_path: Path
) -> None:
    web = web_for(settings, demo=False)
    assert web.sdk == "builtin"
    assert "@spatialwalk/avatarkit" in web.cause
    assert missed_avatar(web, settings) is None
    install(tmp_path)
    found = missed_avatar(web, settings)
    assert found is not None
    assert (found.sdk, found.cause) == (str(tmp_path), "")
    assert found == web_for(settings, demo=False)


def test_nothing_is_looked_for_where_nothing_is_missed(settings: Settings, tmp_path: Path) -> None:
    install(tmp_path)
    assert missed_avatar(web_for(settings, demo=False), settings) is None
