"""When a failed request is worth another try while somebody waits. Pure: times in, a delay or nothing out."""

import email.utils
import random
from collections.abc import Callable
from dataclasses import dataclass

_LONGEST_ADVICE = 3600.0
"""Seconds. What a server asks beyond an hour is taken for an hour: nobody wants a kiosk out of order until tomorrow."""


@dataclass(frozen=True)
class RetryPolicy:
    """A few quick tries; the long waiting is the session's own ladder.

    Attributes:
        window: seconds from the first request on within which another one may begin. Somebody stands in front of the
            kiosk, and four seconds is about what they take for thinking.
        first_delay: seconds before the second request; doubled for each further one.
        jitter: the largest part of a delay that is left to chance, so that a row of kiosks does not ask in step.
        chance: a random number from 0 to 1.
    """

    window: float = 4.0
    first_delay: float = 0.3
    jitter: float = 0.3
    chance: Callable[[], float] = random.random

    def delay(self, failures: int, elapsed: float, advice: float | None) -> float | None:
        """Seconds to wait before the next request, or None: give up.

        Args:
            failures: how many requests have failed, 1 or more.
            elapsed: seconds since the first one began.
            advice: seconds the server asked to wait (`parse_retry_after`).
        """
        delay = self.first_delay * 2 ** (failures - 1) * (1 + self.jitter * self.chance())
        delay = max(delay, advice or 0.0)
        return delay if elapsed + delay <= self.window else None


def parse_retry_after(header: str | None, now: float) -> float | None:
    """Seconds to wait according to a ``Retry-After`` header: a number, or a date compared to ``now`` (unix time).

    Between 0 and an hour; None without a header, or with one that cannot be read.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - now
        except ValueError:
            return None
    if seconds != seconds:  # noqa: PLR0124 - NaN
        return None
    return min(max(seconds, 0.0), _LONGEST_ADVICE)
