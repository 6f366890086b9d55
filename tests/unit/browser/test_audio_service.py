"""Finding Chromium's audio service among the processes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kiosk.browser.audio_service import end_audio_services

AUDIO = "QtWebEngineProcess\0--type=utility\0--utility-sub-type=audio.mojom.AudioService\0"
KIOSK, ZYGOTE, RENDERER, SERVICE, STRANGE = 100, 110, 120, 130, 140


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A kiosk with a zygote, and an audio service that is somebody else's."""
    for pid, parent, arguments in (
        (KIOSK, 1, "python\0-m\0kiosk\0"),
        (ZYGOTE, KIOSK, "QtWebEngineProcess\0--type=zygote\0"),
        (RENDERER, ZYGOTE, "QtWebEngineProcess\0--type=renderer\0"),
        (SERVICE, ZYGOTE, AUDIO),
        (STRANGE, 1, AUDIO),
    ):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "cmdline").write_text(arguments)
        (folder / "stat").write_text(f"{pid} (a ) b) S {parent} 1 1")
    (tmp_path / "self").mkdir()
    return tmp_path


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    kills: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: kills.append((pid, number)))
    return kills


def test_only_the_audio_service_below_the_kiosk_is_ended(proc: Path, killed: list[tuple[int, int]]) -> None:
    assert end_audio_services(KIOSK, proc) == 1
    assert killed == [(SERVICE, signal.SIGKILL)]


def test_it_is_known_too_where_chromium_writes_its_arguments_anew(proc: Path, killed: list[tuple[int, int]]) -> None:
    (proc / str(SERVICE) / "cmdline").write_text(AUDIO.replace("\0", " ").strip() + "\0\0")
    assert end_audio_services(KIOSK, proc) == 1
    assert killed == [(SERVICE, signal.SIGKILL)]


def test_where_there_is_none_nothing_happens(tmp_path: Path, killed: list[tuple[int, int]]) -> None:
    assert end_audio_services(KIOSK, tmp_path) == 0
    assert end_audio_services(KIOSK, tmp_path / "not there") == 0
    assert killed == []


def test_one_that_ended_meanwhile_is_none_to_worry_about(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_pid: int, _number: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    assert end_audio_services(KIOSK, proc) == 1
