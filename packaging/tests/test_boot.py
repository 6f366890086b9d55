"""The files of packaging/boot: read with the tools they are for; `kiosk-session` with a stand-in for the compositor."""

from __future__ import annotations

import configparser
import ctypes
import ctypes.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app import LAST_RESORT
from kiosk.wiring.service import LONGEST_PAUSE
from tests.support import parts
from tests.support.booted_machine import BOOT, HOME, USER
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

SYSTEM_UNIT, USER_UNIT = BOOT / "avatar-kiosk@.service", BOOT / "avatar-kiosk.service"
PAM_MODULES = ("/lib/*/security", "/usr/lib/*/security", "/lib/security", "/usr/lib64/security")
AUTHENTICATION_FAILED = 7
"""PAM_AUTH_ERR of pam_authenticate(3)."""


def settings(unit: Path) -> dict[str, list[str]]:
    """Everything a unit sets, by name."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def seconds(unit: Path, name: str) -> float:
    return float(settings(unit)[name][0])


# The units


@pytest.mark.parametrize(("unit", "scope"), [(SYSTEM_UNIT, "--system"), (USER_UNIT, "--user")])
def test_systemd_has_nothing_to_say_about_a_unit(unit: Path, scope: str, tmp_path: Path) -> None:
    analyze = parts.program("systemd-analyze")
    text, replaced = re.subn(
        r"/usr/(libexec/avatar-kiosk/kiosk-session|bin/avatar-kiosk)\b", "/bin/true", unit.read_text()
    )
    assert replaced
    copy = tmp_path / unit.name.replace("@.", "@tty1.")
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [analyze, "--man=no", scope, "verify", str(copy)],
        env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [SYSTEM_UNIT, USER_UNIT])
def test_a_unit_keeps_the_kiosk_running_whatever_happens(unit: Path) -> None:
    values = settings(unit)
    assert values["Type"] == ["notify"]
    assert values["Restart"] == ["always"]
    assert values["StartLimitIntervalSec"] == ["0"], "it must not give up"
    assert values["NotifyAccess"] == ["main"]
    assert seconds(unit, "WatchdogSec") > 3 * LONGEST_PAUSE, "a sign of life may come late on a busy machine"
    assert seconds(unit, "TimeoutStopSec") > LAST_RESORT, "it is given the time to leave in order"


def test_no_unit_runs_the_kiosk_as_root() -> None:
    assert settings(SYSTEM_UNIT)["User"] == [USER]
    assert "!root" in settings(USER_UNIT)["ConditionUser"]
    privileged = [line for line in SYSTEM_UNIT.read_text().splitlines() if re.match(r"Exec\w+=[-@:]*[+!]", line)]
    assert all(" clear " in line for line in privileged), "only what clears up afterwards is run as root"


def test_the_watchdog_has_the_last_word_over_its_own_patience() -> None:
    """Between two tries it may pause for a minute, and the kiosk still gets its time to start."""
    longest = re.search(r"LONGEST_PAUSE=(\d+)", (BOOT / "kiosk-session").read_text())
    assert longest is not None
    assert seconds(SYSTEM_UNIT, "TimeoutStartSec") >= int(longest[1]) + seconds(USER_UNIT, "TimeoutStartSec")


def test_the_example_for_lightdm_logs_in_the_kiosks_user_into_its_own_session() -> None:
    examples = BOOT / "examples"
    session = examples / "avatar-kiosk-session.desktop"
    subprocess.run([parts.program("desktop-file-validate"), str(session)], check=True)
    seat = configparser.ConfigParser(delimiters=("=",))
    seat.read(examples / "lightdm.conf", encoding="utf-8")
    values = seat["Seat:*"]
    assert values["autologin-user"] == USER
    assert f"/usr/share/xsessions/{values['autologin-session']}.desktop" in (examples / "lightdm.conf").read_text()
    assert USER_UNIT.name in session.read_text()


# User and session


def test_the_user_is_an_ordinary_one_whom_nobody_can_log_in_as(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    command = [parts.program("systemd-sysusers"), f"--root={tmp_path}", str(BOOT / "avatar-kiosk.sysusers")]
    if os.geteuid() != 0:
        parts.lacking("the right to make users (root)")
    subprocess.run(command, check=True, capture_output=True)
    name, _, number, _, _, home, shell = (tmp_path / "etc/passwd").read_text().strip().split(":")
    assert (name, home, shell) == (USER, HOME, "/usr/sbin/nologin")
    assert int(number) != 0
    assert (tmp_path / "etc/shadow").read_text().split(":")[1].startswith("!"), "no password fits"


def test_pam_finds_every_module_and_lets_nobody_in(tmp_path: Path) -> None:
    lines = [line.split() for line in (BOOT / "avatar-kiosk.pam").read_text().splitlines() if not line.startswith("#")]
    for kind, _, module, *_ in filter(None, lines):
        assert kind in {"auth", "account", "session"}
        assert any(Path("/").glob(f"{folder.lstrip('/')}/{module}") for folder in PAM_MODULES), f"{module} is not here"
    shutil.copy(BOOT / "avatar-kiosk.pam", tmp_path / "avatar-kiosk")
    assert _authenticate("avatar-kiosk", "root", tmp_path) == AUTHENTICATION_FAILED


def _authenticate(service: str, user: str, folder: Path) -> int:
    """pam_authenticate's answer for the stack of that name in `folder`."""
    name = ctypes.util.find_library("pam")
    if name is None:
        parts.lacking("libpam")
    pam = ctypes.CDLL(name)
    handle, conversation = ctypes.c_void_p(), (ctypes.c_void_p * 2)()
    started = pam.pam_start_confdir(
        service.encode(), user.encode(), ctypes.byref(conversation), str(folder).encode(), ctypes.byref(handle)
    )
    assert started == 0
    answer = int(pam.pam_authenticate(handle, 0))
    pam.pam_end(handle, answer)
    return answer


# kiosk-session

CAGE = """#!/bin/sh
shift 2
WAYLAND_DISPLAY=wayland-9 "$@"
"""
SAYS_WHERE_IT_IS = """
import os, sys
print(os.getpid(), os.environ["WAYLAND_DISPLAY"], os.environ["QT_QPA_PLATFORM"], os.environ.get("DISPLAY"), flush=True)
sys.stdin.read()
"""


class Session:
    """`kiosk-session` with a program of the tests' own as the compositor."""

    def __init__(self, folder: Path, cage: str = CAGE) -> None:
        self._folder = folder
        self._tools = folder / "tools"
        self._tools.mkdir()
        (self._tools / "cage").write_text(cage, encoding="utf-8")
        (self._tools / "cage").chmod(0o755)
        self.record = folder / "starts"
        self._environment = {
            "PATH": f"{self._tools}:{os.environ['PATH']}",
            "RUNTIME_DIRECTORY": str(folder),
            "DISPLAY": ":7",
        }
        self._runs = 0

    def run(self, *command: str) -> ChildProcess:
        self._runs += 1
        log = self._folder / f"session-{self._runs}.log"
        called = [str(BOOT / "kiosk-session"), "run", *command]
        return ChildProcess("kiosk-session", called, log, environment=self._environment, pipes=True)

    def clear(self, user: str, result: str) -> None:
        command = [str(BOOT / "kiosk-session"), "clear", user]
        subprocess.run(command, env={**self._environment, "SERVICE_RESULT": result}, check=True, timeout=20)

    def compositors(self) -> list[int]:
        """The processes that run the stand-in."""
        found = subprocess.run(
            ["pgrep", "--full", str(self._tools / "cage")], capture_output=True, text=True, check=False
        )
        return [int(line) for line in found.stdout.split()]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    for left in session.compositors():
        os.kill(left, signal.SIGKILL)


def uptime() -> int:
    return int(float(Path("/proc/uptime").read_text().split()[0]))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_becomes_the_program_and_the_compositor_ends_with_that(end: signal.Signals, session: Session) -> None:
    program = session.run(sys.executable, "-c", SAYS_WHERE_IT_IS)
    said = program.stdout.readline().decode().split()
    assert said == [str(program.pid), "wayland-9", "wayland", "None"]
    assert session.compositors()
    os.kill(program.pid, end)
    wait_until(lambda: not session.compositors(), "the compositor's end")
    program.stop()


def test_without_a_compositor_it_says_so_and_fails(tmp_path: Path) -> None:
    program = Session(tmp_path, cage="#!/bin/sh\nexit 1\n").run("true")
    assert program.wait() == 1
    assert "The compositor (cage) did not start" in program.output()
    program.stop()


@pytest.mark.parametrize(("failed", "pause"), [(0, 2), (2, 8), (9, 60)])
def test_it_waits_longer_the_more_often_it_failed(failed: int, pause: int, session: Session) -> None:
    session.record.write_text(f"{failed} {uptime()}\n", encoding="utf-8")
    program = session.run("true")
    wait_until(lambda: f"the next try is in {pause} s" in program.output(), "its word", details=program.output)
    assert program.stop() == -signal.SIGTERM, "it does not wait for the pause to end when it is told to"


def test_a_run_that_lasted_is_no_failure(session: Session) -> None:
    session.record.write_text(f"5 {uptime() - 61}\n", encoding="utf-8")
    program = session.run(sys.executable, "-c", SAYS_WHERE_IT_IS)
    assert program.stdout.readline()
    assert session.record.read_text().startswith("0 ")
    program.stop()


def test_it_counts_from_one_start_to_the_next(session: Session) -> None:
    counts = []
    for _ in range(2):
        program = session.run("true")
        assert program.wait(15) == 0
        program.stop()
        counts.append(session.record.read_text().split()[0])
    assert counts == ["0", "1"]


@pytest.mark.parametrize(("result", "forgotten"), [("success", True), ("exit-code", False)])
def test_an_end_that_was_asked_for_is_no_failure(result: str, forgotten: bool, session: Session) -> None:
    session.record.write_text(f"3 {uptime()}\n", encoding="utf-8")
    session.clear("nobody", result)
    assert session.record.exists() is not forgotten
