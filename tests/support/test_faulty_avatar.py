"""The avatar that breaks its page: made of packages the kiosk takes, with a way to be told what to do."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from kiosk.browser import NodeModules, WebRoots, import_map
from kiosk.browser.resources import NotServedError, resolve
from tests.support.faulty_avatar import FaultyAvatar
from tests.support.kiosk_process import PROJECT

WEB = PROJECT / "resources" / "web"
ASSET = "characters/mira/skin.json"


@pytest.fixture
def avatar(tmp_path: Path) -> FaultyAvatar:
    return FaultyAvatar(tmp_path)


def served(avatar: FaultyAvatar, file: str) -> str:
    """What the kiosk's page gets for a file of the avatar's package."""
    modules = import_map(NodeModules((avatar.sdk / "node_modules", WEB / "node_modules")))
    roots = WebRoots(WEB, modules, {})
    entry = modules.imports["@spatialwalk/avatarkit"].removeprefix("kiosk://app")
    return resolve(roots, f"{entry.rpartition('/')[0]}/{file}").path.read_text(encoding="utf-8")


def test_the_kiosk_takes_its_packages_and_gets_the_view_that_misbehaves(avatar: FaultyAvatar) -> None:
    assert "export { AvatarView } from './faulty-avatar.js'" in served(avatar, "index.js")
    assert "AvatarView extends" in served(avatar, "faulty-avatar.js")


def test_a_command_is_for_the_pages_that_are_there_when_it_is_given(avatar: FaultyAvatar) -> None:
    assert json.loads(served(avatar, "command.json"))["given"] == 0
    before = time.time() * 1000
    avatar.do("block", 3.0)
    command = json.loads(served(avatar, "command.json"))
    assert (command["what"], command["seconds"]) == ("block", 3.0)
    assert before <= command["given"] <= time.time() * 1000


def test_a_file_that_is_taken_away_is_missed_until_it_is_back(avatar: FaultyAvatar) -> None:
    there = served(avatar, ASSET)
    avatar.take_away(ASSET)
    with pytest.raises(NotServedError):
        served(avatar, ASSET)
    avatar.give_back(ASSET)
    assert served(avatar, ASSET) == there


def test_a_core_of_webassembly_is_needed_once_it_is_added(avatar: FaultyAvatar) -> None:
    avatar.add_wasm("core.wasm")
    assert "./core.wasm" in served(avatar, "sdk.js")
    assert (avatar.package / "core.wasm").read_bytes().startswith(b"\0asm")
