"""The kiosk as a program that needs no Python: frozen, in a folder or in a system's package."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support import parts
from tests.support.engine_processes import renderers
from tests.support.kiosk_process import PROJECT, KioskProcess
from tests.support.processes import ChildProcess

AS_ORDINARY_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
"""Root becomes an ordinary user to everything in it, Chromium included, and still owns the files of the tests."""

SECCOMP_FILTER = 2

BUILDS_WITHIN = 900.0
"""Seconds. It takes one minute, or three when the environment that is frozen has to be made first."""


@functools.cache
def frozen_folder() -> Path:
    """What `packaging/pyinstaller/build --fast` makes: once in a run of the tests, and only if something changed."""
    return build("pyinstaller", "--fast")


def build(what: str, *arguments: str, **environment: str) -> Path:
    """Run `packaging/<what>/build`, with these variables beside ours, and return the path that it prints."""
    for name in ("npm", "objcopy", "chrpath", "file"):
        parts.program(name)
    command = [str(PROJECT / "packaging" / what / "build"), *arguments]
    variables = {**os.environ, **environment}
    done = subprocess.run(
        command, cwd="/", env=variables, capture_output=True, text=True, check=False, timeout=BUILDS_WITHIN
    )
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.rstrip("\n"))


def ordinary(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what root needs to start the engine: nobody else can use it."""
    return {name: value for name, value in environment.items() if name != "QTWEBENGINE_DISABLE_SANDBOX"}


def has_sandbox(pid: int) -> bool:
    """Whether every process that runs a page of program `pid` is behind Chromium's filter of system calls.

    One that was forked a moment ago is not yet: wait for it.
    """
    pages = renderers(pid)
    try:
        statuses = [Path(f"/proc/{page}/status").read_text(encoding="utf-8") for page in pages]
    except OSError:  # one of them has just ended
        return False
    return bool(statuses) and all(f"\nSeccomp:\t{SECCOMP_FILTER}\n" in status for status in statuses)


class InstalledKiosk(KioskProcess):
    """A running one."""

    def __init__(
        self,
        folder: Path,
        program: Path,
        *,
        environment: Mapping[str, str],
        arguments: Sequence[str] = (),
        wrapper: Sequence[str] = AS_ORDINARY_USER,
    ) -> None:
        """Start `program`; the other arguments are those of every kiosk of the tests."""
        self._program = program
        super().__init__(folder, environment=environment, arguments=arguments, wrapper=wrapper)

    def _start(self) -> ChildProcess:
        self._environment = ordinary(self._environment)
        command = [*self._wrapper, str(self._program), "run", *self._arguments]
        return ChildProcess("kiosk", command, self._log, environment=self._environment, folder=Path("/"))
