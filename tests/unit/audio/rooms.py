"""Rooms that are made of numbers: what a microphone in them hears of a sweep."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.audio.machine import RATE
from kiosk.audio.pcm import Samples
from kiosk.audio.sound_check import ROOM_FOR_ECHO, Take
from kiosk.audio.sweep import Sweep, render

SWEEP = render(Sweep(), RATE)

BEFORE = 0.5
"""Seconds that are recorded before the sweep is played."""


@dataclass(frozen=True)
class Room:
    """
    Attributes:
        delay: seconds from the loudspeaker to the microphone, with every buffer.
        gain: of the sound itself, dB.
        noise: dBFS; None: digital silence.
        late: what comes back 50 ms and more after the sound, dB relative to it; None: nothing at all.
        reverberation: seconds in which the echo loses 60 dB.
        overdriven: dB by which the microphone amplifies before it clips.
        hum: dBFS of a 50 Hz tone beside it all.
    """

    delay: float = 0.1
    gain: float = -12.0
    noise: float | None = -65.0
    late: float | None = None
    reverberation: float = 0.4
    overdriven: float = 0.0
    hum: float | None = None

    def record(self, played: Samples | None = None, *, seed: int = 1) -> Take:
        """The sweep, played in here once."""
        random = np.random.default_rng(seed)
        played = SWEEP if played is None else played
        at = round(BEFORE * RATE)
        heard = np.zeros(at + len(played) + round((ROOM_FOR_ECHO + 0.1) * RATE))
        sound = _convolved(np.frombuffer(played, np.int16) / 32767, self._answer(random))
        first = at + round(self.delay * RATE)
        sound = sound[: len(heard) - first]
        heard[first : first + len(sound)] += sound * _factor(self.gain)
        if self.noise is not None:
            heard += random.normal(size=len(heard)) * _factor(self.noise)
        if self.hum is not None:
            heard += np.sin(2 * np.pi * 50 * np.arange(len(heard)) / RATE) * _factor(self.hum) * np.sqrt(2)
        return Take(_samples(heard * _factor(self.overdriven)), played, RATE, at)

    def _answer(self, random: np.random.Generator) -> NDArray[np.float64]:
        if self.late is None:
            return np.ones(1)
        times = np.arange(round(0.58 * RATE)) / RATE
        echo = random.normal(size=len(times)) * 10 ** (-3 * times / self.reverberation)
        echo[times < 0.05] = 0.0
        echo *= np.sqrt(10 ** (self.late / 10) / np.sum(np.square(echo)))
        echo[0] = 1.0
        return echo


def _convolved(sound: NDArray[np.float64], answer: NDArray[np.float64]) -> NDArray[np.float64]:
    length = len(sound) + len(answer) - 1
    size = 1 << length.bit_length()
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size), size)[:length]


def _samples(signal: NDArray[np.float64]) -> Samples:
    return array("h", np.round(np.clip(signal, -1.0, 1.0) * 32767).astype(np.int16).tolist())


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))
