"""The kiosk as its operator has it: a process, a configuration file, a control socket, a log."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tomlkit

from kiosk.operations.control_client import ControlCommand, ControlError, request
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]

STOP_TIMEOUT = 8.0
"""Seconds; the kiosk promises 3 and gets more from a busy machine before it is killed."""

LOUD_LEVELS = {"warning", "error", "critical"}

HARMLESS_NOISE = (
    # Chromium's own lines, past the kiosk's log: no GPU, no session bus, a data channel closed while open. Not FATAL.
    r"^\[\d+:\d+:[\d/.]+:(INFO|WARNING|ERROR):",
    # Qt's, on a machine without a GPU, a sandbox or PipeWire.
    r"libEGL warning|MESA|Mesa",
    r"[Vv]ulkan|GBM|GPUInfo|vkCreateInstance",
    r"Sandboxing disabled by user",
    r"^qt\.multimedia\.",
    # True on CI, and meant for people.
    r"Running as root: Chromium's sandbox is off",
)
"""Loud lines that mean nothing in a test."""


def bare_environment(home: Path, sockets: Path) -> dict[str, str]:
    """The environment of a user who has just logged in on a machine without a screen and without sound.

    Args:
        home: the user's home.
        sockets: a folder with a short name for runtime files; the control socket is `control.sock` in it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    as_root = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    return {
        **kept,
        **as_root,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_RUNTIME_DIR": str(sockets),
        "AVATAR_KIOSK_SOCKET": str(sockets / "control.sock"),
        "AVATAR_KIOSK_LOG_FORMAT": "json",
    }


class KioskProcess:
    """One running kiosk, with a home, a socket and a configuration of its own.

    It sees no configuration, display or sound server but those it is given.
    """

    def __init__(
        self,
        folder: Path,
        configuration: Mapping[str, Any] | str | None = None,
        *,
        environment: Mapping[str, str],
        arguments: Sequence[str] = (),
        python: str = sys.executable,
        wrapper: Sequence[str] = (),
    ) -> None:
        """Start it; `wait_for_state` waits for what is wanted of it.

        Args:
            folder: takes its home, configuration and log.
            configuration: the tables of its file, or its whole text; None: none, which is demo mode.
            environment: what the rig's screen and sound server ask for, and anything else.
            arguments: further arguments of `avatar-kiosk run`.
            python: the interpreter of the environment it runs in.
            wrapper: a command that runs it, and that it replaces: `ip netns exec …`.
        """
        self._home = folder / "home"
        self._home.mkdir(parents=True, exist_ok=True)
        self._sockets = Path(tempfile.mkdtemp(prefix="kiosk-"))  # short: a socket's name holds 107 characters
        self.socket = self._sockets / "control.sock"
        self.config_path = folder / "config.toml"
        self._allowed: list[str] = []
        self._arguments = list(arguments)
        self._python = python
        self._wrapper = list(wrapper)
        self._environment = {**bare_environment(self._home, self._sockets), **environment}
        self._log = folder / "kiosk.log"
        if configuration is not None:
            self.write_config(configuration)
            self._arguments = ["--config", str(self.config_path), *self._arguments]
        self.process = self._start()

    def _start(self) -> ChildProcess:
        command = [*self._wrapper, self._python, "-m", "kiosk", "run", *self._arguments]
        return ChildProcess("kiosk", command, self._log, environment=self._environment, folder=PROJECT)

    # Its configuration

    def write_config(self, configuration: Mapping[str, Any] | str) -> None:
        """Save its file, as an editor would: a new file in the old one's place."""
        text = configuration if isinstance(configuration, str) else tomlkit.dumps(configuration)
        draft = self.config_path.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.config_path)

    @property
    def environment(self) -> dict[str, str]:
        """The environment it runs in, for other commands of the same user."""
        return dict(self._environment)

    # Its control socket

    def command(self, command: str, timeout: float = 5.0) -> dict[str, object]:
        """What `avatar-kiosk` asks it: status, start, stop, reload, quit, raise, microphones."""
        return request(self.socket, ControlCommand(command), timeout)

    def status(self) -> dict[str, Any]:
        """Its status, as `avatar-kiosk status --json` prints it."""
        status = self.command("status")["status"]
        assert isinstance(status, dict)
        return status

    @property
    def state(self) -> str | None:
        """Its state, None while it does not answer."""
        try:
            return str(self.status()["state"])
        except ControlError:
            return None

    def wait_for_state(self, *states: str, timeout: float = 30.0) -> str:
        """Wait until it is in one of these states, and return which. Fails at once when the process has ended."""

        def reached() -> str | None:
            assert self.process.running, f"the kiosk ended with {self.process.exit_code}\n{self.process.last_lines(60)}"
            state = self.state
            return state if state in states else None

        return wait_until(reached, f"the kiosk to be {' or '.join(states)}", timeout, every=0.05, details=self.report)

    def wait_for_status(
        self, what: str, condition: Callable[[dict[str, Any]], object], timeout: float = 15.0
    ) -> dict[str, Any]:
        """Wait until its status meets the condition, and return that status."""

        def met() -> dict[str, Any] | None:
            try:
                status = self.status()
            except ControlError:
                return None
            return status if condition(status) else None

        return wait_until(met, what, timeout, every=0.05, details=self.report)

    # Its log

    def records(self) -> list[dict[str, Any]]:
        """The records of its log so far, oldest first."""
        return [record for record in map(_record, self.process.output().splitlines()) if record is not None]

    def allow(self, pattern: str) -> None:
        """Expect warnings or errors whose line matches this regular expression."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Every line at warning or above, or not of the log at all, that nobody allowed."""
        return [line for line in self.process.output().splitlines() if is_unexpected(line, self._allowed)]

    def wait_for_log(self, pattern: str, timeout: float = 15.0) -> str:
        """Wait for a line of its log that matches, and return the line."""

        def found() -> str | None:
            lines = self.process.output().splitlines()
            return next((line for line in lines if re.search(pattern, line)), None)

        return wait_until(found, f"a log line that matches {pattern!r}", timeout, details=self.report)

    def report(self) -> str:
        """What a failure wants to know about it."""
        try:
            status = json.dumps(self.status(), indent=1)
        except ControlError as error:
            status = str(error)
        return f"status: {status}\n{self.process.last_lines(60)}"

    # Its end

    def stop(self) -> int:
        """Ask it to end with SIGTERM and return its exit code; kill it when it does not."""
        code = self.process.stop(STOP_TIMEOUT)
        shutil.rmtree(self._sockets, ignore_errors=True)  # killed Chromiums may still be removing their own
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _record(line: str) -> dict[str, Any] | None:
    """The log record on this line, None when it is no record."""
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "level" in record else None


def is_unexpected(line: str, allowed: Sequence[str]) -> bool:
    """Whether a test has to fail for this line: a loud record, or something past the log that is no known noise."""
    record = _record(line)
    loud = record is None or str(record["level"]).lower() in LOUD_LEVELS
    return loud and bool(line.strip()) and not any(re.search(known, line) for known in (*HARMLESS_NOISE, *allowed))
