"""The kiosk under a service manager, as on a lobby machine: it is started again whenever it ends by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.kiosk_process import STOP_TIMEOUT, KioskProcess
from tests.support.processes import ChildProcess
from tests.support.service_manager import Notification, ServiceManager
from tests.support.waiting import wait_until

WATCHDOG = 60.0
"""Seconds (`WatchdogSec=`)."""


class SupervisedKiosk(KioskProcess):
    """Starts it again after every end that was not asked for, whatever the exit code, and aborts it when it hangs."""

    def __init__(
        self,
        folder: Path,
        configuration: Mapping[str, Any] | str | None = None,
        *,
        environment: Mapping[str, str],
        arguments: Sequence[str] = (),
        wrapper: Sequence[str] = (),
        watchdog: float = WATCHDOG,
        abstract: bool = False,
    ) -> None:
        """Beside what every kiosk takes: `watchdog` in seconds; `abstract`: a notify socket without a file."""
        self._watchdog = watchdog
        self._abstract = abstract
        super().__init__(folder, configuration, environment=environment, arguments=arguments, wrapper=wrapper)

    def _start(self) -> ChildProcess:
        path = self._sockets / "notify.sock"
        self.manager = ServiceManager(
            self._start_for, f"@{path}" if self._abstract else str(path), watchdog=self._watchdog
        )
        return self.process

    def _start_for(self, notify: Mapping[str, str]) -> ChildProcess:
        self._environment.update(notify)
        self.process = super()._start()
        return self.process

    @property
    def ends(self) -> list[int]:
        """The exit codes so far; negative: the signal that ended it."""
        return self.manager.ends

    @property
    def notifications(self) -> list[Notification]:
        """What it has told its service manager so far."""
        return self.manager.notifications

    def wait_for_state(self, *states: str, timeout: float = 30.0) -> str:
        """Wait until it is in one of these states, and return which; it may end and be started again meanwhile."""
        what = f"the kiosk to be {' or '.join(states)}"
        return wait_until(
            lambda: state if (state := self.state) in states else None, what, timeout, every=0.05, details=self.report
        )

    def suspend(self) -> None:
        """The machine sleeps, the kiosk and its service manager with it."""
        self.manager.suspend()

    def wake(self) -> None:
        """The machine wakes up."""
        self.manager.wake()

    def stop(self) -> int:
        """End it for good; its exit code."""
        self.manager.stop(STOP_TIMEOUT)
        return super().stop()
