"""The test sound: three soft bell notes, upwards. Made, not a file: it cannot be missing. Pure."""

from __future__ import annotations

import cmath
import math
from array import array
from itertools import accumulate, repeat
from operator import mul

from kiosk.audio.pcm import FULL_SCALE, Samples

NOTES_HZ = (523.25, 659.26, 783.99)
"""C, E and G above middle C: small loudspeakers play them well, and nobody takes them for an alarm."""
ONSETS = (0.0, 0.16, 0.32)
SECONDS = 1.5
PEAK_DBFS = -12.0
"""Of the whole chime, before any volume: about as loud as the avatar's voice."""

_ATTACK = 0.008
"""Seconds; shorter, it clicks."""
_PARTIALS = ((1.0, 1.0, 0.50), (2.0, 0.35, 0.30), (3.01, 0.12, 0.16), (4.2, 0.05, 0.09))
"""Of a bar that is struck: multiple of the note, strength, seconds until it has faded to a third."""
_RELEASE = 0.1
"""Seconds at the end in which what still rings goes to nothing."""


def render(rate: int) -> Samples:
    """The chime's samples, `rate` of them a second."""
    count = round(SECONDS * rate)
    mixed = [0.0] * count
    for note, onset in zip(NOTES_HZ, ONSETS, strict=True):
        first = round(onset * rate)
        for at, value in enumerate(_struck(note, count - first, rate), first):
            mixed[at] += value
    gain = FULL_SCALE * 10 ** (PEAK_DBFS / 20) / max(map(abs, mixed))
    left = round(_RELEASE * rate)
    return array("h", (round(gain * min(1.0, (count - at) / left) * value) for at, value in enumerate(mixed)))


def _struck(note: float, count: int, rate: int) -> list[float]:
    partials = [_ringing(note * multiple, strength, fading, count, rate) for multiple, strength, fading in _PARTIALS]
    sound = [sum(values) for values in zip(*partials, strict=True)]
    rise = round(_ATTACK * rate)
    return [value * at / rise for at, value in enumerate(sound[:rise])] + sound[rise:]


def _ringing(frequency: float, strength: float, fading: float, count: int, rate: int) -> list[float]:
    """A sine that dies away, as a pointer that turns and shrinks: quicker than sine and exponential anew each time."""
    turn = cmath.exp(complex(-1 / fading, 2 * math.pi * frequency) / rate)
    return [pointer.imag for pointer in accumulate(repeat(turn, count - 1), mul, initial=complex(strength))]
