"""The boot unit on a machine that boots: systemd, its login manager, PAM, and the compositor are the real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import parts
from tests.support.booted_machine import HOME, UNIT, USER, BootedMachine
from tests.support.installed_kiosk import build, frozen_folder
from tests.support.virtual_screen import Pixels
from tests.support.waiting import wait_until

WATCHDOG = 10
"""Seconds: the unit's 60 would only make the tests longer."""


SIZE = (540, 960)
"""Width and height of the screen in pixels."""
ACCENT = (47, 111, 237)
"""Red, green, blue of `appearance.accent` as nobody has set it."""
SWAY = """#!/bin/bash
# In the place of cage: sway, too, shows its only program on the whole screen, and lets pictures be taken.
program=$(printf '%q ' "${@:3}")
cat >"$XDG_RUNTIME_DIR/sway.conf" <<END
output HEADLESS-1 resolution 540x960
default_border none
exec sh -c $(printf '%q' "$program; swaymsg exit")
END
exec sway --config "$XDG_RUNTIME_DIR/sway.conf"
"""


X_SOCKETS = "/tmp/.X11-unix"  # noqa: S108 - where every X server has them


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BootedMachine]:
    """One for all tests; each of them begins with a kiosk that runs."""
    with BootedMachine(tmp_path_factory.mktemp("boot") / "machine", {"WatchdogSec": str(WATCHDOG)}) as machine:
        yield machine


@pytest.fixture
def fresh(machine: BootedMachine) -> BootedMachine:
    """The machine, with a kiosk that has just been started and whose failures are forgotten."""
    forget_failures(machine)
    machine.run("systemctl", "restart", UNIT)
    machine.wait_for_kiosk()
    return machine


def forget_failures(machine: BootedMachine) -> None:
    """Those that the kiosk itself keeps: after some of them it calls for a person."""
    machine.run("systemctl", "stop", UNIT)
    machine.file(f"{HOME}/.local/state/avatar-kiosk/starts.json").unlink(missing_ok=True)


def status(machine: BootedMachine) -> dict[str, Any]:
    """As whoever looks after the machine asks for it: over the network, without the kiosk's session."""
    answer: dict[str, Any] = json.loads(
        machine.run("env", f"HOME={HOME}", "avatar-kiosk", "status", "--json", user=USER)
    )
    return answer


def session(machine: BootedMachine) -> dict[str, str]:
    """What the login manager knows of the kiosk's session."""
    own = next(line.split()[0] for line in machine.run("loginctl", "--no-legend").splitlines() if f" {USER} " in line)
    lines = machine.run("loginctl", "show-session", own).splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_kiosk_comes_with_the_machine_as_an_ordinary_user_in_a_sandbox(machine: BootedMachine) -> None:
    kiosk = machine.wait_for_kiosk()
    assert machine.of_unit("StatusText") == "Idle, waiting for a visitor"
    assert machine.of_unit("NRestarts") == "0", machine.report()
    facts = status(machine)
    assert facts["state"] == "idle"
    assert session(machine) | {"Name": USER, "Type": "wayland", "Class": "user", "Seat": "seat0"} == session(machine)

    sound = machine.run("env", f"XDG_RUNTIME_DIR={runtime_folder(machine)}", f"HOME={HOME}", "pactl", "info", user=USER)
    assert "Server Name" in sound, sound

    assert machine.run("stat", "--format=%U", f"/proc/{kiosk}") == USER
    assert not machine.run("pgrep", "--uid", "root", "--full", "m kiosk|QtWebEngine|cage")
    renderer = facts["page"]["renderer_pid"]
    for kind in ("user", "pid", "net"):
        spaces = machine.run("readlink", f"/proc/{kiosk}/ns/{kind}", f"/proc/{renderer}/ns/{kind}").splitlines()
        assert len(set(spaces)) == 2, f"the page's process shares its {kind} namespace with the kiosk"
    assert "no-sandbox" not in machine.run("ps", "--no-headers", "-o", "args", "--pid", str(renderer))


@pytest.fixture
def sway(machine: BootedMachine) -> Iterator[None]:
    """Takes cage's place, which draws nothing without a graphics card."""
    for program in ("sway", "swaymsg", "grim"):
        parts.program(program)
    stand_in = machine.file("/usr/local/bin/cage")
    stand_in.write_text(SWAY, encoding="utf-8")
    stand_in.chmod(0o755)
    yield
    stand_in.unlink()


def runtime_folder(machine: BootedMachine) -> str:
    return f"/run/user/{machine.run('id', '--user', USER)}"


def picture(machine: BootedMachine) -> Pixels:
    """What the screen shows."""
    runtime = runtime_folder(machine)
    shot = f"{runtime}/screen.ppm"
    environment = (f"XDG_RUNTIME_DIR={runtime}", "WAYLAND_DISPLAY=wayland-1")
    assert machine.run("env", *environment, "grim", "-t", "ppm", shot, user=USER) == ""
    header, _, rest = machine.file(shot).read_bytes().partition(b"\n255\n")
    width, height = (int(word) for word in header.split()[1:3])
    return np.frombuffer(rest, dtype=np.uint8).reshape(height, width, 3)


@pytest.mark.usefixtures("sway")
def test_the_screen_shows_the_kiosk_and_nothing_else(fresh: BootedMachine) -> None:
    def button() -> bool:
        """The one a visitor taps: a twentieth of the whole screen."""
        off = np.abs(picture(fresh).astype(np.int16) - ACCENT).max(axis=2)
        return bool(np.mean(off < 4) > 0.05)

    wait_until(button, "the lobby screen", 30, every=0.2, details=fresh.report)
    assert picture(fresh).shape == (*reversed(SIZE), 3)
    assert fresh.processes("^sway")
    assert not fresh.processes("Xwayland"), "it needs no X server"


def test_it_leaves_in_order_and_its_compositor_with_it(fresh: BootedMachine) -> None:
    since = time.monotonic()
    fresh.run("systemctl", "stop", UNIT)
    assert time.monotonic() - since < 8
    assert (fresh.of_unit("Result"), fresh.of_unit("ExecMainStatus")) == ("success", "0"), fresh.report()
    assert not fresh.processes("cage|QtWebEngine|m kiosk")
    assert fresh.run("loginctl", "--no-legend") == ""
    assert "left with 0" in fresh.report()


def test_one_that_hangs_is_started_again(fresh: BootedMachine) -> None:
    kiosk = fresh.kiosk
    fresh.run("kill", "-STOP", str(kiosk))
    fresh.wait_for_kiosk(other_than=kiosk, timeout=WATCHDOG + 60)
    assert "Watchdog timeout" in fresh.run("journalctl", "--no-pager", "--unit", UNIT)


@pytest.mark.release
def test_one_without_its_compositor_is_started_again_with_another(fresh: BootedMachine) -> None:
    kiosk, compositors = fresh.kiosk, fresh.processes("^cage")
    fresh.run("kill", "-KILL", str(compositors[0]))
    fresh.wait_for_kiosk(other_than=kiosk)
    assert fresh.processes("^cage") != compositors


@pytest.mark.release
def test_a_compositor_that_hangs_does_not_keep_the_next_kiosk_from_the_screen(fresh: BootedMachine) -> None:
    kiosk, compositors = fresh.kiosk, fresh.processes("^cage")
    fresh.run("kill", "-STOP", str(compositors[0]))
    fresh.run("kill", "-KILL", str(kiosk))
    fresh.wait_for_kiosk(other_than=kiosk)
    assert compositors[0] not in fresh.processes("^cage")


@pytest.mark.release
def test_it_never_gives_up_and_tries_less_and_less_often(fresh: BootedMachine) -> None:
    fresh.run("systemctl", "stop", UNIT)
    fresh.run("mv", "/usr/bin/cage", "/usr/bin/no-cage")
    fresh.run("systemctl", "start", "--no-block", UNIT)
    wait_until(
        lambda: "the next try is in 8 s" in fresh.report(), "three failures", 60, every=0.5, details=fresh.report
    )
    fresh.run("mv", "/usr/bin/no-cage", "/usr/bin/cage")
    fresh.wait_for_kiosk()
    assert fresh.of_unit("NRestarts") == "3"


@pytest.mark.release
def test_the_unit_of_a_desktop_session_keeps_the_kiosk_on_its_x_server(machine: BootedMachine) -> None:
    """As the example for LightDM has it: the user's own systemd runs the kiosk, on the display that it was told."""
    parts.program("Xvfb")
    forget_failures(machine)
    machine.run("loginctl", "enable-linger", USER)
    folder = runtime_folder(machine)
    own = ("env", f"XDG_RUNTIME_DIR={folder}", f"HOME={HOME}")
    machine.run("systemd-run", f"--uid={USER}", "Xvfb", ":5", "-nolisten", "tcp")
    wait_until(machine.file(f"{X_SOCKETS}/X5").is_socket, "the X server", 20, details=machine.report)
    wait_until(machine.file(f"{folder}/bus").is_socket, "the user's systemd", 20, details=machine.report)
    machine.run(*own, "systemctl", "--user", "set-environment", "DISPLAY=:5", user=USER)

    def value(name: str) -> str:
        return machine.run(*own, "systemctl", "--user", "show", "--value", "-p", name, "avatar-kiosk", user=USER)

    def active(other_than: str = "0") -> bool:
        return value("ActiveState") == "active" and value("MainPID") != other_than

    machine.run(*own, "systemctl", "--user", "start", "avatar-kiosk", user=USER)
    assert active(), machine.report()
    assert value("StatusText") == "Idle, waiting for a visitor"
    first = value("MainPID")
    machine.run("kill", "-KILL", first)
    wait_until(lambda: active(other_than=first), "another kiosk", 60, every=0.5, details=machine.report)
    machine.run(*own, "systemctl", "--user", "stop", "avatar-kiosk", user=USER)
    assert (value("Result"), value("ExecMainStatus")) == ("success", "0")


@pytest.mark.release
def test_the_package_comes_with_the_machine_too(tmp_path: Path) -> None:
    """As it is installed, with what it brings itself."""
    deb = build("deb", "--fast", "--frozen", str(frozen_folder()), "--out", str(tmp_path / "deb"))
    with BootedMachine(tmp_path / "machine", package=deb) as machine:
        kiosk = machine.wait_for_kiosk()
        assert machine.run("readlink", f"/proc/{kiosk}/exe") == "/opt/avatar-kiosk/avatar-kiosk"
        assert status(machine)["state"] == "idle"
        seen_by_it = ("nsenter", "--mount", f"--target={kiosk}", "touch")
        assert machine.run(*seen_by_it, "/etc/avatar-kiosk/probe") == "", "the admin panel saves there"
        assert "Read-only" in machine.run(*seen_by_it, "/etc/probe")
        assert "Read-only" in machine.run(*seen_by_it, "/usr/bin/probe")
        said = machine.run("env", f"HOME={HOME}", "avatar-kiosk", "doctor", user=USER, timeout=120)
        assert "blanking: good: the screen stays on" in said
        assert f"service: good: {UNIT} watches it, and would miss it after 60 s" in said
        assert "warning" not in machine.run("journalctl", "--no-pager", "-t", "avatar-kiosk").lower()
        machine.run("systemctl", "stop", UNIT)
        assert (machine.of_unit("Result"), machine.of_unit("ExecMainStatus")) == ("success", "0")
