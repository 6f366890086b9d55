"""What the kiosk remembers of having helped itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.session.model import Policy, Reason, Rung, State, initial
from kiosk.wiring.history import KEPT, Helped, History

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def state(**recovery: object) -> State:
    plain = initial("boot", Policy(), demo=False, now=0.0, blocked=None, failed_starts=0)
    return replace(plain, recovery=replace(plain.recovery, **recovery))  # type: ignore[arg-type]


def test_a_recovery_is_dated_back_to_its_fault() -> None:
    history = History(lambda: NOW)
    trouble = state(rung=Rung.RECONNECT, started=1.0, last_reason=Reason.STALLED)
    well = state(rung=Rung.RECONNECT, last_reason=Reason.STALLED, count=1, last_ms=2500)
    assert history.follow(trouble, trouble) is None
    assert history.follow(trouble, well) == Helped(NOW - timedelta(seconds=2.5), "stalled", "reconnect", 2.5)
    assert history.follow(well, well) is None
    assert len(history.recoveries) == 1


def test_the_newest_come_first_and_the_oldest_are_forgotten() -> None:
    history = History(lambda: NOW)
    for number in range(KEPT + 5):
        before = state(rung=Rung.RELOAD, count=number)
        history.follow(before, state(count=number + 1, last_ms=number, last_reason=Reason.PAGE_WIPED))
    assert len(history.recoveries) == KEPT
    assert history.recoveries[0].seconds == (KEPT + 4) / 1000
