"""The moment at which a recording begins to sound, on the clock of everything else."""

from __future__ import annotations

import time

import numpy as np

from tests.support.pulse import Recording
from tests.support.sound import Sound
from tests.support.waiting import wait_until

LOOK_EVERY = 0.05
"""Seconds; the moment comes from the sound itself, not from when it was looked at."""
WINDOW = 0.005
"""Seconds of sound that are judged at a time."""
AUDIBLE = 0.005
"""RMS of full scale, -46 dB: speech passes it with its first vowel, comfort noise and dither never do."""


class OnsetClock:
    """Listens to a recording that is under way."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._began = time.time()

    def wait_for_onset(self, timeout: float) -> float:
        """Wait for sound; Unix seconds of its beginning."""
        (offset,) = wait_until(self._look, "a sound on the loudspeaker", timeout, every=LOOK_EVERY)
        return self._began + offset

    def _look(self) -> tuple[float] | None:
        sound = self._recording.so_far()
        # A sample is written some time after it was recorded; the promptest look comes closest to the truth.
        self._began = min(self._began, time.time() - sound.seconds)
        offset = onset_of(sound)
        return None if offset is None else (offset,)


def onset_of(sound: Sound) -> float | None:
    """Seconds until it is first audible; None: it is silent."""
    length = int(WINDOW * sound.rate)
    windows = sound.samples[: len(sound.samples) // length * length].reshape(-1, length)
    loud = np.flatnonzero(np.sqrt(np.mean(np.square(windows, dtype=np.float64), axis=1)) >= AUDIBLE)
    return float(loud[0]) * WINDOW if len(loud) else None
