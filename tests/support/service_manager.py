"""A service manager as small as the tests need: it does to one process what systemd does to a service.

`Type=notify`, `NotifyAccess=all`, `WatchdogSec=`, `TimeoutStartSec=`, `Restart=always` and `RestartSec=`; see
systemd.service(5) and sd_notify(3).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.support.processes import ChildProcess

ABORT_LIMIT = 5.0
"""Seconds between SIGABRT and SIGKILL (`TimeoutAbortSec=`)."""
LONGEST_DATAGRAM = 16 * 1024


@dataclass(frozen=True)
class Notification:
    """One datagram of the service: its `KEY=value` lines, and when it arrived (`time.monotonic`)."""

    at: float
    fields: Mapping[str, str]


class NotifySocket:
    """The datagram socket that `$NOTIFY_SOCKET` names."""

    def __init__(self, name: str) -> None:
        """`name`: a path, or `@name` in Linux' abstract namespace, which ends at a network namespace's border."""
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        self._socket.setblocking(False)

    def receive(self, within: float) -> list[Notification]:
        """What has arrived; waits up to `within` seconds for the first."""
        select.select([self._socket], [], [], within)
        arrived = []
        with contextlib.suppress(BlockingIOError):
            while True:
                text = self._socket.recv(LONGEST_DATAGRAM).decode()
                fields = dict(line.split("=", 1) for line in text.splitlines())
                arrived.append(Notification(time.monotonic(), fields))
        return arrived

    def close(self) -> None:
        self._socket.close()


class ServiceManager:
    """Keeps one process running until `stop`."""

    def __init__(
        self,
        start: Callable[[Mapping[str, str]], ChildProcess],
        socket_name: str,
        *,
        watchdog: float = 60.0,
        start_limit: float = 90.0,
        restart_after: float = 1.0,
    ) -> None:
        """Start it; the process is there when this returns.

        Args:
            start: starts the process with these variables added to its environment.
            socket_name: see `NotifySocket`.
            watchdog: seconds without `WATCHDOG=1` after which a process that has been ready is aborted.
            start_limit: seconds from the start to `READY=1`, unless the process asks for more.
            restart_after: seconds between an end and the next start.
        """
        self.notifications: list[Notification] = []
        """Of all processes so far, oldest first."""
        self.ends: list[int] = []
        """The exit codes so far; negative: the signal that ended it."""
        self.overdue: list[str] = []
        """Why a process was ended by its manager, once for each: "watchdog" or "start"."""
        self._start = start
        self._socket = NotifySocket(socket_name)
        self._limits = watchdog, start_limit, restart_after
        self._ready = False
        self._deadline = 0.0
        self._asleep_since: float | None = None
        self._stop_timeout = ABORT_LIMIT
        self._ending = threading.Event()
        self._started = threading.Event()
        # The thread that starts a process has to outlive it: "setpriv --pdeathsig" means the thread, not the process.
        self._thread = threading.Thread(target=self._supervise, name="service manager", daemon=True)
        self._thread.start()
        assert self._started.wait(10), "the service manager did not start its process"

    @property
    def ready(self) -> bool:
        """Whether the present process has said `READY=1`."""
        return self._ready

    def statuses(self) -> list[str]:
        """Every `STATUS=` so far."""
        return [note.fields["STATUS"] for note in self.notifications if "STATUS" in note.fields]

    def said(self, field: str, since: float = 0.0) -> list[Notification]:
        """The notifications with this field that came after `since` (`time.monotonic`)."""
        return [note for note in self.notifications if field in note.fields and note.at > since]

    def suspend(self) -> None:
        """The whole machine sleeps: the process stands still, and so does its manager's clock."""
        self._asleep_since = time.monotonic()
        _signal_group(self.process, signal.SIGSTOP)

    def wake(self) -> None:
        """The machine wakes up."""
        if self._asleep_since is not None:
            self._deadline += time.monotonic() - self._asleep_since
            self._asleep_since = None
            _signal_group(self.process, signal.SIGCONT)

    def stop(self, timeout: float = ABORT_LIMIT) -> int:
        """End the process for good, with SIGTERM and after `timeout` seconds with SIGKILL; its exit code."""
        self.wake()
        self._stop_timeout = timeout
        self._ending.set()
        self._thread.join(timeout + 10)
        assert not self._thread.is_alive(), "the service manager did not end its process"
        code = self.process.exit_code
        assert code is not None
        return code

    def _supervise(self) -> None:
        watchdog, start_limit, restart_after = self._limits
        while not self._ending.is_set():
            self._ready = False
            self._deadline = time.monotonic() + start_limit
            self.process = self._start(
                {"NOTIFY_SOCKET": self._socket.name, "WATCHDOG_USEC": str(round(watchdog * 1_000_000))}
            )
            self._started.set()
            self._watch(watchdog)
            _signal_group(self.process, signal.SIGKILL)  # what it left behind, as the control group's end does
            self.process.stop()
            if not self._ending.is_set():
                assert self.process.exit_code is not None
                self.ends.append(self.process.exit_code)
                self._ending.wait(restart_after)
        self._socket.close()

    def _watch(self, watchdog: float) -> None:
        """Until the process has ended, by itself or because it had to."""
        while self.process.running:
            self._listen(0.05, watchdog)
            if self._ending.is_set():
                self._end(signal.SIGTERM, self._stop_timeout, watchdog)
            elif self._asleep_since is None and time.monotonic() > self._deadline:
                self.overdue.append("watchdog" if self._ready else "start")
                self._end(signal.SIGABRT if self._ready else signal.SIGTERM, ABORT_LIMIT, watchdog)
        self._listen(0.0, watchdog)

    def _listen(self, within: float, watchdog: float) -> None:
        for note in self._socket.receive(within):
            self.notifications.append(note)
            if note.fields.get("READY") == "1":
                self._ready = True
                self._deadline = note.at + watchdog
            if note.fields.get("WATCHDOG") == "1" and self._ready:
                self._deadline = note.at + watchdog
            if (more := note.fields.get("EXTEND_TIMEOUT_USEC")) and not self._ready:
                self._deadline = max(self._deadline, note.at + int(more) / 1_000_000)

    def _end(self, number: signal.Signals, limit: float, watchdog: float) -> None:
        self.process.send(number)
        self.process.thaw()  # a stopped process takes no other signal
        until = time.monotonic() + limit
        while self.process.running and time.monotonic() < until:
            self._listen(0.05, watchdog)
        _signal_group(self.process, signal.SIGKILL)
        while self.process.running:
            self._listen(0.02, watchdog)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _signal_group(process: ChildProcess, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)  # it leads a session of its own, and so a group
