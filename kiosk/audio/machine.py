"""The sound devices as the booth needs them. `kiosk.audio.capture` and `playback` are the real ones. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.audio.pcm import Samples
from kiosk.audio.ranking import AudioDevice

RATE = 48_000
"""Samples a second of everything here: what sound servers work with, and every sound card offers."""


class OpenDevice(Protocol):
    """A device that is held open until it is closed."""

    def close(self) -> None:
        """Let go of it at once. A second time nothing happens."""


class OpenSpeaker(OpenDevice, Protocol):
    def write(self, samples: Samples) -> None:
        """Play this after what was written before. What does not fit into the device's buffer is left out: clocks
        of two devices drift, and an ever later sound is worse than a crackle."""


class Machine(Protocol):
    """Devices are opened at `RATE`, mono. Callbacks come on the loop's own thread, never before the call returns.

    Raises:
        OSError: a device cannot be opened; the text is a sentence.
    """

    def microphones(self) -> tuple[AudioDevice, ...]: ...

    def speakers(self) -> tuple[AudioDevice, ...]: ...

    def listen(self, microphone: AudioDevice, heard: Callable[[Samples], None], gone: Callable[[], None]) -> OpenDevice:
        """`heard` gets some hundredths of a second at a time; `gone`: nothing more will come."""

    def play(self, speaker: AudioDevice, sound: Samples, over: Callable[[], None]) -> OpenDevice:
        """Play one sound; `over` is called when it is, or when the device is gone."""

    def stream(self, speaker: AudioDevice) -> OpenSpeaker: ...
