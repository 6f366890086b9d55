import os
from pathlib import Path

import pytest

from kiosk.config import find_config, user_config_file
from kiosk.config.paths import search_places


def test_the_search_goes_from_the_nearest_to_the_widest(tmp_path: Path) -> None:
    user, system = tmp_path / "user.toml", tmp_path / "etc.toml"
    places = (user, system)
    named = {"AVATAR_KIOSK_CONFIG": "/named.toml"}
    assert find_config(None, {}, places) is None
    system.touch()
    assert find_config(None, {}, places) == system
    user.touch()
    assert find_config(None, {}, places) == user
    assert find_config(None, named, places) == Path("/named.toml")
    assert find_config(Path("explicit.toml"), named, places) == Path("explicit.toml")


def test_an_empty_variable_names_nothing(tmp_path: Path) -> None:
    assert find_config(None, {"AVATAR_KIOSK_CONFIG": ""}, (tmp_path / "none",)) is None


def test_the_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_config_file() == tmp_path / "avatar-kiosk" / "config.toml"
    assert search_places() == (user_config_file(), Path("/etc/avatar-kiosk/config.toml"))


def test_a_home_closed_to_this_user_is_passed_over_and_the_machines_file_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, system = tmp_path / "closed" / "config.toml", tmp_path / "system.toml"
    stat = Path.stat

    def refuse(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name == "closed":
            raise PermissionError
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    assert find_config(None, {}, (user, system)) is None
    system.touch()
    assert find_config(None, {}, (user, system)) == system
    assert find_config(None, {}, (system.with_name("none"), user)) == user
