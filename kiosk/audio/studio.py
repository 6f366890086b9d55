"""The sound of the admin panel: level meters, hearing yourself, a test sound, the sound check. No Qt.

What is done to the devices is done by a process of its own (see `kiosk.audio.studio_process`), which lives while it is
needed and a little longer. Use it on the thread of a running asyncio loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from kiosk.audio.ranking import AudioDevice
from kiosk.audio.server import sound_server_answers
from kiosk.audio.sound_check import SoundCheck, SoundVerdict
from kiosk.audio.studio_line import COMMAND, StudioLine
from kiosk.audio.studio_messages import Order, Report, Task, read_devices

logger = logging.getLogger(__name__)

LINGER = 20.0
"""Seconds the process is kept when nobody needs it: the next button is often pressed soon, and starting takes half a
second."""
TEST_LIMIT, CHECK_LIMIT = 15.0, 25.0
"""Seconds: start, devices that open slowly, and the sound itself."""
RETRY_FIRST, RETRY_MOST = 1.0, 15.0
"""Seconds until the meters are tried again after the process has ended, doubling while it goes on ending."""

NO_SERVER = "There is no sound server on this machine, or it is not running."
BROKE_OFF = "The sound system broke off."
NO_ANSWER = "The sound system does not answer."


Sentence = str
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Work:
    """What the process has been told to do.

    Attributes:
        order: as it was sent.
        finished: gets the result of an order that is carried out, or a sentence when it is not.
        levels: gets each level.
    """

    order: Order
    finished: Callable[[Result | None, Sentence | None], None]
    levels: Callable[[str, float], None] | None = None

    @property
    def lasting(self) -> bool:
        """It goes on with the next process when one has ended."""
        return self.levels is not None


class Work:
    """Something that goes on until it is closed."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close

    def close(self) -> None:
        """Let go of the devices at once. A second time nothing happens."""
        self._close()


class SoundStudio:
    """Satisfies the admin panel's `SoundDesk`."""

    def __init__(self, environ: Mapping[str, str], *, command: Sequence[str] = COMMAND, linger: float = LINGER) -> None:
        """
        Args:
            environ: the kiosk's environment.
            command: starts the sound process.
            linger: seconds it is kept when nobody needs it.
        """
        self._environ = environ
        self._command = command
        self._linger = linger
        self._line: StudioLine | None = None
        self._numbers = count(1)
        self._works: dict[int, _Work] = {}
        self._retry = RETRY_FIRST
        self._later: asyncio.TimerHandle | None = None
        self._last_words = BROKE_OFF
        self.microphones: tuple[AudioDevice, ...] | None = None
        """What the process sees plugged in; None while there is none. Better than asking Qt in the kiosk's own process,
        which goes blind when the sound server is started again."""
        self.speakers: tuple[AudioDevice, ...] | None = None

    def levels(self, on_level: Callable[[str, float], None]) -> Work:
        """Meter all microphones about 15 times a second until the answer is closed.

        `on_level` gets a microphone's name and its level, RMS of full scale, 0..1; when one is pulled out, 0 once more.
        A sound system that breaks off, or is not there yet, is tried again and again.
        """
        return self._begin(Order(id=next(self._numbers), task=Task.LEVELS), _nobody_waits, on_level)

    def hear_yourself(
        self,
        microphone: str,
        speaker: str | None,
        delay_s: float = 1.0,
        *,
        volume: float = 1.0,
        on_end: Callable[[str], None] | None = None,
    ) -> Work:
        """Play what the microphone hears, `delay_s` seconds later, until the answer is closed.

        It is never louder than a loud voice, also when the loudspeaker feeds the microphone; that is ended soon.

        Args:
            microphone: by name.
            speaker: by name; None: the system's own.
            delay_s: seconds.
            volume: 0..1.
            on_end: gets a sentence when it cannot begin, or cannot go on. Not called after closing.

        Raises:
            OSError: there is no sound server, or the process cannot be started.
        """
        self._must_have_server()
        number = next(self._numbers)
        order = Order(
            id=number, task=Task.HEAR, microphone=microphone, speaker=speaker, delay=delay_s, volume=_within(volume)
        )

        def finished(_result: Result | None, sentence: Sentence | None) -> None:
            if on_end is not None:
                on_end(sentence or BROKE_OFF)

        return self._begin(order, finished)

    async def play_test(self, speaker: str | None, *, volume: float = 1.0) -> None:
        """Play a short chime; returns when it is over. Cancelling stops it.

        Raises:
            OSError: it cannot be played; a sentence.
        """
        order = Order(id=next(self._numbers), task=Task.CHIME, speaker=speaker, volume=_within(volume))
        await self._carried_out(order, TEST_LIMIT)

    async def sound_check(self, microphone: str, speaker: str | None, *, volume: float = 1.0) -> SoundCheck:
        """Play a sweep and listen to it; some six seconds. Cancelling stops it.

        Raises:
            OSError: a device cannot be opened, is gone, or delivers nothing; a sentence.
        """
        number = next(self._numbers)
        order = Order(id=number, task=Task.CHECK, microphone=microphone, speaker=speaker, volume=_within(volume))
        result = await self._carried_out(order, CHECK_LIMIT) or {}
        return SoundCheck(**{**result, "verdict": SoundVerdict(result["verdict"])})

    def close(self) -> None:
        """End everything at once, and let go of every device. The studio may be used again."""
        works, self._works = self._works, {}
        self._hang_up()
        for work in works.values():
            if work.order.task in (Task.CHIME, Task.CHECK):  # somebody waits for it
                work.finished(None, BROKE_OFF)

    async def _carried_out(self, order: Order, limit: float) -> Result | None:
        self._must_have_server()
        future: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()

        def finished(result: Result | None, sentence: Sentence | None) -> None:
            if future.done():
                return
            if sentence is None:
                future.set_result(result)
            else:
                future.set_exception(OSError(sentence))

        work = self._begin(order, finished)
        try:
            async with asyncio.timeout(limit):
                return await future
        except TimeoutError:
            self._broken(NO_ANSWER)
            raise OSError(NO_ANSWER) from None
        finally:
            work.close()

    def _must_have_server(self) -> None:
        if sound_server_answers(self._environ) is False:
            raise OSError(NO_SERVER)

    def _begin(
        self,
        order: Order,
        finished: Callable[[Result | None, Sentence | None], None],
        levels: Callable[[str, float], None] | None = None,
    ) -> Work:
        work = _Work(order, finished, levels)
        self._call_off()
        try:
            line = self._connected()
        except OSError:
            if work.lasting or self._works:
                self._try_again()
            if not work.lasting:
                raise
        else:
            line.order(order)
        self._works[order.id] = work
        return Work(lambda: self._stop(order.id))

    def _stop(self, number: int) -> None:
        if self._works.pop(number, None) is None:
            return
        if self._line is not None:
            self._line.order(Order(id=number, task=Task.STOP))
        if not self._works:
            self._call_off()
            self._later = asyncio.get_running_loop().call_later(self._linger, self._hang_up)

    def _connected(self) -> StudioLine:
        if self._line is None:
            self._must_have_server()
            self._last_words = BROKE_OFF
            self._line = StudioLine(self._environ, self._reported, self._ended, self._command)
            for work in self._works.values():
                self._line.order(work.order)
        return self._line

    def _hang_up(self) -> None:
        self._call_off()
        line, self._line = self._line, None
        self.microphones = self.speakers = None
        if line is not None:
            line.close()

    def _reported(self, report: Report) -> None:
        match report:
            case {"id": int(number), "levels": dict(levels)}:
                self._retry = RETRY_FIRST
                self._tell_levels(number, levels)
            case {"id": int(number), "failed": str(sentence)}:
                self._finish(number, None, sentence)
            case {"id": int(number), "done": dict() | None as result}:
                self._finish(number, result, None)
            case {"devices": {"microphones": list(microphones), "speakers": list(speakers)}}:
                self.microphones, self.speakers = read_devices(microphones), read_devices(speakers)
            case {"lost": str(sentence)}:
                self._last_words = sentence
            case {"log": text}:
                logger.info("sound process: %s", text)
            case _:
                logger.warning("the sound process said %r", report)

    def _tell_levels(self, number: int, levels: Mapping[str, float]) -> None:
        for name, level in levels.items():
            work = self._works.get(number)  # whoever is told may close it
            if work is not None and work.levels is not None:
                work.levels(name, level)

    def _finish(self, number: int, result: Result | None, sentence: Sentence | None) -> None:
        work = self._works.get(number)
        if work is not None:
            self._stop(number)
            work.finished(result, sentence)

    def _ended(self) -> None:
        self._broken(self._last_words)

    def _broken(self, sentence: Sentence) -> None:
        """The process is of no use any more."""
        self._hang_up()
        ended = [work for work in self._works.values() if not work.lasting]
        self._works = {number: work for number, work in self._works.items() if work.lasting}
        if self._works:
            self._try_again()
        for work in ended:
            work.finished(None, sentence)

    def _try_again(self) -> None:
        self._call_off()
        self._later = asyncio.get_running_loop().call_later(self._retry, self._resume)
        self._retry = min(2 * self._retry, RETRY_MOST)

    def _resume(self) -> None:
        self._later = None
        try:
            self._connected()
        except OSError:
            self._try_again()

    def _call_off(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None


def _nobody_waits(_result: Result | None, _sentence: Sentence | None) -> None:
    pass


def _within(volume: float) -> float:
    return min(1.0, max(0.0, volume))
