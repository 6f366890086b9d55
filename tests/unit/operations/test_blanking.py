"""Who is told to leave the screen on, and that everything is given back."""

from __future__ import annotations

import asyncio
import logging
import os
import socket as sockets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.operations.blanking import keep_lit, keep_windows_lit
from kiosk.operations.inhibition import APPLICATION, CUSTODIANS, REASON, bus_address, inhibit
from kiosk.operations.x_blanking import XBlanking, read_x_blanking
from tests.support.session_bus import FakeCustodian, SessionBus

SCREEN_SAVER, POWER_MANAGER = CUSTODIANS

BARE = """Screen Saver:
  prefer blanking:  yes    allow exposures:  yes
  timeout:  600    cycle:  300
DPMS (Energy Star):
  Standby: 600    Suspend: 600    Off: 600
  DPMS is Enabled
  Monitor is On
"""


# The X server


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (BARE, XBlanking(600, 300, dpms=True)),
        (BARE.replace("Enabled", "Disabled"), XBlanking(600, 300, dpms=False)),
        (
            "Screen Saver:\n  timeout:  0    cycle:  600\nServer does not have the DPMS Extension",
            XBlanking(0, 600, dpms=False),
        ),
        ("xset:  unable to open display", None),
    ],
)
def test_what_the_server_does_is_read(answer: str, read: XBlanking | None) -> None:
    assert read_x_blanking(answer) == read


@pytest.mark.parametrize(
    ("before", "off", "back"),
    [
        (XBlanking(600, 300, dpms=True), "xset s off s reset -dpms", "xset s 600 300 +dpms"),
        (XBlanking(600, 300, dpms=False), "xset s off s reset", "xset s 600 300"),
        (XBlanking(0, 300, dpms=True), "xset s off s reset -dpms", "xset s 0 300 +dpms"),
        (XBlanking(0, 300, dpms=False), "", ""),
    ],
)
def test_only_what_is_on_is_switched_off_and_given_back(before: XBlanking, off: str, back: str) -> None:
    assert (" ".join(before.to_switch_off), " ".join(before.to_restore)) == (off, back)


class Screen:
    """A folder with an `xset` that notes how it is called, first on the PATH."""

    def __init__(self, folder: Path, answer: str) -> None:
        self._notes = folder / "notes"
        self._notes.touch()
        (folder / "answer").write_text(answer, encoding="utf-8")
        program = folder / "xset"
        program.write_text(f'#!/bin/sh\necho "xset $*" >>"{self._notes}"\n[ "$1" != q ] || cat "{folder}/answer"\n')
        program.chmod(0o755)
        self.environment = {"PATH": f"{folder}:/usr/bin:/bin"}

    @property
    def calls(self) -> list[str]:
        return self._notes.read_text(encoding="utf-8").splitlines()


async def seen(look: Callable[[], object], what: str) -> None:
    """Let the loop run until it is so."""
    deadline = asyncio.get_running_loop().time() + 10
    while not look():
        assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.01)


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()


async def test_a_bare_server_is_told_and_has_its_times_back_at_the_end(tmp_path: Path) -> None:
    screen = Screen(tmp_path, BARE)
    keeping = asyncio.create_task(keep_lit("xcb", screen.environment, after=0))
    await seen(lambda: len(screen.calls) == 2, "the second call of xset")
    assert screen.calls == ["xset q", "xset s off s reset -dpms"]
    await cancelled(keeping)
    assert screen.calls[2:] == ["xset s 600 300 +dpms"]


async def test_no_server_is_asked_where_a_compositor_shows_the_window(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    screen = Screen(tmp_path, BARE)
    keeping = asyncio.create_task(keep_lit("wayland", screen.environment, after=0))
    await seen(lambda: caplog.records, "a word of it")
    await cancelled(keeping)
    assert screen.calls == []
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "nobody is here to be asked" in caplog.text


async def test_without_xset_the_log_names_the_package_that_brings_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeping = asyncio.create_task(keep_lit("xcb", {"PATH": str(tmp_path)}, after=0))
    await seen(lambda: caplog.records, "a word of it")
    await cancelled(keeping)
    assert "sudo apt-get install x11-xserver-utils" in caplog.text


# Other systems


async def test_macos_keeps_it_on_with_a_program_that_ends_with_the_kiosk(tmp_path: Path) -> None:
    notes, program = tmp_path / "notes", tmp_path / "caffeinate"
    program.write_text(f'#!/bin/sh\necho "$$ $*" >"{notes}"\nexec sleep 60\n')
    program.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    keeping = asyncio.create_task(keep_lit("cocoa", environ, after=0, system="darwin"))
    await seen(lambda: notes.exists() and notes.read_text(), "the program")
    number, arguments = notes.read_text().rstrip().split(" ", 1)
    assert arguments == f"-d -i -w {os.getpid()}"
    await cancelled(keeping)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


async def test_windows_is_told_once_and_released_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    told: list[int] = []

    def tell(state: int) -> int:
        told.append(state)
        return 0x80000000

    keeping = asyncio.create_task(keep_windows_lit(tell))
    await seen(lambda: told, "the first word")
    assert told == [0x80000003]
    await cancelled(keeping)
    assert told == [0x80000003, 0x80000000]
    assert not caplog.records


# The session bus


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SessionBus]:
    with SessionBus(tmp_path) as bus:
        yield bus


class Asking:
    """An `inhibit` that goes on, and what it has told."""

    def __init__(self, address: str) -> None:
        self.told: list[list[str]] = []
        self.task = asyncio.create_task(inhibit(address, lambda held: self.told.append(list(held))))


async def test_everybody_is_asked_and_free_again_at_the_end(bus: SessionBus) -> None:
    with FakeCustodian(bus, SCREEN_SAVER) as saver, FakeCustodian(bus, POWER_MANAGER) as power:
        asking = Asking(bus.address)
        await seen(lambda: asking.told, "the answers")
        assert asking.told == [[POWER_MANAGER.service, SCREEN_SAVER.service]]
        assert saver.asked == power.asked == [(APPLICATION, REASON)]
        assert saver.holds
        await cancelled(asking.task)
        await seen(lambda: not saver.holds and not power.holds, "the end of the inhibitions")


async def test_who_appears_later_is_asked_then_and_again_after_a_restart(bus: SessionBus) -> None:
    asking = Asking(bus.address)
    await seen(lambda: asking.told, "the answer that nobody is there")
    assert asking.told == [[]]
    for _ in range(2):
        with FakeCustodian(bus, SCREEN_SAVER) as saver:
            await seen(lambda saver=saver: saver.holds, "the question")
            assert saver.asked == [(APPLICATION, REASON)]
    assert asking.told == [[]], "once"
    await cancelled(asking.task)


async def test_one_who_refuses_is_named_and_the_other_one_holds(
    bus: SessionBus, caplog: pytest.LogCaptureFixture
) -> None:
    with FakeCustodian(bus, SCREEN_SAVER, refuses=True), FakeCustodian(bus, POWER_MANAGER):
        asking = Asking(bus.address)
        await seen(lambda: asking.told, "the answers")
        assert asking.told == [[POWER_MANAGER.service]]
        assert f"{SCREEN_SAVER.service} does not keep the screen on" in caplog.text
        await cancelled(asking.task)


async def test_a_bus_that_ends_is_no_trouble(bus: SessionBus) -> None:
    asking = Asking(bus.address)
    await seen(lambda: asking.told, "an answer")
    bus.stop()
    await asyncio.wait_for(asking.task, 10)


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense"])
async def test_a_bus_that_is_not_to_be_reached_costs_a_line_of_the_log(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    keeping = asyncio.create_task(keep_lit("wayland", {"DBUS_SESSION_BUS_ADDRESS": address}, after=0))
    await seen(lambda: "nobody is here to be asked" in caplog.text, "a word of it")
    await cancelled(keeping)
    assert {record.levelname for record in caplog.records} == {"INFO"}


async def test_desktop_and_server_are_both_told(
    bus: SessionBus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    screen = Screen(tmp_path, BARE)
    with FakeCustodian(bus, SCREEN_SAVER) as saver:
        keeping = asyncio.create_task(keep_lit("xcb", {**screen.environment, **bus.environment}, after=0))
        await seen(lambda: saver.holds, "the question")
        await seen(lambda: "kept on by the X server and org.freedesktop.ScreenSaver" in caplog.text, "a word of it")
        await cancelled(keeping)
        await seen(lambda: not saver.holds, "the end of the inhibition")
    assert screen.calls[-1] == "xset s 600 300 +dpms"


def test_the_bus_of_a_session_without_a_desktop_is_found_in_its_folder(tmp_path: Path) -> None:
    assert bus_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "XDG_RUNTIME_DIR": str(tmp_path)}) == "unix:path=/x"
    assert bus_address({"XDG_RUNTIME_DIR": str(tmp_path)}) is None
    with sockets.socket(sockets.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "bus"))
        assert bus_address({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path}/bus"
    assert bus_address({}) is None
    assert bus_address({"DBUS_SESSION_BUS_ADDRESS": "disabled:", "XDG_RUNTIME_DIR": str(tmp_path)}) is None
