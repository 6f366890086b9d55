"""A machine that boots: systemd, its login manager and PAM for real, over a copy of this machine's files.

Its processes, files, network and control groups are its own. It has no graphics card: the compositor draws into memory.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support import parts
from tests.support.kiosk_process import PROJECT
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

BOOT = PROJECT / "packaging" / "boot"
CONSOLE = "tty63"
"""The last one there is: nobody at this machine looks at it."""
UNIT = f"avatar-kiosk@{CONSOLE}.service"
USER = "kiosk"
HOME = "/var/lib/avatar-kiosk"

INSTALLED = {
    "avatar-kiosk@.service": "usr/lib/systemd/system/avatar-kiosk@.service",
    "avatar-kiosk.service": "usr/lib/systemd/user/avatar-kiosk.service",
    "avatar-kiosk.sysusers": "usr/lib/sysusers.d/avatar-kiosk.conf",
    "avatar-kiosk.pam": "etc/pam.d/avatar-kiosk",
    "kiosk-session": "usr/libexec/avatar-kiosk/kiosk-session",
}
"""Where the package puts the files of packaging/boot."""

NAMESPACES = ("--pid", "--mount", "--cgroup", "--uts", "--ipc", "--net", "--fork", "--kill-child")

_HEADLESS = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman"}
_BOOTS_WITHIN = 60.0


class BootedMachine:
    """One machine, on which the kiosk is installed and enabled."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, *, package: Path | None = None) -> None:
        """Boot it; gives the test up where that is not allowed.

        Args:
            folder: takes its files and its log.
            settings: of the unit, in place of those it has, such as `{"WatchdogSec": "10"}`.
            package: the Debian package it is installed from, without its scripts; None: from this clone.
        """
        for program in ("unshare", "nsenter", "systemctl", "cage", "Xwayland"):
            parts.program(program)
        if obstacle := _obstacle():
            pytest.skip(f"this machine lets nobody boot another one in it: {obstacle}")
        self._folder = folder
        for name in ("files", "layers", "root"):
            (folder / name).mkdir(parents=True)
        variables = self._install_clone() if package is None else self._unpack(package)
        self._change({**_HEADLESS, **variables}, settings or {})
        self._group = _control_group()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        script = Path(__file__).with_name("boot_machine.sh")
        enter = 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
        self._process = ChildProcess(
            "the machine",
            [
                "bash",
                "-c",
                enter,
                "-",
                str(self._group),
                "unshare",
                *NAMESPACES,
                "bash",
                str(script),
                str(self._folder),
            ],
            self._folder / "machine.log",
            environment={"PATH": os.environ["PATH"], "CONSOLE": CONSOLE},
        )
        self._first = wait_until(self._first_process, "its first process", 20, details=self._process.last_lines)
        wait_until(self._answers, "systemd to answer", _BOOTS_WITHIN, every=0.1, details=self._process.last_lines)

    def _install_clone(self) -> Mapping[str, str]:
        """Its variables: what the program needs in its environment."""
        files = self._folder / "files"
        for name, place in INSTALLED.items():
            (files / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BOOT / name, files / place)
        program = files / "usr/bin/avatar-kiosk"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m kiosk "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        for closed in _closed_folders(Path(sys.executable).resolve(), Path(sys.prefix), PROJECT):
            there = files / closed.relative_to("/")
            there.mkdir(parents=True, exist_ok=True)
            there.chmod(closed.stat().st_mode | stat.S_IXOTH)
        return {"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}

    def _unpack(self, package: Path) -> Mapping[str, str]:
        command = [parts.program("dpkg-deb"), "--extract", str(package), str(self._folder / "files")]
        subprocess.run(command, check=True)
        return {}

    def _change(self, variables: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Give the unit an environment and settings that only the tests need."""
        lines = [*(f"Environment={name}={value}" for name, value in variables.items())]
        lines += [f"{name}={value}" for name, value in settings.items()]
        drop_in = self._folder / f"files/etc/systemd/system/{UNIT}.d/test.conf"
        drop_in.parent.mkdir(parents=True)
        drop_in.write_text("\n".join(["[Service]", *lines, ""]), encoding="utf-8")

    def run(self, *command: str, user: str | None = None, timeout: float = 60.0) -> str:
        """Run a command there, as root or as that user, and return what it prints; it may fail."""
        inside = ["nsenter", "--target", str(self._first), "--all", "--root", "--wd"]
        changed = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        done = subprocess.run(
            [*inside, *changed, "env", "-i", path, "LC_ALL=C.UTF-8", *command],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        return done.stdout.strip()

    def file(self, path: str) -> Path:
        """A file of the machine, as it is reached from here."""
        return Path(f"/proc/{self._first}/root") / path.lstrip("/")

    def of_unit(self, name: str) -> str:
        """A property of the kiosk's unit."""
        return self.run("systemctl", "show", "--property", name, "--value", UNIT)

    @property
    def kiosk(self) -> int:
        """The unit's main process, by its number in the machine; 0: there is none."""
        return int(self.of_unit("MainPID") or 0)

    def wait_for_kiosk(self, *, other_than: int = 0, timeout: float = 60.0) -> int:
        """Wait until the unit is active, with another main process; that one's number."""

        def active() -> int:
            kiosk = self.kiosk
            return kiosk if kiosk != other_than and self.of_unit("ActiveState") == "active" else 0

        return wait_until(active, "the kiosk to be active", timeout, every=0.2, details=self.report)

    def processes(self, pattern: str) -> list[int]:
        """The kiosk's user's processes whose command line matches."""
        return [int(line) for line in self.run("pgrep", "--uid", USER, "--full", pattern).split() if line.isdigit()]

    def report(self) -> str:
        """What a failure wants to know about it."""
        return self.run("journalctl", "--no-pager", "--lines=80")

    def _first_process(self) -> int | None:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        numbers = children.read_text().split() if self._process.running else []
        assert self._process.running, self._process.last_lines()
        return int(numbers[0]) if numbers else None

    def _answers(self) -> bool:
        """systemd is up, and not the shell that becomes it."""
        assert self._process.running, self._process.last_lines()
        name = Path(f"/proc/{self._first}/comm").read_text().strip()
        return name == "systemd" and self.run("systemctl", "is-system-running") in ("running", "degraded")

    def stop(self) -> None:
        """Switch it off, as one pulls the plug."""
        self._process.stop(0.1)  # `unshare` waits, whatever it is asked
        wait_until(self._empty, "the machine's processes to end", 10)
        shutil.rmtree(self._folder / "root", ignore_errors=True)

    def _empty(self) -> bool:
        """Whether its control groups could be removed, with all below them."""
        for folder, _, _ in os.walk(self._group, topdown=False):
            try:
                Path(folder).rmdir()
            except OSError:
                return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _obstacle() -> str | None:
    """What no installation would change: what kind of machine this is, and who runs the tests."""
    if os.geteuid() != 0:
        return "only root can, and this is an ordinary user"
    for device in ("/dev/tty0", f"/dev/{CONSOLE}"):
        if not Path(device).exists():
            return f"there is no {device}"
    tried = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip() or "unshare fails" if tried.returncode else None


def _control_group() -> Path:
    """A new one, below this process's own."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    roots = [Path(mount[1]) for mount in mounts if mount[2] == "cgroup2"]
    if not roots:
        parts.lacking("a mounted cgroup2")
    groups = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.removeprefix("0::/") for line in groups if line.startswith("0::")), "")
    try:
        group = Path(tempfile.mkdtemp(prefix="kiosk-machine-", dir=roots[0] / own))
        group.chmod(0o755)  # the kiosk's user has groups of its own below it
    except OSError as error:
        parts.lacking(f"the right to make control groups ({error.strerror})")
        raise
    return group


def _closed_folders(*places: Path) -> list[Path]:
    """The folders on the way to these places that another user may not pass."""
    ways = {folder for place in places for folder in place.parents if folder != Path("/")}
    return [folder for folder in sorted(ways) if not folder.stat().st_mode & stat.S_IXOTH]
