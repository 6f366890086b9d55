"""Hearing yourself a moment later, without the howl of a loudspeaker that stands beside its microphone. Pure."""

from __future__ import annotations

from kiosk.audio.pcm import Samples, level, scaled, silence

LOUDEST = 0.1
"""RMS of full scale that is played at most (-20 dBFS), before any volume: a loud voice, and no louder howl."""
GAIN = 2.0
"""Somebody at arm's length is quiet beside the avatar's voice. It goes round only where the loudspeaker reaches the
microphone with more than half of what it was given."""
HOWLS_AFTER = 6.0
"""Seconds without a pause at the limit: nobody speaks that long without a breath, sound that goes round does."""
BREATH = 0.25
"""Seconds below the limit that count as a pause."""


class DelayLine:
    """Takes sound in blocks and gives back, block for block, what was put in `delay` seconds before."""

    def __init__(self, delay: float, rate: int) -> None:
        """`rate`: samples a second."""
        self._held = silence(round(delay * rate))
        self._rate = rate
        self._at_limit = 0.0
        self._pause = 0.0

    @property
    def howls(self) -> bool:
        """The loudspeaker feeds the microphone that feeds it."""
        return self._at_limit >= HOWLS_AFTER

    def pass_on(self, block: Samples) -> Samples:
        """Put a block in; the block of the same length that is due now, no louder than `LOUDEST`."""
        self._held.extend(block)
        due = self._held[: len(block)]
        del self._held[: len(block)]
        loudness = GAIN * level(due)
        self._watch(len(due) / self._rate, too_loud=loudness > LOUDEST)
        return scaled(due, GAIN * min(1.0, LOUDEST / loudness)) if loudness > 0 else due

    def _watch(self, seconds: float, *, too_loud: bool) -> None:
        if too_loud:
            self._at_limit += seconds
            self._pause = 0.0
        else:
            self._pause += seconds
            if self._pause >= BREATH:
                self._at_limit = 0.0
