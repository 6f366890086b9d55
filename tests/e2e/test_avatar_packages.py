"""`avatar.sdk` as a folder: packages from a `node_modules`, a session token from the console, the same conversation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.fake_services import Behaviour, FakeConsole
from tests.support.kiosk_process import PROJECT
from tests.support.pulse import PulseServer
from tests.support.voice_agent import VoiceAgent

BUILTIN = PROJECT / "resources" / "web" / "builtin"
KEY = "avatar-key-of-some-length"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A site's folder with the two packages, made from the built-in ones: the vendor's are not in every registry."""
    scope = tmp_path / "sdk" / "node_modules" / "@spatialwalk"
    for name in ("avatarkit", "avatarkit-rtc"):
        shutil.copytree(BUILTIN / name, scope / name)
    return tmp_path / "sdk"


def avatar(packages: Path, console: FakeConsole) -> dict[str, Any]:
    return {
        "sdk": str(packages),
        "app_id": "app_1",
        "avatar_id": "mira",
        "api_key": KEY,
        "console_endpoint": console.url,
    }


def test_packages_from_a_folder_get_a_session_token_and_hold_a_conversation(
    packages: Path,
    console: FakeConsole,
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    pulse: PulseServer,
    voice_agent: VoiceAgent,
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar(packages, console)})
    kiosk.wait_for_state("idle")
    status = kiosk.status()
    assert status["avatar"] == {"sdk": str(packages), "loaded": True, "frames_per_second": None}
    assert console.asked[0].headers["X-Api-Key"] == KEY
    go_live(kiosk, voice_agent)
    kiosk.wait_for_status("its frames", lambda status: (status["avatar"]["frames_per_second"] or 0) > 5)
    assert KEY not in kiosk.process.output()
    assert len(console.asked) == 1, "the token is kept, not asked for again with every visitor"


def test_packages_that_do_not_load_give_way_to_the_builtin_avatar_and_status_says_so(
    packages: Path, console: FakeConsole, livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    entry = packages / "node_modules" / "@spatialwalk" / "avatarkit" / "index.js"
    entry.write_text("throw new Error('this build is broken');")
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar(packages, console)})
    kiosk.allow("this build is broken|built-in one stands in")
    kiosk.wait_for_state("idle")
    status = kiosk.status()
    assert status["avatar"]["sdk"] == "builtin"
    assert status["reason"] == "avatar_fallback"


def test_a_refused_session_token_does_not_stop_the_voice(
    packages: Path,
    console: FakeConsole,
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
) -> None:
    console.behaviour = Behaviour.REFUSED
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar(packages, console)})
    kiosk.allow("session token|built-in one stands in")
    kiosk.wait_for_state("idle")
    kiosk.command("start")
    kiosk.wait_for_state("live")


def test_another_livekit_client_is_refused_by_name(
    packages: Path, console: FakeConsole, livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    client = packages / "node_modules" / "livekit-client"
    client.mkdir()
    manifest = {"name": "livekit-client", "version": "2.17.0", "exports": "./index.js"}
    (client / "package.json").write_text(json.dumps(manifest))
    (client / "index.js").write_text("export const version = '2.17.0';")
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar(packages, console)})
    kiosk.allow("livekit-client must be version 2.16.1|built-in one stands in|configuration")
    kiosk.wait_for_state("idle")
    assert kiosk.status()["avatar"]["sdk"] == "builtin"
    assert "livekit-client" in kiosk.process.output()
