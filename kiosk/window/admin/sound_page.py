"""The page of microphones and speakers: their order, how loud they are, and trying them out."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.window.admin.desk import AdminDesk, Closeable, Device, Refused, Snapshot, SoundDesk
from kiosk.window.admin.order import moved, preferred, rows, without
from kiosk.window.admin.tasks import Tasks
from kiosk.window.admin.texts import Texts
from kiosk.window.admin.wording import View, check_view, row_view

PAINT_MS = 66
"""Milliseconds between two pictures of the meters: as often as levels come, however many microphones there are."""
DELAY = 1.0
"""Seconds after which one hears oneself: late enough not to talk over it."""
METER_RANGE = 60.0
"""Decibels from one end of a meter to the other: a quiet room just moves it."""

Say = Callable[[str, str, str], None]
"""Shows a message: its tone, its headline, its detail."""


class SoundPage(QObject):
    """For QML."""

    changed = Signal()
    levels_changed = Signal()

    def __init__(
        self, desk: AdminDesk, sound: SoundDesk, tasks: Tasks, say: Say, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sound = sound
        self._tasks = tasks
        self._say = say
        self._texts: Texts | None = None
        self._snapshot: Snapshot | None = None
        self._lists: dict[str, list[View]] = {"microphone": [], "speaker": []}
        self._levels: dict[str, float] = {}
        self._meters: Closeable | None = None
        self._ear: Closeable | None = None
        self._trial: asyncio.Task[None] | None = None
        self._trial_kind = ""
        self._result: View = {}
        self._paint = QTimer(self)
        self._paint.setInterval(PAINT_MS)
        self._paint.timeout.connect(self._paint_levels)
        self._levels_are_new = False

    def show(self, snapshot: Snapshot, texts: Texts) -> None:
        """What is there now."""
        lists = {
            "microphone": _views(snapshot.microphone_wish, snapshot.microphones, texts),
            "speaker": _views(snapshot.speaker_wish, snapshot.speakers, texts),
        }
        spoke_otherwise = self._texts is not None and texts.language != self._texts.language
        if spoke_otherwise:
            self._result = {}
        old, self._snapshot, self._texts = self._snapshot, snapshot, texts
        if lists != self._lists or spoke_otherwise or old is None or _volumes(old) != _volumes(snapshot):
            self._lists = lists
            self.changed.emit()

    def listen(self) -> None:
        """The page is seen: the meters move."""
        if self._meters is None:
            try:
                self._meters = self._sound.levels(self._heard)
            except OSError as error:
                self._complain(error)
            self._paint.start()

    def stop(self) -> None:
        """The page is left: every device is let go."""
        for opened in (self._meters, self._ear):
            if opened is not None:
                opened.close()
        self._meters = self._ear = None
        if self._trial is not None:
            self._trial.cancel()
        self._paint.stop()
        self._levels, self._result = {}, {}
        self.levels_changed.emit()
        self.changed.emit()

    @Slot(str, str)
    def prefer(self, kind: str, name: str) -> None:
        """Use this device before all others."""
        self._choose(kind, preferred(self._wish(kind), name))

    @Slot(str, str)
    def drop(self, kind: str, name: str) -> None:
        """Use it no more."""
        self._choose(kind, without(self._wish(kind), name))

    @Slot(str, int, int)
    def move(self, kind: str, place: int, by: int) -> None:
        """One place up (-1) or down (1) in the list."""
        self._choose(kind, moved(self._wish(kind), place, by))

    @Slot(int)
    def set_volume(self, percent: int) -> None:
        self._command(lambda: self._desk.set_volume(percent))

    @Slot()
    def toggle_hearing(self) -> None:
        """Hear oneself, or no more."""
        if self._ear is not None:
            self._ear.close()
            self._ear = None
        elif (microphone := self._needed_microphone()) is not None:
            try:
                self._ear = self._sound.hear_yourself(
                    microphone, self._using("speaker"), DELAY, volume=self._loudness, on_end=self._ear_is_gone
                )
            except OSError as error:
                self._complain(error)
        self.changed.emit()

    @Slot()
    def play_test(self) -> None:
        self._try("test", self._sound.play_test(self._using("speaker"), volume=self._loudness))

    @Slot()
    def sound_check(self) -> None:
        if (microphone := self._needed_microphone()) is not None:
            if self._ear is not None:
                self.toggle_hearing()
            self._result = {}
            self._try("check", self._check(microphone))

    async def _check(self, microphone: str) -> None:
        result = await self._sound.sound_check(microphone, self._using("speaker"), volume=self._loudness)
        if self._texts is not None:
            self._result = check_view(result, self._texts)

    def _try(self, kind: str, work: Coroutine[object, object, None]) -> None:
        if self._trial is not None:
            work.close()
            return
        self._trial_kind = kind
        self._trial = self._tasks.start(self._run(work))
        self.changed.emit()

    async def _run(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except OSError as error:
            self._complain(error)
        finally:
            self._trial, self._trial_kind = None, ""
            self.changed.emit()

    def _choose(self, kind: str, names: Sequence[str]) -> None:
        choose = self._desk.choose_microphones if kind == "microphone" else self._desk.choose_speakers
        self._command(lambda: choose(names))

    def _command(self, command: Callable[[], str | None]) -> None:
        if self._texts is None:
            return
        try:
            only_for_now = command()
        except Refused as refusal:
            self._say("bad", self._texts.say("refused"), str(refusal))
        else:
            if only_for_now:
                self._say("warn", self._texts.say("held"), only_for_now)
        self.show(self._desk.snapshot(), self._texts)
        self.changed.emit()

    def _heard(self, name: str, level: float) -> None:
        self._levels[name] = meter(level)
        self._levels_are_new = True

    def _paint_levels(self) -> None:
        if self._levels_are_new:
            self._levels_are_new = False
            self.levels_changed.emit()

    def _ear_is_gone(self, sentence: str) -> None:
        self._ear = None
        self._complain(OSError(sentence))
        self.changed.emit()

    def _needed_microphone(self) -> str | None:
        name = self._using("microphone")
        if name is None and self._texts is not None:
            self._say("bad", self._texts.say("failed"), self._texts.say("no_microphone"))
        return name

    def _complain(self, error: OSError) -> None:
        if self._texts is not None:
            self._say("bad", self._texts.say("failed"), str(error))

    def _wish(self, kind: str) -> tuple[str, ...]:
        if self._snapshot is None:
            return ()
        return self._snapshot.microphone_wish if kind == "microphone" else self._snapshot.speaker_wish

    def _using(self, kind: str) -> str | None:
        if self._snapshot is None:
            return None
        devices = self._snapshot.microphones if kind == "microphone" else self._snapshot.speakers
        return next((device.name for device in devices if device.in_use), None)

    @property
    def _loudness(self) -> float:
        return 1.0 if self._snapshot is None else _volumes(self._snapshot)[0] / 100

    def _volume(self, which: int) -> int:
        return _volumes(self._snapshot)[which] if self._snapshot is not None else 0

    microphones = Property(list, lambda self: self._lists["microphone"], notify=changed)
    speakers = Property(list, lambda self: self._lists["speaker"], notify=changed)
    levels = Property(dict, lambda self: self._levels, notify=levels_changed)
    """How far each meter is out, 0..1, by the name of the device."""
    volume = Property(int, lambda self: self._volume(0), notify=changed)
    ceiling = Property(int, lambda self: self._volume(1), notify=changed)
    hearing = Property(bool, lambda self: self._ear is not None, notify=changed)
    trial = Property(str, lambda self: self._trial_kind, notify=changed)
    """What goes on: "test", "check", or nothing."""
    result = Property(dict, lambda self: self._result, notify=changed)


def meter(level: float) -> float:
    """How far a meter is out, 0..1, at this RMS of full scale: ears go by decibels, and so does the meter."""
    return min(1.0, max(0.0, 1 + 20 * math.log10(max(level, 1e-9)) / METER_RANGE))


def _views(wish: Sequence[str], devices: Sequence[Device], texts: Texts) -> list[View]:
    return [row_view(row, texts) for row in rows(wish, devices)]


def _volumes(snapshot: Snapshot) -> tuple[int, int]:
    return min(snapshot.volume, snapshot.max_volume), snapshot.max_volume
