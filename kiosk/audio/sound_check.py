# ruff: noqa: PLC0415 - numpy takes a tenth of a second and 20 MB; only who makes a sound check pays for it
"""What a recording says about the way from the loudspeaker to the microphone: how loud, how late, how long it rings.

The sweep that was played is divided out of the recording. What is left is the room's answer to a click: one peak
when the sound itself arrives, smaller ones for what the walls send back, and noise all over. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.audio.health import FLOOR_DBFS
from kiosk.audio.pcm import FULL_SCALE, Samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Signal = NDArray[np.float64]


class SoundVerdict(StrEnum):
    """What to tell the person who is there; the first one that fits, in the order of `_verdict`."""

    GOOD = "good"
    TOO_QUIET = "too_quiet"
    """Heard, but hardly above what a quiet room sounds like: volume or microphone are turned down."""
    TOO_LOUD = "too_loud"
    """The microphone is overdriven: what it hears of the avatar cannot be taken out again."""
    NOT_HEARD = "not_heard"
    """Loudspeaker off, microphone muted, or the two are not in one room."""
    NOISY = "noisy"
    """The surroundings are nearly as loud as the loudspeaker."""
    SLOW = "slow"
    """Clear, but late: usually a wireless loudspeaker. Conversations drag."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the lines are."""

    clear: float = 18.0
    """dB by which the peak stands out from the noise around it. The highest of 100,000 values of pure noise stands
    out by 13."""
    quiet_below: float = -55.0
    """dBFS; a quiet lobby's noise lies between -70 and -50."""
    loud_above: float = -6.0
    """dBFS, RMS: the peaks of a sine of that level are at -3."""
    clipped_samples: int = 20
    """A clipping microphone flattens a few samples of every wave, a knock on the table only some."""
    noisy_within: float = 10.0
    """dB between the sweep and the surroundings; speech recognition wants more."""
    slow_from: float = 0.5
    """Seconds. Sound cards and their buffers need 0.05 to 0.3, Bluetooth adds 0.2 and more."""
    longest: float = 1.5
    """Seconds after the start of playing in which an arrival is looked for."""


@dataclass(frozen=True, slots=True)
class Take:
    """One recording of one sweep.

    Attributes:
        recorded: from before the sweep until after its echo.
        played: the sweep at the volume it was played with.
        rate: samples a second of both.
        played_at: place in `recorded` at which playing began.
    """

    recorded: Samples
    played: Samples
    rate: int
    played_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCheck:
    """The result. What was not heard has neither level nor delay.

    Attributes:
        verdict: the word for it.
        noise_db: the surroundings before the sweep, dBFS.
        level_db: the sweep at the microphone, with all its echo, dBFS.
        gain_db: the same less the level it was played with: what echo cancellation has to take away again.
        delay_ms: from the start of playing to the sound's arrival, through every buffer on the way.
        echo_db: what the room sends back later than 50 ms after the sound itself, relative to it.
        tail_ms: how long it takes until what rings on is 30 dB below the whole; what the noise covers is not counted.
        clear_db: how far the arrival stands out from the noise.
        stray_db: what arrives later than 50 ms after the sound itself, or before it, relative to it. A hole in the
            sound moves one part of it against the other; only a large, bare hall comes near that.
    """

    verdict: SoundVerdict
    noise_db: float
    level_db: float | None = None
    gain_db: float | None = None
    delay_ms: float | None = None
    echo_db: float | None = None
    tail_ms: float | None = None
    clear_db: float | None = None
    stray_db: float | None = None


EARLY = 0.05
"""Seconds after the arrival that ears, and speech recognition, still take for the sound itself."""
ROOM_FOR_ECHO = 2.5
"""Seconds that a recording must go on after the start of playing, beside the sweep's own length."""
_BEFORE = 0.005
"""Seconds before the arrival in which its filtered peak already rises."""
_DISTORTION = 0.45
"""Seconds before the arrival in which a glide's overtones turn up, up to the fifth."""
_TAIL = 0.6
"""Seconds after the arrival that are looked at; larger halls ring longer, but are not asked about here."""
_SMOOTHED = 0.01
"""Seconds over which the echo's strength is averaged to see where it sinks into the noise."""


def evaluate(take: Take, limits: Limits | None = None) -> SoundCheck:
    """Judge one take.

    Raises:
        ValueError: the recording does not reach from before the sweep to the end of its echo.
    """
    import numpy as np

    limits = limits or Limits()
    recorded, played = _signal(take.recorded), _signal(take.played)
    if not 0 < take.played_at <= len(recorded) - len(played) - ROOM_FOR_ECHO * take.rate:
        raise ValueError("The recording is shorter than the sweep and its echo.")
    noise_db = _dbfs(float(np.std(recorded[: take.played_at])))
    answer = _Answer(_impulse_response(recorded, played), take, limits)
    if answer.clear_db < limits.clear:
        return SoundCheck(verdict=SoundVerdict.NOT_HEARD, noise_db=noise_db, clear_db=answer.clear_db)
    level_db = _dbfs(answer.loudness(played))
    delay = max(0.0, (answer.arrival - take.played_at) / take.rate)
    echo_db, tail = answer.room()
    clipped = int(np.count_nonzero(np.abs(recorded) >= 0.998))
    return SoundCheck(
        verdict=_verdict(limits, level_db, noise_db, delay, clipped),
        noise_db=noise_db,
        level_db=level_db,
        gain_db=level_db - _dbfs(float(np.sqrt(np.mean(np.square(played))))),
        delay_ms=1000 * delay,
        echo_db=echo_db,
        tail_ms=1000 * tail,
        clear_db=answer.clear_db,
        stray_db=answer.stray(),
    )


def _verdict(limits: Limits, level_db: float, noise_db: float, delay: float, clipped: int) -> SoundVerdict:
    if clipped >= limits.clipped_samples or level_db > limits.loud_above:
        return SoundVerdict.TOO_LOUD
    if level_db < limits.quiet_below:
        return SoundVerdict.TOO_QUIET
    if level_db - noise_db < limits.noisy_within:
        return SoundVerdict.NOISY
    if delay >= limits.slow_from:
        return SoundVerdict.SLOW
    return SoundVerdict.GOOD


def _impulse_response(recorded: Signal, played: Signal) -> Signal:
    """The recording with the sweep divided out, as long as every frequency of the sweep lies in it.

    Outside the sweep's frequencies there is nothing to divide by; there it is left at nothing instead of noise.
    """
    import numpy as np

    size = 1 << (len(recorded) + len(played)).bit_length()
    spectrum = np.fft.rfft(played, size)
    power = np.square(np.abs(spectrum))
    divided = np.fft.rfft(recorded, size) * np.conj(spectrum) / (power + 1e-4 * float(np.max(power)))
    answer: Signal = np.fft.irfft(divided, size)[: len(recorded) - len(played)]
    return answer


class _Answer:
    """A room's answer to a click: where it begins, how far it stands out, what it does to a sound."""

    def __init__(self, answer: Signal, take: Take, limits: Limits) -> None:
        import numpy as np

        self._answer = answer
        self._power = np.square(answer)
        self._rate = take.rate
        first = max(0, take.played_at - self._samples(_BEFORE))
        window = self._power[first : take.played_at + self._samples(limits.longest)]
        peak = first + int(np.argmax(window))
        strongest = float(self._power[peak])
        # The sound itself comes first even where a wall's answer is the stronger one.
        self._begin = max(0, peak - self._samples(_BEFORE))
        self.arrival = self._begin + int(np.argmax(self._power[self._begin : peak + 1] >= 0.25 * strongest))
        self._end = self.arrival + self._samples(_TAIL)
        quiet = (self._power[: max(0, self.arrival - self._samples(_DISTORTION))], self._power[self._end :])
        self._noise = float(np.mean(np.concatenate(quiet)))
        self.clear_db = 10 * math.log10(max(strongest, 1e-15) / max(self._noise, 1e-15))
        span = self._samples(_SMOOTHED)
        smooth = np.convolve(self._power[self.arrival : self._end], np.full(span, 1 / span), mode="valid")
        sunk = np.flatnonzero(smooth < 2 * self._noise)
        self._audible = min(self._end, self.arrival + int(sunk[0]) + span) if len(sunk) else self._end

    def loudness(self, played: Signal) -> float:
        """RMS of the sweep and its echo at the microphone, without the noise: played through the answer once more."""
        import numpy as np

        room = self._answer[self._begin : self._audible]
        size = 1 << (len(room) + len(played)).bit_length()
        again = np.fft.irfft(np.fft.rfft(room, size) * np.fft.rfft(played, size), size)
        return float(np.sqrt(np.sum(np.square(again)) / len(played)))

    def room(self) -> tuple[float, float]:
        """How strong the late echo is, in dB of the sound itself, and after how many seconds 30 dB have gone.

        An echo below the noise counts as one just as strong: it is not louder than that.
        """
        import numpy as np

        early, late = self._early_and_late()
        least = max(self._noise * self._samples(_SMOOTHED), 1e-6 * early)
        left = np.cumsum(self._power[self._begin : self._audible][::-1])[::-1]
        faded = self._begin + int(np.count_nonzero(left > 1e-3 * left[0]))
        return 10 * math.log10(max(late, least) / early), max(0, faded - self.arrival) / self._rate

    def stray(self) -> float:
        """What comes too late or too early, in dB of the sound itself."""
        early, late = self._early_and_late()
        ahead = self._power[max(0, self.arrival - self._samples(_DISTORTION)) : self._begin]
        before = max(0.0, float(ahead.sum()) - self._noise * len(ahead))
        return 10 * math.log10(max(late + before, 1e-6 * early) / early)

    def _early_and_late(self) -> tuple[float, float]:
        ringing = self._power[self._begin : self._audible]
        late_from = self.arrival - self._begin + self._samples(EARLY)
        return float(ringing[:late_from].sum()), float(ringing[late_from:].sum())

    def _samples(self, seconds: float) -> int:
        return round(seconds * self._rate)


def _signal(samples: Samples) -> Signal:
    import numpy as np

    return np.frombuffer(samples, dtype=np.int16).astype(np.float64) / FULL_SCALE


def _dbfs(level: float) -> float:
    return max(FLOOR_DBFS, 20 * math.log10(level)) if level > 0 else FLOOR_DBFS
