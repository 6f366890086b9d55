"""The kiosk's end of the line to its sound process: starts it, writes orders, reads reports, ends it. No Qt."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from kiosk.audio.studio_messages import Order, Report, order_line, read_report
from kiosk.installation import part_command

logger = logging.getLogger(__name__)

COMMAND = part_command("kiosk.audio.studio_process")
END_PATIENCE = 1.0
"""Seconds for the kernel to take away a process that was killed; it holds nothing that could be lost."""


class StudioLine:
    """One process, from the start to `close` or its own end. Everything happens on the running loop's thread."""

    def __init__(
        self,
        environ: Mapping[str, str],
        reported: Callable[[Report], None],
        ended: Callable[[], None],
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Start the process; a few milliseconds.

        Args:
            environ: the kiosk's own environment, which says where the sound server is.
            reported: gets every report.
            ended: called once when the process has ended by itself; not after `close`.
            command: what to start.

        Raises:
            OSError: it cannot be started.
        """
        self._reported = reported
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._process = _started(command, environ)
        self._orders, self._reports = _pipe(self._process.stdin), _pipe(self._process.stdout)
        self._received = b""
        self._open = True
        os.set_blocking(self._reports.fileno(), False)
        os.set_blocking(self._orders.fileno(), False)
        self._loop.add_reader(self._reports.fileno(), self._read)

    @property
    def pid(self) -> int:
        return self._process.pid

    def order(self, order: Order) -> None:
        """Send it. A process that takes no more orders has ended, or hangs; `ended` or a deadline will tell."""
        with contextlib.suppress(OSError):
            os.write(self._orders.fileno(), order_line(order))

    def close(self) -> None:
        """End the process; its devices are free when this returns."""
        if not self._open:
            return
        self._open = False
        self._loop.remove_reader(self._reports.fileno())
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_PATIENCE)
        self._orders.close()
        self._reports.close()

    def _read(self) -> None:
        try:
            received = os.read(self._reports.fileno(), 65536)
        except BlockingIOError:
            return
        if not received:
            self.close()
            logger.info("the sound process has ended with %s", self._process.returncode)
            self._ended()
            return
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            try:
                report = read_report(line)
            except ValueError:
                logger.warning("the sound process said %r", line[:200])
                continue
            self._reported(report)
            if not self._open:  # whoever was told has had enough
                return


_NOT_FOR_IT = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
"""What the service manager has given to the kiosk alone."""


def _started(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env={name: value for name, value in environ.items() if name not in _NOT_FOR_IT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise OSError(f"The sound process cannot be started: {error}.") from None


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise OSError("The sound process has no pipes.")
    return stream
