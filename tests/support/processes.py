"""Child processes of the tests: started in the open, ended by their own pid."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.support.waiting import wait_until

STOP_TIMEOUT = 5.0
"""Seconds between the request to end and the kill."""


class ChildProcess:
    """One running program, with both its outputs in a file.

    The kernel ends it when the tests die without their clean-up (`setpriv --pdeathsig`).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        pipes: bool = False,
    ) -> None:
        """Start it.

        Args:
            name: what a failure calls it.
            command: the program and its arguments.
            log: the file that gets stderr, and stdout unless `pipes`.
            environment: the whole environment; None inherits ours.
            folder: working directory.
            pipes: give `stdin` and `stdout` to the caller.
        """
        self.name = name
        self.log = log
        self._log_file = log.open("ab")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else self._log_file,
            stderr=self._log_file,
            env=environment if environment is None else dict(environment),
            cwd=folder,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.poll()

    @property
    def stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None, f"{self.name} was started without pipes"
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None, f"{self.name} was started without pipes"
        return self._process.stdout

    def output(self) -> str:
        """Everything it has written to its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def last_lines(self, count: int = 30) -> str:
        """The end of its log, for a failure's text."""
        return f"--- {self.name} ---\n" + "\n".join(self.output().splitlines()[-count:])

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended already."""
        if self.running:
            os.kill(self.pid, number)

    def freeze(self) -> None:
        """Stop it from running, without ending it."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self.send(signal.SIGCONT)

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """Wait for its end and return its exit code; fails the test when it does not come."""
        return (
            wait_until(
                lambda: None if self.running else (self._process.returncode,),
                f"{self.name} to end",
                timeout,
                details=self.last_lines,
            )
        )[0]

    def end(self, timeout: float = STOP_TIMEOUT) -> int:
        """End it: asked first, killed after `timeout` seconds. Returns its exit code; its pipes stay open."""
        self.thaw()
        self.send(signal.SIGTERM)
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            return self._process.wait(STOP_TIMEOUT)

    def stop(self, timeout: float = STOP_TIMEOUT) -> int:
        """End it as `end` does and close its pipes and its log. May be called twice."""
        code = self.end(timeout)
        for stream in (self._process.stdin, self._process.stdout, self._log_file):
            if stream is not None:
                stream.close()
        return code
