"""Sound devices in one imaginary room: what is played is heard, later and quieter. On the loop's time."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.audio.machine import RATE, OpenDevice, OpenSpeaker
from kiosk.audio.pcm import Samples, scaled, silence
from kiosk.audio.ranking import AudioDevice, enumerated

BLOCK = 960
"""Samples a microphone delivers at a time."""
LONGEST = 60
"""Seconds of sound that the room remembers."""


def devices(*labels: str) -> tuple[AudioDevice, ...]:
    """Devices by label; the first is the default. Their ids count namesakes."""
    seen: list[str] = []
    pairs = []
    for label in labels:
        pairs.append((f"{label}-{seen.count(label)}", label))
        seen.append(label)
    return enumerated(pairs, pairs[0][0] if pairs else None)


@dataclass
class SoundRoom:
    """A `Machine`.

    Attributes:
        delay, gain: of the way from every loudspeaker to every microphone; seconds, and a factor.
        refuses: ids of devices that cannot be opened.
        dumb: ids of microphones that deliver nothing, or from now on nothing more.
        holes: where each of the next sounds has a hole, as on a busy machine; seconds from its beginning.
        open: ids of devices that are open now, one for each time.
    """

    delay: float = 0.1
    gain: float = 0.25
    inputs: tuple[AudioDevice, ...] = devices("Desk", "Ceiling")
    outputs: tuple[AudioDevice, ...] = devices("Speaker", "Screen")
    refuses: set[str] = field(default_factory=set)
    dumb: set[str] = field(default_factory=set)
    holes: list[float] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    heard_by_people: Samples = field(default_factory=lambda: silence(LONGEST * RATE))
    air: Samples = field(default_factory=lambda: silence(LONGEST * RATE))
    pull: dict[str, Callable[[], None]] = field(default_factory=dict)
    """By id: pull the plug of an open device, so that it ends."""

    def __post_init__(self) -> None:
        self._began = 1000.0

    def microphones(self) -> tuple[AudioDevice, ...]:
        return self.inputs

    def speakers(self) -> tuple[AudioDevice, ...]:
        return self.outputs

    def listen(self, microphone: AudioDevice, heard: Callable[[Samples], None], gone: Callable[[], None]) -> OpenDevice:
        self._check(microphone)
        self.pull[microphone.id] = gone
        return _OpenMicrophone(self, microphone.id, heard)

    def play(self, speaker: AudioDevice, sound: Samples, over: Callable[[], None]) -> OpenDevice:
        self._check(speaker)
        if self.holes:
            at = round(self.holes.pop(0) * RATE)
            sound = sound[:at] + silence(BLOCK * 3) + sound[at:]
        self.sound(self.now(), sound)
        end = asyncio.get_running_loop().call_later(len(sound) / RATE, over)
        self.pull[speaker.id] = over
        return _Open(self, speaker.id, end.cancel)

    def stream(self, speaker: AudioDevice) -> OpenSpeaker:
        self._check(speaker)
        return _OpenSpeaker(self, speaker.id)

    def now(self) -> int:
        """How many samples old the room is."""
        return round((asyncio.get_running_loop().time() - self._began) * RATE)

    def sound(self, at: int, samples: Samples) -> None:
        """A loudspeaker sounds."""
        self.heard_by_people[at : at + len(samples)] = samples
        self.say(at + round(self.delay * RATE), scaled(samples, self.gain))

    def say(self, at: int, samples: Samples) -> None:
        """Somebody makes a sound at the microphones."""
        end = at + len(samples)
        self.air[at:end] = array("h", map(int.__add__, self.air[at:end], samples))

    def _check(self, device: AudioDevice) -> None:
        if device.id in self.refuses:
            raise OSError(f"{device.name} cannot be opened.")


class _Open:
    def __init__(self, room: SoundRoom, identity: str, end: Callable[[], None]) -> None:
        self._room, self._identity, self._end = room, identity, end
        self._closed = False
        room.open.append(identity)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._room.open.remove(self._identity)
            self._end()


class _OpenMicrophone(_Open):
    def __init__(self, room: SoundRoom, identity: str, heard: Callable[[Samples], None]) -> None:
        super().__init__(room, identity, self._end_waiting)
        self._heard = heard
        self._at = room.now()
        self._wait()

    def _wait(self) -> None:
        self._next = asyncio.get_running_loop().call_later(BLOCK / RATE, self._deliver)

    def _end_waiting(self) -> None:
        self._next.cancel()

    def _deliver(self) -> None:
        self._wait()
        if self._identity not in self._room.dumb:
            self._heard(self._room.air[self._at : self._at + BLOCK])
        self._at += BLOCK


class _OpenSpeaker(_Open):
    def __init__(self, room: SoundRoom, identity: str) -> None:
        super().__init__(room, identity, lambda: None)
        self._at = room.now()

    def write(self, samples: Samples) -> None:
        self._at = max(self._at, self._room.now())
        self._room.sound(self._at, samples)
        self._at += len(samples)
