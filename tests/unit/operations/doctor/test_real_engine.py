"""The real engine, started as the kiosk starts it, on a screen and a sound server of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from kiosk.browser.flags import configure_environment
from kiosk.operations.doctor.engine import ask_engine
from kiosk.operations.doctor.facts import Engine, Screen
from kiosk.operations.doctor.findings import Untold
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen

PATIENCE = 90.0
"""Seconds; other tests may have all processors."""


def ask(environ: Mapping[str, str]) -> tuple[Engine | Untold, Untold | None]:
    base = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return ask_engine({**base, **environ}, "auto", lambda *start: configure_environment(*start).argv, deadline=PATIENCE)


def test_on_a_screen_it_can_do_all_the_avatar_needs(screen: VirtualScreen, pulse: PulseServer) -> None:
    pulse.add_loudspeaker("ceiling", "Ceiling [HDMI]")
    engine, unreached = ask({**screen.environment, **pulse.environment})
    assert unreached is None
    assert isinstance(engine, Engine)
    assert engine.platform == "xcb"
    assert engine.screens == (Screen("screen", screen.width, screen.height),)
    assert engine.webgl2 is not None
    assert engine.webgl2.painted
    assert "llvmpipe" in engine.webgl2.renderer
    assert (engine.script_transform, engine.encoded_streams) == (True, True)
    assert [(device.id, device.name) for device in engine.outputs] == [
        ("speaker", "Lobby Speaker"),
        ("ceiling", "Ceiling [HDMI]"),
    ]


def test_without_the_kiosk_s_own_arguments_it_would_lack_the_transforms(screen: VirtualScreen) -> None:
    """So what is found is what these arguments bring."""
    engine, _ = ask_engine(
        {**os.environ, **screen.environment, "QTWEBENGINE_DISABLE_SANDBOX": "1"},
        "auto",
        lambda *_: ("avatar-kiosk",),
        deadline=PATIENCE,
    )
    assert isinstance(engine, Engine)
    assert not engine.script_transform


def test_a_screen_that_does_not_answer_is_said_and_the_rest_is_found(pulse: PulseServer) -> None:
    engine, unreached = ask({"DISPLAY": ":98765", **pulse.environment})
    assert isinstance(engine, Engine)
    assert (engine.platform, engine.script_transform) == ("offscreen", True)
    assert [device.id for device in engine.outputs] == ["speaker"]
    assert unreached is not None
    assert unreached.fault


def test_the_whole_command(screen: VirtualScreen, pulse: PulseServer, tmp_path: Path) -> None:
    pulse.add_microphone("desk", "Desk Microphone")
    environ = {
        **os.environ,
        **screen.environment,
        **pulse.environment,
        "AVATAR_KIOSK_SOCKET": str(tmp_path / "none"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    environ.pop("AVATAR_KIOSK_CONFIG", None)
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk", "doctor", "--json"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * PATIENCE,
    )
    answer = json.loads(ended.stdout)
    found = {finding["subject"]: finding for finding in answer["findings"]}
    assert ended.returncode == (0 if answer["well"] else 1)
    assert ended.stderr == ""
    assert found["microphone"]["text"] == "Desk Microphone"
    assert found["speaker"]["text"].startswith("Lobby Speaker, ")
    for subject in ("microphone", "speaker", "encoded transforms", "software", "libraries", "screen"):
        assert found[subject]["verdict"] == "good", found[subject]
    assert found["graphics"]["text"].startswith("WebGL 2 by ")
