"""The boot unit on a machine that boots: systemd, its login manager, PAM, and the compositor are the real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.booted_machine import HOME, UNIT, USER, BootedMachine
from tests.support.waiting import wait_until

WATCHDOG = 10
"""Seconds: the unit's 60 would only make the tests longer."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BootedMachine]:
    """One for all tests; each of them begins with a kiosk that runs."""
    with BootedMachine(tmp_path_factory.mktemp("boot") / "machine", {"WatchdogSec": str(WATCHDOG)}) as machine:
        yield machine


@pytest.fixture
def fresh(machine: BootedMachine) -> BootedMachine:
    """The machine, with a kiosk that has just been started and whose failures are forgotten."""
    machine.run("systemctl", "restart", UNIT)
    machine.wait_for_kiosk()
    return machine


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

    assert machine.run("stat", "--format=%U", f"/proc/{kiosk}") == USER
    assert not machine.run("pgrep", "--uid", "root", "--full", "m kiosk|QtWebEngine|cage")
    renderer = facts["page"]["renderer_pid"]
    for kind in ("user", "pid", "net"):
        spaces = machine.run("readlink", f"/proc/{kiosk}/ns/{kind}", f"/proc/{renderer}/ns/{kind}").splitlines()
        assert len(set(spaces)) == 2, f"the page's process shares its {kind} namespace with the kiosk"
    assert "no-sandbox" not in machine.run("ps", "--no-headers", "-o", "args", "--pid", str(renderer))


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
