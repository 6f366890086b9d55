"""Waiting for something to become true, instead of sleeping and hoping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.02
"""Seconds between two looks."""


class WaitedInVainError(AssertionError):
    """What a test waited for did not come."""


def wait_until(
    look: Callable[[], T | None],
    what: str,
    timeout: float = 10.0,
    *,
    every: float = LOOK_EVERY,
    details: Callable[[], object] | None = None,
) -> T:
    """Look until the answer is truthy, and return it.

    Args:
        look: what to look at; None, False and empty answers mean "not yet".
        what: the thing waited for, as it reads in "waited 10 s for …".
        timeout: seconds.
        every: seconds between two looks.
        details: asked after the time is up, for the failure's text.

    Raises:
        WaitedInVainError: the time is up.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            extra = f"\n{details()}" if details is not None else ""
            raise WaitedInVainError(f"waited {timeout:g} s for {what}{extra}")
        time.sleep(every)
