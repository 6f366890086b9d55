"""A microphone that is listened to: its sound as it comes, and when it was captured. No Qt."""

from __future__ import annotations

import asyncio

from kiosk.audio.machine import RATE, Machine
from kiosk.audio.pcm import Samples, silence
from kiosk.audio.ranking import AudioDevice

FIRST_SOUND = 6.0
"""Seconds a microphone may take to deliver its first sound; wireless ones take two or three."""
STUCK_AFTER = 3.0
"""Seconds without a single sample, not even of silence, after which a microphone that has delivered is stuck."""


class Ear:
    """Open from the start on; `close` it."""

    def __init__(self, machine: Machine, microphone: AudioDevice) -> None:
        """
        Raises:
            OSError: it cannot be opened.
        """
        self.microphone = microphone
        self.gone = False
        """Nothing more will come."""
        self._clock = asyncio.get_running_loop().time
        self._fresh = silence(0)
        self._total = 0
        self._last: float | None = None
        self._lead = float("-inf")
        self._stirred = asyncio.Event()
        self._device = machine.listen(microphone, self._heard, self._ended)

    @property
    def stuck(self) -> bool:
        """It delivered, and does no longer."""
        return self._last is not None and self._clock() - self._last > STUCK_AFTER

    async def begin(self) -> None:
        """Wait for a sound and forget it: what comes first may be old, or come in a heap. Then count anew.

        Raises:
            OSError: nothing comes.
        """
        await self.more()
        self._total, self._lead = 0, float("-inf")

    def captured(self, moment: float) -> int:
        """How many samples had been captured between `begin` and a moment of the loop's clock.

        Each block tells how many there were when it came. The one that was on its way for the shortest time tells best;
        how long that was is not known.
        """
        return round(self._lead + RATE * moment)

    def take(self) -> Samples:
        """What has come since the last time."""
        fresh, self._fresh = self._fresh, silence(0)
        return fresh

    async def more(self) -> Samples:
        """The same, but at least one sample.

        Raises:
            OSError: nothing comes.
        """
        while not self._fresh:
            if self.gone:
                raise OSError(f"The microphone {self.microphone.name} is gone.")
            self._stirred.clear()
            try:
                async with asyncio.timeout(FIRST_SOUND if self._last is None else STUCK_AFTER):
                    await self._stirred.wait()
            except TimeoutError:
                raise OSError(f"The microphone {self.microphone.name} delivers no sound.") from None
        return self.take()

    def close(self) -> None:
        self._device.close()

    def _heard(self, samples: Samples) -> None:
        self._fresh.extend(samples)
        self._total += len(samples)
        self._last = self._clock()
        self._lead = max(self._lead, self._total - RATE * self._last)
        self._stirred.set()

    def _ended(self) -> None:
        self.gone = True
        self._stirred.set()
