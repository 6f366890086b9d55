"""The service manager does to a process what systemd would."""

from __future__ import annotations

import secrets
import signal
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.support.processes import ChildProcess
from tests.support.service_manager import ServiceManager
from tests.support.waiting import wait_until

SERVICE = """
import os, signal, socket, sys, time
name = os.environ["NOTIFY_SOCKET"]
address = "\\0" + name[1:] if name.startswith("@") else name
def say(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(text.encode(), address)
def leave(*_):
    say("STOPPING=1")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
"""
LIVES = SERVICE + "say('READY=1')\nwhile True:\n    say('WATCHDOG=1')\n    time.sleep(0.05)\n"
HANGS = SERVICE + "say('READY=1\\nSTATUS=up')\ntime.sleep(600)\n"
LEAVES = SERVICE + "say('READY=1')\nsys.exit(75)\n"
SLOW = SERVICE + "for _ in range(40):\n    say('EXTEND_TIMEOUT_USEC=1000000')\n    time.sleep(0.05)\n" + LIVES
NEVER = SERVICE + "time.sleep(600)\n"


def start(code: str, folder: Path, notify: Mapping[str, str]) -> ChildProcess:
    return ChildProcess("service", [sys.executable, "-c", code], folder / "service.log", environment=dict(notify))


def manager(code: str, folder: Path, name: str = "", **limits: float) -> ServiceManager:
    limits = {"watchdog": 1.0, "restart_after": 0.05, **limits}
    return ServiceManager(partial(start, code, folder), name or f"@kiosk-{secrets.token_hex(8)}", **limits)


@pytest.mark.parametrize("abstract", [True, False])
def test_a_service_that_lives_is_left_alone_and_asked_to_end(abstract: bool, tmp_path: Path) -> None:
    name = f"@kiosk-{secrets.token_hex(8)}" if abstract else str(tmp_path / "n")
    with manager(LIVES, tmp_path, name) as service:
        wait_until(lambda: len(service.said("WATCHDOG")) > 40, "two seconds of life", 20)
        assert service.ready
        assert not service.ends
        assert service.stop() == 0
        assert service.said("STOPPING")


def test_one_that_hangs_is_aborted_and_started_again(tmp_path: Path) -> None:
    with manager(HANGS, tmp_path) as service:
        wait_until(lambda: len(service.said("READY")) == 2, "the second start", 20)
        assert service.ends == [-signal.SIGABRT]
        assert service.overdue == ["watchdog"]
        assert service.statuses() == ["up", "up"]


def test_a_frozen_one_is_aborted_too(tmp_path: Path) -> None:
    with manager(LIVES, tmp_path) as service:
        wait_until(lambda: service.ready, "the start", 20)
        service.process.freeze()
        wait_until(lambda: service.ends, "the end", 20)
        assert service.ends == [-signal.SIGABRT]
        wait_until(lambda: service.ready, "the next start", 20)


def test_one_that_leaves_is_started_again(tmp_path: Path) -> None:
    with manager(LEAVES, tmp_path) as service:
        wait_until(lambda: len(service.ends) >= 2, "two ends", 20)
        assert set(service.ends) == {75}
        assert not service.overdue


def test_a_start_may_take_longer_when_it_asks_for_that(tmp_path: Path) -> None:
    with manager(SLOW, tmp_path, start_limit=1.0) as service:
        wait_until(lambda: service.ready, "a start of two seconds", 20)
        assert not service.overdue


def test_a_start_that_never_ends_is_ended(tmp_path: Path) -> None:
    with manager(NEVER, tmp_path, start_limit=1.0) as service:
        wait_until(lambda: service.overdue, "the end of patience", 20)
        assert service.overdue == ["start"]


def test_sleep_is_no_hang(tmp_path: Path) -> None:
    with manager(LIVES, tmp_path) as service:
        wait_until(lambda: service.ready, "the start", 20)
        service.suspend()
        asleep_until = time.monotonic() + 2.0
        wait_until(lambda: time.monotonic() > asleep_until, "twice the watchdog's limit", 5)
        service.wake()
        awake = time.monotonic()
        wait_until(lambda: service.said("WATCHDOG", since=awake + 1.5), "life after it", 20)
        assert not service.ends
