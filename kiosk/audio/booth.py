"""What the sound process does with its devices: meters, hearing yourself, the test sound, the sound check.

On asyncio's loop, through protocols: it knows no Qt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict

from kiosk.audio import chime
from kiosk.audio.delay_line import DelayLine
from kiosk.audio.ear import Ear
from kiosk.audio.machine import RATE, Machine
from kiosk.audio.pcm import Samples, level, scaled, silence
from kiosk.audio.ranking import AudioDevice
from kiosk.audio.sound_check import ROOM_FOR_ECHO, SoundCheck, Take, evaluate
from kiosk.audio.studio_messages import Order, Report, Task, devices_report
from kiosk.audio.sweep import Sweep, render

METERED = 1 / 15
"""Seconds between two levels: as smooth as a meter has to be."""
LOOK_EVERY = 1.0
"""Seconds between two looks at what is plugged in. Who records a source that is pulled out is told nothing: PulseAudio
moves the recording to another microphone."""
QUIET_BEFORE = 0.6
"""Seconds of the surroundings that are recorded before the sweep."""
DOUBTFUL = -15.0
"""dB of sound at the wrong time from which a second take is worth its four seconds."""
WAKE = 0.4
"""Seconds of silence before every sound: screens and wireless loudspeakers swallow the first moments."""


class Booth:
    """Carries out orders until it is told to stop them, or the sound system breaks off."""

    def __init__(self, machine: Machine, tell: Callable[[Report], None], answers: Callable[[], bool | None]) -> None:
        """
        Args:
            machine: the devices.
            tell: takes reports.
            answers: whether the sound server does; None: that cannot be known.
        """
        self._machine = machine
        self._tell = tell
        self._answers = answers
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ears: set[Ear] = set()

    def order(self, order: Order) -> None:
        """Begin to carry it out, or stop the one of the same id."""
        if order.task is Task.STOP:
            if order.id in self._tasks:
                self._tasks[order.id].cancel()
            return
        task = asyncio.get_running_loop().create_task(self._carry_out(order), name=f"{order.task} {order.id}")
        self._tasks[order.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(order.id))

    async def watch(self) -> str:
        """Tell what is plugged in, until the sound system breaks off; why, as a sentence."""
        told: Report = {}
        while True:
            # Qt never finds its way back to a server that was away for some seconds, and can crash meanwhile.
            if self._answers() is False:
                return "The sound server is gone."
            if any(ear.stuck for ear in self._ears):
                return "The sound system delivers nothing any more."
            devices = devices_report(self._machine.microphones(), self._machine.speakers())
            if devices != told:
                self._tell(devices)
                told = devices
            await asyncio.sleep(LOOK_EVERY)

    async def _carry_out(self, order: Order) -> None:
        result: dict[str, object] | None = None
        try:
            match order.task:
                case Task.LEVELS:
                    await self._levels(order.id)
                case Task.HEAR:
                    await self._hear(order)
                case Task.CHIME:
                    await self._chime(order)
                case Task.CHECK:
                    result = asdict(await self._check(order))
        except OSError as error:
            self._tell({"id": order.id, "failed": str(error)})
        else:
            self._tell({"id": order.id, "done": result})

    async def _levels(self, number: int) -> None:
        """Meter every microphone, also those that come later."""
        meters: dict[str, Ear] = {}
        looked = float("-inf")
        clock = asyncio.get_running_loop().time
        try:
            while True:
                levels = {ear.microphone.name: level(heard) for ear in meters.values() if (heard := ear.take())}
                if clock() - looked >= LOOK_EVERY:
                    looked = clock()
                    levels |= self._look_after(meters)
                if levels:
                    self._tell({"id": number, "levels": levels})
                await asyncio.sleep(METERED)
        finally:
            for ear in meters.values():
                self._close(ear)

    def _look_after(self, meters: dict[str, Ear]) -> dict[str, float]:
        """Open what is new and close what is gone; a last level for that."""
        present = {device.id: device for device in self._machine.microphones() if not device.is_monitor}
        last = {}
        for identity, ear in list(meters.items()):
            if ear.gone or present.get(identity) != ear.microphone:  # its name changes when a namesake is pulled out
                last[ear.microphone.name] = 0.0
                self._close(meters.pop(identity))
        for identity in present.keys() - meters.keys():
            try:
                meters[identity] = self._open(present[identity])
            except OSError:
                continue  # in other hands; it is tried again with the next look
        return last

    async def _hear(self, order: Order) -> None:
        """Play back what is heard, until it is stopped.

        Raises:
            OSError: it cannot go on.
        """
        microphone, speaker = self._microphone(order.microphone), self._speaker(order.speaker)
        line = DelayLine(order.delay, RATE)
        clock = asyncio.get_running_loop().time
        looked = clock()
        with closing(self._machine.stream(speaker)) as output, self._listening(microphone) as ear:
            while True:
                output.write(scaled(line.pass_on(await ear.more()), order.volume))
                if clock() - looked < LOOK_EVERY:
                    continue
                looked = clock()
                self._must_be_there(microphone, speaker)
                if line.howls:
                    raise OSError("The loudspeaker feeds the microphone. Turn one of them down, or move them apart.")

    async def _chime(self, order: Order) -> None:
        speaker = self._speaker(order.speaker)
        sound = scaled(chime.render(RATE), order.volume)
        over = asyncio.Event()
        with closing(self._machine.play(speaker, silence(round(WAKE * RATE)) + sound, over.set)):
            await over.wait()
        self._must_be_there(speaker)

    async def _check(self, order: Order) -> SoundCheck:
        """One take, or two: a busy machine tears holes into a sound, which look like an echo."""
        microphone, speaker = self._microphone(order.microphone), self._speaker(order.speaker)
        played = scaled(render(Sweep(), RATE), order.volume)
        with self._listening(microphone) as ear:
            check = await self._take(ear, speaker, played)
            if check.stray_db is None or check.stray_db < DOUBTFUL:
                return check
            again = await self._take(ear, speaker, played)
            return again if again.stray_db is not None and again.stray_db < check.stray_db else check

    async def _take(self, ear: Ear, speaker: AudioDevice, played: Samples) -> SoundCheck:
        wake = silence(round(WAKE * RATE))
        await ear.begin()
        recorded = await _record(ear, silence(0), round(QUIET_BEFORE * RATE))
        started = asyncio.get_running_loop().time()
        with closing(self._machine.play(speaker, wake + played, lambda: None)):
            enough = len(recorded) + len(wake) + len(played) + round((ROOM_FOR_ECHO + 0.5) * RATE)
            recorded = await _record(ear, recorded, enough)
        self._must_be_there(ear.microphone, speaker)
        return evaluate(Take(recorded, played, RATE, ear.captured(started) + len(wake)))

    @contextmanager
    def _listening(self, microphone: AudioDevice) -> Iterator[Ear]:
        ear = self._open(microphone)
        try:
            yield ear
        finally:
            self._close(ear)

    def _open(self, microphone: AudioDevice) -> Ear:
        ear = Ear(self._machine, microphone)
        self._ears.add(ear)
        return ear

    def _close(self, ear: Ear) -> None:
        self._ears.discard(ear)
        ear.close()

    def _microphone(self, name: str) -> AudioDevice:
        found = _named(name, self._machine.microphones())
        if found is None:
            raise OSError(f"There is no microphone {name}.")
        return found

    def _speaker(self, name: str | None) -> AudioDevice:
        speakers = self._machine.speakers()
        if name is None:
            found = next((device for device in speakers if device.is_default), None) or next(iter(speakers), None)
        else:
            found = _named(name, speakers)
        if found is None:
            raise OSError("There is no loudspeaker." if name is None else f"There is no loudspeaker {name}.")
        return found

    def _must_be_there(self, *devices: AudioDevice) -> None:
        present = {device.id for device in (*self._machine.microphones(), *self._machine.speakers())}
        for device in devices:
            if device.id not in present:
                raise OSError(f"{device.name} is gone.")


async def _record(ear: Ear, recorded: Samples, count: int) -> Samples:
    """`recorded`, and what follows it, until it is at least `count` samples long."""
    while len(recorded) < count:
        recorded = recorded + await ear.more()
    return recorded


def _named(name: str, devices: Sequence[AudioDevice]) -> AudioDevice | None:
    return next((device for device in devices if device.name == name), None)
