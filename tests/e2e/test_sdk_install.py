"""`avatar-kiosk sdk install` beside a running kiosk: it takes the packages between two visitors, without a restart."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.fake_services import FakeConsole
from tests.support.kiosk_process import PROJECT, KioskProcess
from tests.support.npm_packages import KIT
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

BUILTIN = PROJECT / "resources" / "web" / "builtin"


def packages(folder: Path, version: str) -> Path:
    """The built-in avatar under the vendor's names, which says its version when the page loads it."""
    for name in ("avatarkit", "avatarkit-rtc"):
        package = folder / "node_modules" / "@spatialwalk" / name
        shutil.copytree(BUILTIN / name, package)
        manifest = json.loads((package / "package.json").read_text(encoding="utf-8"))
        (package / "package.json").write_text(json.dumps({**manifest, "version": version}), encoding="utf-8")
    entry = folder / "node_modules" / KIT / "index.js"
    entry.write_text(f"console.warn('loaded {version}');\n{entry.read_text(encoding='utf-8')}", encoding="utf-8")
    return folder


def sdk(kiosk: KioskProcess, *arguments: str | Path) -> str:
    """What `avatar-kiosk sdk` says to the same user."""
    command = [sys.executable, "-m", "kiosk", "sdk", *map(str, arguments), "--config", str(kiosk.config_path)]
    environment = {**kiosk.environment, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=90
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def loaded(kiosk: KioskProcess, version: str) -> bool:
    return any(f"loaded {version}" in str(record.get("message")) for record in kiosk.records())


@pytest.mark.usefixtures("microphone")
def test_a_running_kiosk_takes_what_is_installed_between_two_visitors(
    livekit_table: dict[str, Any],
    console: FakeConsole,
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    tmp_path: Path,
) -> None:
    avatar = {
        "app_id": "app_1",
        "avatar_id": "mira",
        "api_key": "avatar-key-of-some-length",
        "console_endpoint": console.url,
    }
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar})
    kiosk.wait_for_state("idle")
    assert kiosk.status()["avatar"]["sdk"] == "builtin", "nothing is installed yet"

    said = sdk(kiosk, "install", "--from", packages(tmp_path / "first", "1.0.1"))
    assert "in use: yes" in said
    assert "The running kiosk takes them" in said
    kiosk.wait_for_status("the packages", lambda status: status["avatar"]["sdk"] == "installed")
    wait_until(lambda: loaded(kiosk, "1.0.1"), "the page with them", 30)

    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    session = kiosk.status()["session"]["id"]
    sdk(kiosk, "install", "--from", packages(tmp_path / "second", "1.0.2"))
    assert (kiosk.state, kiosk.status()["session"]["id"]) == ("live", session), "the visitor notices nothing"
    assert not loaded(kiosk, "1.0.2")
    kiosk.command("stop")
    wait_until(lambda: loaded(kiosk, "1.0.2"), "the next visitor's page with the new ones", 30)
    kiosk.wait_for_state("idle")
    assert kiosk.status()["avatar"]["sdk"] == "installed"
