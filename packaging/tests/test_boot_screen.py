"""The running kiosk keeps its screen on: a real X server and a real session bus are told, and released."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from kiosk.operations.inhibition import APPLICATION, CUSTODIANS, REASON
from kiosk.operations.x_blanking import ASK, read_x_blanking
from tests.support import parts
from tests.support.kiosk_process import KioskProcess
from tests.support.session_bus import FakeCustodian, SessionBus
from tests.support.virtual_screen import VirtualScreen
from tests.support.waiting import wait_until

SCREEN_SAVER = CUSTODIANS[0]


def xset(screen: VirtualScreen, *arguments: str) -> str:
    environment = {**os.environ, **screen.environment, "LC_ALL": "C.UTF-8"}
    command = [parts.program(ASK[0]), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_the_screen_stays_on_while_the_kiosk_runs_and_no_longer(tmp_path: Path) -> None:
    with (
        VirtualScreen(tmp_path) as screen,
        SessionBus(tmp_path) as bus,
        FakeCustodian(bus, SCREEN_SAVER) as saver,
    ):
        xset(screen, "s", "420", "60")
        before = read_x_blanking(xset(screen, "q"))
        assert before is not None
        assert (before.timeout, before.cycle) == (420, 60)
        environment = {**screen.environment, **bus.environment}
        with KioskProcess(tmp_path / "kiosk", environment=environment, arguments=["--demo"]) as kiosk:
            kiosk.wait_for_log("the screen is kept on by the X server and org.freedesktop.ScreenSaver", 60)
            now = read_x_blanking(xset(screen, "q"))
            assert now is not None
            assert now.timeout == 0
            assert saver.asked == [(APPLICATION, REASON)]
            assert saver.holds
            assert kiosk.stop() == 0
        wait_until(lambda: not saver.holds, "the end of the inhibition")
        assert read_x_blanking(xset(screen, "q")) == before


def test_a_kiosk_that_is_killed_keeps_no_desktop_awake(tmp_path: Path) -> None:
    with (
        VirtualScreen(tmp_path) as screen,
        SessionBus(tmp_path) as bus,
        FakeCustodian(bus, SCREEN_SAVER) as saver,
        KioskProcess(tmp_path / "kiosk", environment={**screen.environment, **bus.environment}) as kiosk,
    ):
        wait_until(lambda: saver.holds, "the inhibition", 60, details=kiosk.report)
        kiosk.process.send(signal.SIGKILL)
        wait_until(lambda: not saver.holds, "its end")
