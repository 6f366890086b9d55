"""Watching the kiosk, its screen and the peer while something is broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from kiosk.operations.control_client import ControlError
from tests.faults.stage import Stage

LOOK_EVERY = 0.12
"""Seconds between two looks at the status."""
PICTURE_EVERY = 1.0
"""Seconds between two looks at the screen: each costs as much as ten at the status."""

GONE = "gone"
"""The state of a kiosk that does not answer: it is between two lives."""
CALM = 4.0
"""Grey levels of 255; a screen whose brightness deviates less shows nothing: no face, no sentence."""


@dataclass(frozen=True)
class Sight:
    """What was seen at one moment, in seconds of `time.monotonic`."""

    at: float
    state: str
    reason: str | None
    well: bool
    dark: bool
    """The screen shows nothing at all."""
    peer_moving: bool


class Watch:
    """Collects sights; `look_until` is the only thing that takes time."""

    def __init__(self, stage: Stage, well: Callable[[dict[str, Any]], bool]) -> None:
        self._stage = stage
        self._well = well
        self._pictured = 0.0
        self._dark = False
        self.sights: list[Sight] = []

    def look_until(self, done: Callable[[], bool], deadline: float) -> bool:
        """Look until it is done (True) or the deadline, a moment of `time.monotonic`, has passed (False)."""
        while True:
            started = time.monotonic()
            self._look()
            if done():
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(max(0.0, started + LOOK_EVERY - time.monotonic()))

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._pictured >= PICTURE_EVERY:
            self._dark = self._is_dark()
            self._pictured = now
        try:
            status = self._stage.kiosk.status()
        except ControlError:
            state, reason, well = GONE, None, False
        else:
            state, reason, well = str(status["state"]), status["reason"], self._well(status)
        moving = self._stage.peer is not None and self._stage.peer.moving
        self.sights.append(Sight(now, state, reason, well, self._dark, moving))

    def _is_dark(self) -> bool:
        try:
            pixels = self._stage.screen.pixels()
        except AssertionError:  # there is no screen: the fault has taken it away
            return True
        return float(np.std(pixels.mean(axis=2))) < CALM


def steady_since(sights: list[Sight], seen: Callable[[Sight], bool]) -> float | None:
    """Since when `seen` holds without a break up to the last sight; None when it does not hold now."""
    since = None
    for sight in reversed(sights):
        if not seen(sight):
            break
        since = sight.at
    return since


def story(sights: list[Sight]) -> list[tuple[str, str | None, float]]:
    """The states one after the other: state, reason, seconds."""
    chapters: list[tuple[str, str | None, float]] = []
    for sight, following in pairwise([*sights, sights[-1]] if sights else []):
        seconds = following.at - sight.at
        if chapters and chapters[-1][:2] == (sight.state, sight.reason):
            seconds += chapters.pop()[2]
        chapters.append((sight.state, sight.reason, seconds))
    return chapters


def dark_seconds(sights: list[Sight]) -> float:
    """For how long the screen showed nothing."""
    return sum(following.at - sight.at for sight, following in pairwise(sights) if sight.dark)
