"""The configuration file while the kiosk runs."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.kiosk_process import KioskProcess
from tests.support.pulse import PulseServer
from tests.support.voice_agent import VoiceAgent


def loaded(kiosk: KioskProcess) -> str:
    return str(kiosk.status()["config"]["loaded"])


def test_a_save_in_a_conversation_counts_for_the_next_visitor(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk, pulse: PulseServer, voice_agent: VoiceAgent
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    settings: dict[str, Any] = {"livekit": livekit_table}
    kiosk = start_kiosk(settings)
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    kiosk.write_config({**settings, "microphone": {"device": "Desk*"}})
    kiosk.wait_for_log("configuration changed: microphone")
    assert kiosk.status()["microphone"]["wanted"] == "auto"
    assert kiosk.state == "live"
    kiosk.command("stop")
    kiosk.wait_for_status("the new wish", lambda status: status["microphone"]["wanted"] == "Desk*")
    kiosk.wait_for_state("idle")


def test_a_broken_save_changes_nothing_and_its_problems_are_in_status(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    settings: dict[str, Any] = {"livekit": livekit_table}
    kiosk = start_kiosk(settings)
    kiosk.allow("configuration")
    kiosk.wait_for_state("idle")
    before = loaded(kiosk)
    kiosk.write_config({**settings, "session": {"idel_timeout": "30s"}})
    status = kiosk.wait_for_status("the problem", lambda status: status["config"]["problems"])
    assert status["state"] == "idle"
    assert status["config"]["problems"][0]["line"]
    assert "idle_timeout" in status["config"]["problems"][0]["message"]
    assert loaded(kiosk) == before
    kiosk.write_config(settings)
    kiosk.wait_for_status("no problem", lambda status: not status["config"]["problems"])


def test_a_broken_file_at_start_shows_a_kind_screen_and_comes_alive_when_mended(
    livekit_table: dict[str, Any], start_kiosk: StartKiosk
) -> None:
    kiosk = start_kiosk("[livekit]\nurl = 7\n")
    kiosk.allow("configuration")
    kiosk.wait_for_state("faulted")
    assert kiosk.status()["reason"] == "configuration"
    kiosk.write_config({"livekit": livekit_table})
    kiosk.wait_for_state("idle")
