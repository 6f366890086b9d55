"""The icon on real desktops: a double click opens the kiosk, another one brings the same kiosk forward."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.operations.control_client import ControlCommand, ControlError, request
from tests.support.desktop import Desktop, Kind, processes_of
from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.processes import ChildProcess
from tests.support.virtual_screen import VirtualScreen, changed_share
from tests.support.waiting import wait_until

TITLE = "Avatar Kiosk"
KIOSKS = ("avatar-kiosk", "packaging/run", "desktop/launch")
"""What is in the command lines of all that a double click starts, but not of the desktop."""

NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
"""For what is started outside the desktop's session: it would start a bus of its own and leave that behind."""

UP_WITHIN = 15.0
"""Seconds; in an idle machine it takes less than one."""

RED_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication(sys.argv)
window = QWidget()
window.setWindowTitle("In front")
window.setStyleSheet("background: #ff0000")
window.setGeometry(280, 60, 460, 480)
window.show()
application.exec()
"""
RED = (255, 0, 0)


@dataclass(frozen=True)
class User:
    """Somebody with a home and a clone, and with the icon installed."""

    home: Path
    socket: Path
    environment: dict[str, str]

    def pids(self) -> set[int]:
        """All that a double click has started and that still runs."""
        return processes_of(self.home, *KIOSKS)

    def kiosk(self) -> int | None:
        """The process of the kiosk that waits for visitors; None before it does."""
        try:
            status = request(self.socket, ControlCommand.STATUS)["status"]
        except ControlError:
            return None
        assert isinstance(status, dict)
        return next(iter(self.kiosks())) if status["state"] == "idle" else None

    def kiosks(self) -> set[int]:
        """The processes of kiosks that run, or find out that another one does."""
        return processes_of(self.home, "bin/avatar-kiosk")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[VirtualScreen]:
    with VirtualScreen(tmp_path, 800, 600) as screen:
        yield screen


@pytest.fixture
def user(tmp_path: Path, screen: VirtualScreen) -> Iterator[User]:
    """Has run `packaging/run --install-shortcut`. What the icon has started ends with the test."""
    home, sockets = tmp_path / "home", Path(tempfile.mkdtemp(prefix="kiosk-"))
    home.mkdir()
    environment = bare_environment(home, sockets)
    if "KIOSK_PYTHON" in os.environ:
        environment["KIOSK_PYTHON"] = os.environ["KIOSK_PYTHON"]
    subprocess.run(
        [PROJECT / "packaging" / "run", "--install-shortcut"], env=environment, check=True, capture_output=True
    )
    user = User(home, sockets / "control.sock", environment)
    yield user
    if user.kiosks():
        request(user.socket, ControlCommand.QUIT, timeout=8, until_closed=True)
    wait_until(lambda: not processes_of(home, ""), "everything of this user to end", 10)
    shutil.rmtree(sockets, ignore_errors=True)


@pytest.mark.parametrize("kind", Kind)
def test_a_double_click_opens_one_kiosk_and_another_one_no_second(
    kind: Kind, user: User, screen: VirtualScreen, tmp_path: Path
) -> None:
    with Desktop(kind, screen, tmp_path, user.environment) as desktop:
        before = screen.pixels()
        screen.screenshot(tmp_path / "pictures" / f"{kind.name}-before.png")
        started = time.monotonic()
        desktop.double_click()
        (window,) = wait_until(lambda: screen.windows(TITLE), "the kiosk's window", UP_WITHIN, details=log_of(user))
        print(f"{kind.name}: {time.monotonic() - started:.2f} s from the double click to the window")
        desktop.double_click()  # somebody is impatient
        kiosk = wait_until(user.kiosk, "the kiosk to be idle", UP_WITHIN, details=log_of(user))
        screen.screenshot(tmp_path / "pictures" / f"{kind.name}-after.png")
        assert changed_share(before, screen.pixels()) > 0.5
        assert screen.windows(TITLE) == [window]
        assert desktop.extent(window) == (0, 0, screen.width, screen.height)
        assert user.kiosks() == {kiosk}


@pytest.mark.parametrize("kind", Kind)
def test_a_double_click_raises_the_kiosk_that_runs(
    kind: Kind, user: User, screen: VirtualScreen, tmp_path: Path
) -> None:
    environment = {**user.environment, **screen.environment, **NO_BUS}
    with Desktop(kind, screen, tmp_path, user.environment) as desktop:
        first = ChildProcess(
            "kiosk in a window",
            [str(PROJECT / "packaging" / "run"), "--windowed", "400x400"],
            tmp_path / "kiosk.log",
            environment=environment,
        )
        kiosk = wait_until(user.kiosk, "the kiosk to be idle", UP_WITHIN, details=first.last_lines)
        (window,) = screen.windows(TITLE)
        desktop.move(window, 300, 100)
        running = user.pids()
        in_front = ChildProcess(
            "red window",
            [sys.executable, "-c", RED_WINDOW],
            tmp_path / "red.log",
            environment=environment,
        )
        wait_until(lambda: red_share(screen) > 0.3, "another window in front of it", every=0.2)
        screen.screenshot(tmp_path / "pictures" / f"{kind.name}-covered.png")
        started = time.monotonic()
        desktop.double_click()
        wait_until(lambda: red_share(screen) < 0.2, "the kiosk in front", UP_WITHIN, every=0.1, details=log_of(user))
        print(f"{kind.name}: {time.monotonic() - started:.2f} s from the second double click to the window in front")
        screen.screenshot(tmp_path / "pictures" / f"{kind.name}-raised.png")
        wait_until(lambda: user.pids() == running, "the second launch to leave")
        assert (user.kiosk(), screen.windows(TITLE)) == (kiosk, [window])
        in_front.stop()
        first.stop()


def red_share(screen: VirtualScreen) -> float:
    """How much of the screen, 0..1, is red."""
    return float((screen.pixels() == RED).all(axis=2).mean())


def log_of(user: User) -> Callable[[], str]:
    def text() -> str:
        log = user.home / ".local" / "state" / "avatar-kiosk" / "icon.log"
        return log.read_text(encoding="utf-8") if log.exists() else "the icon has started nothing"

    return text
