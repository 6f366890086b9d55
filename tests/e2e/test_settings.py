"""The configuration file while the kiosk runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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


def saved_in_place(file: Path, text: str) -> None:
    with file.open("r+", encoding="utf-8") as stream:
        stream.write(text)
        stream.truncate()


def saved_as_vim_does(file: Path, text: str) -> None:
    """The old file becomes a backup, a new one takes its name, the backup goes."""
    backup = file.with_name(f"{file.name}~")
    file.rename(backup)
    file.write_text(text, encoding="utf-8")
    backup.unlink()


def saved_by_swapping_links(file: Path, text: str) -> None:
    """As configuration managers do: the name is a link to a folder that is a link to the present release."""
    release = file.parent / f"release-{os.urandom(4).hex()}"
    release.mkdir()
    (release / file.name).write_text(text, encoding="utf-8")
    fresh = file.with_name("fresh-link")
    fresh.symlink_to(release / file.name)
    fresh.replace(file)


@pytest.mark.parametrize("save", [saved_in_place, saved_as_vim_does, saved_by_swapping_links])
def test_a_save_is_noticed_however_it_is_made(save: Callable[[Path, str], None], start_kiosk: StartKiosk) -> None:
    kiosk = start_kiosk('[appearance]\norganisation = "Before"\n')
    kiosk.wait_for_state("idle")
    before = loaded(kiosk)
    save(kiosk.config_path, '[appearance]\norganisation = "After"\n')
    kiosk.wait_for_status("the save to be noticed", lambda status: status["config"]["loaded"] != before, timeout=3)
    assert kiosk.state == "idle", "looks need no other page"


def test_ten_saves_in_a_second_are_one_reload(start_kiosk: StartKiosk) -> None:
    kiosk = start_kiosk('[appearance]\norganisation = "0"\n')
    kiosk.wait_for_state("idle")
    for number in range(1, 11):
        kiosk.write_config(f'[appearance]\norganisation = "{number}"\n')
    kiosk.wait_for_log("configuration changed: appearance")
    before = loaded(kiosk)
    kiosk.command("reload")
    assert loaded(kiosk) == before, "the last save was in force"
    noticed = [record for record in kiosk.records() if "configuration changed" in record["message"]]
    assert len(noticed) == 1


def test_what_needs_a_restart_says_so(start_kiosk: StartKiosk) -> None:
    kiosk = start_kiosk("[display]\nzoom = 1.0\n")
    kiosk.allow("counts from the next start on")
    kiosk.wait_for_state("idle")
    kiosk.write_config('[display]\ngpu = "off"\n')
    status = kiosk.wait_for_status("the key", lambda status: status["config"]["restart_needed"])
    assert status["config"]["restart_needed"] == ["display.gpu"]
