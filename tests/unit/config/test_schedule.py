"""Opening hours as the clock on the site's wall shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.config.schedule import is_open
from kiosk.config.schema import Schedule

VIENNA = ZoneInfo("Europe/Vienna")


def schedule(**days: list[str]) -> Schedule:
    return Schedule.model_validate({"timezone": "Europe/Vienna", "open": days})


def test_without_hours_it_is_always_open() -> None:
    assert is_open(Schedule(), datetime(2026, 1, 1, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20 07:59", False),
        ("2026-11-20 08:00", True),
        ("2026-11-20 11:59", True),
        ("2026-11-20 12:00", False),
        ("2026-11-20 23:00", True),
        ("2026-11-21 01:59", True),
        ("2026-11-21 02:00", False),
        ("2026-11-20 01:00", False),
    ],
)
def test_a_friday_with_a_break_and_a_long_night(moment: str, expected: bool) -> None:
    friday = schedule(fri=["08:00-12:00", "20:00-02:00"])
    assert is_open(friday, datetime.fromisoformat(moment).replace(tzinfo=VIENNA)) is expected


def test_the_clock_change_follows_the_wall() -> None:
    sunday = schedule(sun=["08:00-18:00"])
    # On 29 March 2026 Vienna's clocks go forward: 06:00 UTC is 08:00 there, the day before it was 07:00.
    assert is_open(sunday, datetime(2026, 3, 29, 6, 0, tzinfo=UTC))
    assert not is_open(sunday, datetime(2026, 3, 29, 5, 59, tzinfo=UTC))
    assert not is_open(sunday, datetime(2026, 3, 22, 6, 59, tzinfo=UTC))


def test_until_midnight_means_the_end_of_the_day() -> None:
    assert is_open(schedule(mon=["08:00-24:00"]), datetime(2026, 11, 23, 23, 59, tzinfo=VIENNA))
    assert not is_open(schedule(mon=["08:00-24:00"]), datetime(2026, 11, 24, 0, 0, tzinfo=VIENNA))
