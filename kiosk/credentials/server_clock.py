"""The time as the servers have it, learned from the `Date` of their answers.

A token is judged by the server's clock. A kiosk whose own clock is an hour off (a flat battery on the board, a wrong
time zone, a time service that has lost its way) would be refused by everybody, although its secret is right.
"""

import email.utils
import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

_AGREE = 10.0
"""Seconds of difference that are none: `Date` has whole seconds, answers travel, and servers allow a minute."""

_LONGEST_LEAD = 24 * 3600.0
"""Seconds. Beyond a day somebody's clock is not off but wrong, and it may well be the other one's."""


def steady_time() -> float:
    """Seconds that never jump and, where the system can tell, go on while the machine sleeps."""
    boot_clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_clock is None else time.clock_gettime(boot_clock)


class ServerClock:
    """This machine's clock, set right by what servers have said.

    Args:
        wall: this machine's unix time.
        steady: a clock that never jumps. What was heard is carried on by this one, so that a wall clock that jumps
            afterwards does no harm.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = steady_time) -> None:
        self._wall = wall
        self._steady = steady
        self._heard: tuple[float, float] | None = None
        self._told = False

    @property
    def lead(self) -> float:
        """Seconds that the servers are ahead of this machine's clock, negative if behind; 0 when both agree."""
        if self._heard is None:
            return 0.0
        at, steady = self._heard
        lead = at + self._steady() - steady - self._wall()
        return lead if _AGREE <= abs(lead) <= _LONGEST_LEAD else 0.0

    def now(self) -> float:
        """Unix time as the servers have it, as far as is known."""
        return self._wall() + self.lead

    def hear(self, date: str | None) -> None:
        """Take in the `Date` of an answer that has just come; None or nonsense is ignored."""
        try:
            at = email.utils.parsedate_to_datetime(date or "").timestamp()
        except (ValueError, OverflowError):
            return
        self._heard = at, self._steady()
        lead = self.lead
        if lead and not self._told:
            logger.warning(
                "this machine's clock is %.0f s %s the server's: tokens go by the server's. Set it right, and see why "
                "the time service did not.",
                abs(lead),
                "behind" if lead > 0 else "ahead of",
            )
        elif self._told and not lead:
            logger.info("this machine's clock agrees with the server's again")
        self._told = lead != 0.0
