"""Runs a probe: a short-lived process that may crash or hang, because it touches drivers, sound servers or the
network. No Qt."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """A probe that has ended by itself. `output`: its report, if `code` is 0."""

    code: int
    output: str
    complaints: str

    @property
    def last_words(self) -> str:
        """The last line of its complaints."""
        return (self.complaints.strip().splitlines()[-1:] or ["it said nothing"])[0]


def run_probe(command: Sequence[str], environ: Mapping[str, str], deadline: float) -> Ended | None:
    """Run it for at most `deadline` seconds. None: it did not end by then, and was killed with all it had started.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(
        command,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        output, complaints = process.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:  # also when whoever waits for it is interrupted
            _kill(process)
    return Ended(process.returncode, output, complaints)


def _kill(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)  # its own group: Chromium's processes hold the pipe open as well
    else:
        process.kill()  # what it had started ends with it, as Chromium's processes do
    process.communicate()
