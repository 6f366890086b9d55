"""What the session does, as figures for a monitoring system. Nothing is counted where nobody asks."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.config.schema import Monitoring
from kiosk.operations.metrics import Metrics
from kiosk.operations.metrics_server import MetricsServer
from kiosk.operations.status import Status
from kiosk.session.model import Phase, State
from kiosk.wiring.history import Helped


def session_end(before: State, after: State, now: float) -> tuple[str, float] | None:
    """Why a session ended between these two states, and how many seconds it took; None: none did. Pure.

    `now`: seconds of the states' clock.
    """
    if before.session is None or after.session is not None:
        return None
    reason = after.reason or after.recovery.last_reason
    return (reason.value if reason else "unknown"), now - before.session.started


class Figures:
    """Off unless a port is configured."""

    def __init__(self, monitoring: Monitoring, status: Callable[[], Status], clock: Callable[[], float]) -> None:
        """`clock`: seconds, the session's."""
        self._status = status
        self._clock = clock
        self._metrics = Metrics([phase.value for phase in Phase])
        self._server = (
            MetricsServer(self._metrics, monitoring.bind, monitoring.port) if monitoring.port is not None else None
        )

    def start(self) -> None:
        if self._server is not None:
            self._server.start()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def look(self) -> None:
        """Something may be different now."""
        if self._server is not None:
            self._metrics.observe(self._status())

    def follow(self, before: State, after: State, helped: Helped | None) -> None:
        """Take in a step of the session, and the recovery that ended with it."""
        if self._server is None:
            return
        if (ended := session_end(before, after, self._clock())) is not None:
            self._metrics.session_ended(*ended)
        if helped is not None:
            self._metrics.recovered(helped.reason, helped.rung, helped.seconds)
