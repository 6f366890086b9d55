"""The sound of the sound check: a sine that glides through the frequencies of speech, each octave equally long.

A glide can be told from noise far below that noise, because it is known which frequency has to come when, and it does
not hurt, as a click of the same energy would. Pure.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

from kiosk.audio.pcm import FULL_SCALE, Samples


@dataclass(frozen=True, slots=True)
class Sweep:
    """How it sounds.

    Attributes:
        low, high: first and last frequency, Hz: what the loudspeaker of a screen can play, and what speech needs.
        seconds: its length.
        level_dbfs: RMS of its middle, dB of full scale, before any volume: like a voice that is mixed for listening.
        fade: seconds in which it comes and goes, so that neither end clicks.
    """

    low: float = 200.0
    high: float = 8000.0
    seconds: float = 1.0
    level_dbfs: float = -18.0
    fade: float = 0.03


def render(sweep: Sweep, rate: int) -> Samples:
    """The sweep's samples, `rate` of them a second; `rate` is more than twice the highest frequency."""
    count = round(sweep.seconds * rate)
    amplitude = FULL_SCALE * math.sqrt(2) * 10 ** (sweep.level_dbfs / 20)
    growth = math.log(sweep.high / sweep.low)
    scale = 2 * math.pi * sweep.low * sweep.seconds / growth
    phases = (scale * math.expm1(growth * at / count) for at in range(count))
    samples = (amplitude * _fade(sweep, at / rate) * math.sin(phase) for at, phase in enumerate(phases))
    return array("h", map(round, samples))


def _fade(sweep: Sweep, at: float) -> float:
    """0..1 at a moment in seconds: half a cosine at both ends."""
    nearest = min(at, sweep.seconds - at)
    if nearest >= sweep.fade:
        return 1.0
    return 0.5 - 0.5 * math.cos(math.pi * nearest / sweep.fade)
