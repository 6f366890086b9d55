"""Sound as numbers: mono samples of 16 bits in an `array("h")`, and what devices hand over in their own forms. Pure."""

from __future__ import annotations

import math
from array import array
from enum import Enum
from operator import mul
from typing import TypeAlias

Samples: TypeAlias = "array[int]"
"""Of type "h", mono. As text, because Python 3.11 has no `array[int]` at run time."""

FULL_SCALE = 32767


class SampleForm(Enum):
    """How one sample of one channel is stored; the value is the type code of an `array`."""

    BYTE = "B"
    """Unsigned, silence is 128."""
    SHORT = "h"
    LONG = "i"
    FLOAT = "f"
    """Full scale is -1..1."""


def silence(count: int) -> Samples:
    """So many samples of nothing."""
    return array("h", bytes(2 * max(0, count)))


def level(samples: Samples) -> float:
    """RMS of full scale, 0..1; 0 for no samples."""
    if not samples:
        return 0.0
    return min(1.0, math.sqrt(sum(map(mul, samples, samples)) / len(samples)) / FULL_SCALE)


def scaled(samples: Samples, gain: float) -> Samples:
    """Each sample times `gain`, clipped."""
    return array("h", (max(-FULL_SCALE, min(FULL_SCALE, round(sample * gain))) for sample in samples))


def from_device(raw: bytes, form: SampleForm, channels: int) -> Samples:
    """What a device has recorded as mono: the mean of its channels. A torn last frame is left out."""
    frame = array(form.value).itemsize * channels
    values = array(form.value, raw[: len(raw) // frame * frame])
    if form is SampleForm.SHORT and channels == 1:
        return values
    to_short, offset = _SCALES[form]
    count = len(values) // channels
    sums = (sum(values[channels * at : channels * (at + 1)]) for at in range(count))
    return array("h", (_clipped((total / channels - offset) * to_short) for total in sums))


def for_device(samples: Samples, form: SampleForm, channels: int) -> bytes:
    """Mono samples as a device wants them, the same on every channel."""
    if form is SampleForm.SHORT:
        return _on_every_channel(samples, channels)
    if form is SampleForm.FLOAT:
        return _on_every_channel(array("f", (sample / FULL_SCALE for sample in samples)), channels)
    if form is SampleForm.LONG:
        return _on_every_channel(array("i", (sample << 16 for sample in samples)), channels)
    return _on_every_channel(array("B", ((sample >> 8) + 128 for sample in samples)), channels)


def _on_every_channel(values: array[int] | array[float], channels: int) -> bytes:
    size = values.itemsize
    packed = values.tobytes()
    if channels == 1:
        return packed
    return b"".join(packed[at : at + size] * channels for at in range(0, len(packed), size))


def _clipped(value: float) -> int:
    return max(-FULL_SCALE, min(FULL_SCALE, round(value)))


_SCALES = {
    SampleForm.BYTE: (256.0, 128.0),
    SampleForm.SHORT: (1.0, 0.0),
    SampleForm.LONG: (1 / 65536, 0.0),
    SampleForm.FLOAT: (float(FULL_SCALE), 0.0),
}
"""What makes a short of a value, and the value of silence."""
