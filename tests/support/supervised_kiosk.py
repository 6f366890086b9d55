"""The kiosk under a service manager, as on a lobby machine: it is started again whenever it ends by itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.kiosk_process import KioskProcess

RESTART_AFTER = 1.0
"""Seconds between an end and the next start (`RestartSec=`)."""


class SupervisedKiosk(KioskProcess):
    """Starts it again after every end that was not asked for, whatever the exit code."""

    def __init__(
        self,
        folder: Path,
        configuration: Mapping[str, Any] | str | None = None,
        *,
        environment: Mapping[str, str],
        arguments: Sequence[str] = (),
        wrapper: Sequence[str] = (),
    ) -> None:
        self.ends: list[int] = []
        """The exit codes so far; negative: the signal that ended it."""
        self._ending = threading.Event()
        super().__init__(folder, configuration, environment=environment, arguments=arguments, wrapper=wrapper)
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._supervisor.start()

    def _supervise(self) -> None:
        while not self._ending.wait(0.05):
            if self.process.running:
                continue
            self.ends.append(self.process.stop())
            if not self._ending.wait(RESTART_AFTER):
                self.process = self._start()

    def stop(self) -> int:
        """End it for good; its exit code."""
        self._ending.set()
        self._supervisor.join(10)
        return super().stop()
