"""What the set-up promises: the demo under each PySide6 pair, and pictures where there is no screen."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.operations.control_client import ControlCommand, ControlError, request
from tests.e2e.conftest import StartKiosk
from tests.support import parts
from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.processes import ChildProcess
from tests.support.pulse import PulseServer
from tests.support.waiting import wait_until

PYTHONS = os.environ.get("AVATAR_KIOSK_TEST_PYTHONS", sys.executable).split(":")
"""The interpreters of the prepared environments; packaging/test has said which pair is missing, and why."""

FIRST_START = 60.0
"""Seconds for a start on a cold disk, beside other tests."""


@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: Path(path).parents[1].name)
def test_the_demo_starts_and_ends(python: str, start_kiosk: StartKiosk, pulse: PulseServer) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    kiosk = start_kiosk(python=python)
    kiosk.wait_for_state("idle", timeout=FIRST_START)
    assert kiosk.status()["page"]["chromium"]
    kiosk.command("start")
    kiosk.wait_for_state("live")
    kiosk.command("quit")
    assert kiosk.process.wait(10.0) == 0


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A user without a screen, and without a kiosk that runs already."""
    sockets = Path(tempfile.mkdtemp(prefix="kiosk-"))
    home = tmp_path / "home"
    home.mkdir()
    yield bare_environment(home, sockets) | {"KIOSK_SCREENSHOTS": str(tmp_path / "pictures")}
    shutil.rmtree(sockets)


def test_without_a_screen_every_state_becomes_a_picture(surroundings: dict[str, str], tmp_path: Path) -> None:
    if not (PROJECT / ".venv" / ".prepared").exists():
        parts.lacking("a prepared clone")
    pictures = tmp_path / "pictures"
    run = ChildProcess(
        "packaging/run", [str(PROJECT / "packaging" / "run")], tmp_path / "run.log", environment=surroundings
    )
    try:
        wait_until(lambda: _state(surroundings) == "idle", "the demo to be idle", FIRST_START, details=run.last_lines)
        wait_until(lambda: list(pictures.glob("*-idle.png")), "a picture of idle", details=run.last_lines)
        helpers = _descendants(run.pid)
        assert any(_name(pid) == "Xvfb" for pid in helpers)
        run.send(signal.SIGTERM)
        assert run.wait(10.0) == 0
        wait_until(lambda: not any(map(_runs, helpers)), "everything it started to be gone", details=run.last_lines)
    finally:
        run.stop()
    said = run.output()
    assert "No display answers" in said
    assert str(pictures) in said
    assert "No PulseAudio or PipeWire" in said


def test_other_commands_reach_the_kiosk_and_their_exit_code_comes_back(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    if not (PROJECT / ".venv" / ".prepared").exists():
        parts.lacking("a prepared clone")
    log = tmp_path / "status.log"
    run = ChildProcess("packaging/run", [str(PROJECT / "packaging" / "run"), "status"], log, environment=surroundings)
    assert run.wait(FIRST_START) == 1  # nobody runs
    run.stop()
    assert "No display" not in run.output()


def _state(environment: dict[str, str]) -> str | None:
    try:
        status = request(Path(environment["AVATAR_KIOSK_SOCKET"]), ControlCommand.STATUS)["status"]
    except ControlError:
        return None
    assert isinstance(status, dict)
    return str(status["state"])


def _descendants(pid: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in task.read_text(encoding="ascii").split()
    ]
    return [*children, *(grandchild for child in children for grandchild in _descendants(child))]


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()


def _runs(pid: int) -> bool:
    """Whether it is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
