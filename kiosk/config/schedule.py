"""Whether the kiosk is open at a moment. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.config.schema import Schedule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(schedule: Schedule, moment: datetime) -> bool:
    """Whether `moment` (with a time zone) lies in the opening hours, as the clock on the site's wall shows it.

    A span whose end is before its start belongs to the day it begins on and ends on the next: Friday's
    "20:00-02:00" is open at one o'clock on Saturday.
    """
    if not schedule.open.model_fields_set:  # no day is named: open day and night
        return True
    local = moment.astimezone(schedule.timezone)
    minute = local.hour * 60 + local.minute
    today = getattr(schedule.open, _DAYS[local.weekday()])
    yesterday = getattr(schedule.open, _DAYS[(local - timedelta(days=1)).weekday()])
    return any(
        span.start <= minute < span.end if span.start < span.end else minute >= span.start for span in today
    ) or any(span.end < span.start and minute < span.end for span in yesterday)
