"""The keys of `[recovery]`, `[log]` and `[monitoring]`, as far as a test can wait for what they do."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.fake_services import FakeConsole
from tests.support.faulty_avatar import FaultyAvatar
from tests.support.livekit_server import LiveKitServer
from tests.support.ports import free_port
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until
from tests.support.way import Passage, Way


@pytest.mark.usefixtures("microphone")
@pytest.mark.parametrize(("limit", "blamed"), [("2s", True), ("30s", False)])
def test_a_page_may_be_silent_for_as_long_as_the_file_says(
    limit: str,
    blamed: bool,
    livekit_table: dict[str, Any],
    console: FakeConsole,
    start_kiosk: StartKiosk,
    voice_agent: VoiceAgent,
    tmp_path: Path,
) -> None:
    avatar = FaultyAvatar(tmp_path)
    recovery = {"heartbeat_limit": limit}
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar.table(console.url), "recovery": recovery})
    kiosk.allow("heartbeat|silent|hung|page|renderer")
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    avatar.do("block", seconds=6.0)
    kiosk.wait_for_status("the page to be busy", lambda status: (status["page"]["heartbeat_ms"] or 0) > 1500)
    if blamed:
        kiosk.wait_for_state("recovering", timeout=10)
        kiosk.wait_for_state("live", timeout=60)
    else:
        kiosk.wait_for_status("it to beat again", lambda status: status["page"]["heartbeat_ms"] < 1000, 20)
        assert kiosk.status()["recovery"]["count"] == 0


@pytest.mark.usefixtures("microphone")
@pytest.mark.parametrize("patience", [2, 6])
def test_a_connect_is_given_up_when_the_file_says(
    patience: int, livekit_server: LiveKitServer, livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    with Way(livekit_server.port) as way:
        table = {**livekit_table, "url": way.url}
        kiosk = start_kiosk({"livekit": table, "recovery": {"connect_timeout": f"{patience}s"}})
        kiosk.allow("connect|server|out of service|ERR_|signal")
        kiosk.wait_for_state("idle")
        way.set(Passage.HANDSHAKE_ONLY)
        kiosk.command("start")
        begun = time.monotonic()
        kiosk.wait_for_status("the attempt to be given up", lambda status: status["state"] != "connecting", 30)
        assert patience - 1 < time.monotonic() - begun < patience + 4
        way.set(Passage.OPEN)


def test_debug_is_more_than_warnings_and_a_file_gets_it_too(start_kiosk: StartKiosk, tmp_path: Path) -> None:
    file = tmp_path / "logs" / "kiosk.log"
    file.parent.mkdir()
    quiet = start_kiosk({"log": {"level": "warning"}})
    quiet.wait_for_state("idle")
    assert not [record for record in quiet.records() if record["level"].lower() in ("debug", "info")]
    quiet.stop()
    loud = start_kiosk({"log": {"level": "debug", "file": str(file), "format": "json"}})
    loud.wait_for_state("idle")
    assert [record for record in loud.records() if record["level"].lower() == "debug"]
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines
    assert all("message" in json.loads(line) for line in lines)


def test_a_log_for_people_has_a_line_of_text_for_each_thing(start_kiosk: StartKiosk) -> None:
    kiosk = start_kiosk({"log": {"format": "text"}}, environment={"AVATAR_KIOSK_LOG_FORMAT": ""})
    kiosk.allow("")
    kiosk.wait_for_state("idle")
    assert re.search(r"^\S+ \S+ INFO +\S+: running the demo", kiosk.process.output(), re.MULTILINE)


@pytest.mark.usefixtures("microphone")
def test_figures_are_served_where_the_file_says(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, voice_agent: VoiceAgent
) -> None:
    port = free_port()
    kiosk = start_kiosk({"livekit": livekit_table, "monitoring": {"port": port, "bind": "127.0.0.1"}})
    kiosk.wait_for_state("idle")
    assert figure(port, 'avatar_kiosk_state{state="idle"}') == 1.0
    go_live(kiosk, voice_agent)
    wait_until(lambda: figure(port, 'avatar_kiosk_state{state="live"}') == 1.0, "live in the figures", 10)
    wait_until(lambda: (figure(port, "avatar_kiosk_frames_per_second") or 0) > 5, "frames", 10)
    kiosk.command("stop")
    kiosk.wait_for_state("idle")
    wait_until(lambda: figure(port, 'avatar_kiosk_sessions_total{reason="command"}') == 1.0, "a session", 10)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        assert answer.status == 200


def figure(port: int, name: str) -> float | None:
    """A figure as Prometheus would read it, None if it is not there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == name), None)
