"""Figures for a monitoring system, in Prometheus's form: what is counted, and the word whether all is well.

Counting costs next to nothing and goes on whether anybody asks or not; `kiosk.operations.metrics_server` answers those
who ask. Nothing here holds a secret, a name of a room or visitor, or anybody's words.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.operations.memory import process_memory
from kiosk.operations.status import Status

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

PREFIX = "avatar_kiosk"

SESSION_BUCKETS = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0)
"""Seconds; a session's own limit is 15 minutes unless it is configured otherwise."""
RECOVERY_BUCKETS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0)
"""Seconds; the mildest rung takes less than one, the whole ladder a minute or two."""

BEAT_LIMIT = 20.0
"""Seconds without a heartbeat after which the page does not count as alive. The kiosk itself acts after five; this is
longer than it takes to put another page in the place of one that was hung."""


@dataclass(slots=True)
class Distribution:
    """How many durations fell under which bound; the last count is of those above all bounds."""

    bounds: Sequence[float]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, seconds: float) -> None:
        """Count one; a clock that went backwards is none."""
        seconds = max(0.0, seconds)
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def cumulative(self) -> list[tuple[str, float]]:
        """Prometheus's buckets: each counts all that are not longer than its bound."""
        seen, buckets = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            seen += count
            buckets.append((bound, float(seen)))
        return buckets


class Metrics:
    """Takes what happens on one thread and answers on any. A Prometheus collector."""

    def __init__(
        self,
        states: Sequence[str],
        *,
        clock: Callable[[], float] = time.monotonic,
        unix: Callable[[], float] = time.time,
        memory: Callable[[int], int | None] = process_memory,
    ) -> None:
        """
        Args:
            states: the words of all states there are, as `Status.state` has them.
            clock: monotonic seconds.
            unix: the time of day.
            memory: bytes that the process of this id takes.
        """
        self._states = tuple(states)
        self._clock = clock
        self._memory = memory
        self._lock = threading.Lock()
        self._started = unix()
        self._status: Status | None = None
        self._last_beat: float | None = None
        self._begun = clock()
        self._sessions: Counter[str] = Counter()
        self._session_seconds = Distribution(SESSION_BUCKETS)
        self._recoveries: Counter[tuple[str, str]] = Counter()
        self._recovery_seconds = Distribution(RECOVERY_BUCKETS)

    def observe(self, status: Status) -> None:
        """Take in how things are now: with every heartbeat of the page, and with every change of state."""
        age = status.page.heartbeat_ms
        with self._lock:
            self._status = status
            if age is not None:
                self._last_beat = self._clock() - age / 1000

    def session_ended(self, reason: str, seconds: float) -> None:
        """A visitor's session is over, for this reason (a word of `status --json`), after so many seconds."""
        with self._lock:
            self._sessions[reason] += 1
            self._session_seconds.add(seconds)

    def recovered(self, reason: str, rung: str | None, seconds: float) -> None:
        """The kiosk has helped itself.

        Args:
            reason: what was wrong, as a word of `status --json`.
            rung: the last step of the ladder it took; None when there was none.
            seconds: from the fault until it was over.
        """
        with self._lock:
            self._recoveries[reason, rung or "none"] += 1
            self._recovery_seconds.add(seconds)

    def trouble(self) -> str | None:
        """Why not all is well, as a sentence: the page shows no sign of life. None: it does.

        A kiosk that is offline, closed, or waits for a person still shows that to visitors, and is alive.
        """
        with self._lock:
            beat = self._last_beat
        since = self._clock() - (self._begun if beat is None else beat)
        if beat is None:
            return f"The page has not shown a sign of life yet, {since:.0f} s after the start."
        if since > BEAT_LIMIT:
            return f"The page has shown no sign of life for {since:.0f} s."
        return None

    def collect(self) -> Iterator[Metric]:
        """All figures, for `prometheus_client`. What is not known is left out, never guessed."""
        with self._lock:
            totals = list(self._totals())
            status, beat = self._status, self._last_beat
        yield from totals
        yield from self._present(status)
        if beat is not None:
            yield _gauge("heartbeat_age_seconds", "Since the page's last sign of life.", self._clock() - beat)
        yield self._memory_of(status)

    def _totals(self) -> Iterator[Metric]:
        from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily  # noqa: PLC0415

        yield _gauge("start_time_seconds", "When the process started, in Unix time.", self._started)
        sessions = CounterMetricFamily(
            f"{PREFIX}_sessions", "Visitors' sessions that ended, by reason.", labels=["reason"]
        )
        for reason, count in sorted(self._sessions.items()):
            sessions.add_metric([reason], count)
        yield sessions
        recoveries = CounterMetricFamily(
            f"{PREFIX}_recoveries",
            "Times the kiosk helped itself, by what was wrong and what helped.",
            labels=["reason", "rung"],
        )
        for (reason, rung), count in sorted(self._recoveries.items()):
            recoveries.add_metric([reason, rung], count)
        yield recoveries
        for name, text, seconds in (
            ("session_seconds", "How long sessions took.", self._session_seconds),
            ("recovery_seconds", "From a fault until it was over.", self._recovery_seconds),
        ):
            yield HistogramMetricFamily(f"{PREFIX}_{name}", text, buckets=seconds.cumulative(), sum_value=seconds.total)

    def _present(self, status: Status | None) -> Iterator[Metric]:
        from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415

        if status is None:
            return
        about = {
            "version": status.version,
            "chromium": status.page.chromium,
            "sdk": status.avatar.sdk,
            "livekit_client": status.livekit.client,
        }
        yield InfoMetricFamily(PREFIX, "What runs here.", {name: value for name, value in about.items() if value})
        states = GaugeMetricFamily(f"{PREFIX}_state", "1 for the state the kiosk is in.", labels=["state"])
        for state in dict.fromkeys((*self._states, status.state)):
            states.add_metric([state], float(state == status.state))
        yield states
        if status.reason:
            yield _labelled("trouble", "1 for what is wrong at the moment.", "reason", {status.reason: 1.0})
        yield _gauge("config_problems", "Problems of the configuration file.", float(len(status.config.problems)))
        yield _gauge("avatar_loaded", "1 when the avatar is loaded.", float(status.avatar.loaded))
        if status.avatar.frames_per_second is not None:
            yield _gauge("frames_per_second", "Of the avatar, while it is live.", status.avatar.frames_per_second)
        if status.microphone.level is not None:
            yield _gauge("microphone_level", "RMS of full scale, 0 to 1, in a session.", status.microphone.level)
        yield _labelled(
            "microphone_state", "1 for the state of the microphone.", "state", {status.microphone.state: 1.0}
        )

    def _memory_of(self, status: Status | None) -> Metric:
        pids = {"kiosk": os.getpid(), "page": status.page.renderer_pid if status else None}
        taken = {name: self._memory(pid) for name, pid in pids.items() if pid is not None}
        known = {name: float(size) for name, size in taken.items() if size is not None}
        return _labelled("memory_bytes", "What a process takes, shared pages by share.", "process", known)


def _gauge(name: str, text: str, value: float) -> Metric:
    from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415

    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=value)


def _labelled(name: str, text: str, label: str, values: dict[str, float]) -> Metric:
    from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415

    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
