"""The page on which the PIN is typed. The digits stay here; the screen knows only how many there are."""

from __future__ import annotations

import math

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.window.admin.desk import PinDoor
from kiosk.window.admin.tasks import Tasks
from kiosk.window.admin.texts import Texts

SHORTEST, LONGEST = 4, 12
"""Digits of a PIN."""


class PinPad(QObject):
    """For QML. `passed` says that the right PIN was given."""

    passed = Signal()
    changed = Signal()
    wrong = Signal()
    """One wrong try, for the picture to shake its head."""

    def __init__(self, door: PinDoor, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._tasks = tasks
        self._texts: Texts | None = None
        self._digits = ""
        self._busy = False
        self._was_wrong = False
        self._wait = 0
        self._tries = 0

    def begin(self, texts: Texts) -> None:
        """Empty, in the words of `texts`."""
        self._texts = texts
        self._tries += 1
        self._digits, self._busy, self._was_wrong = "", False, False
        self.tick()
        self.changed.emit()

    def speak(self, texts: Texts) -> None:
        self._texts = texts
        self.changed.emit()

    def tick(self) -> None:
        """Time has gone by: the wait after wrong tries counts down."""
        wait = math.ceil(self._door.wait())
        if wait != self._wait:
            self._wait = wait
            if wait:
                self._digits = ""
            self.changed.emit()

    @Slot(str)
    def press(self, digit: str) -> None:
        """One key: a digit from "0" to "9"."""
        if self._open and len(digit) == 1 and digit in "0123456789" and len(self._digits) < LONGEST:
            self._digits += digit
            self._was_wrong = False
            self.changed.emit()

    @Slot()
    def back(self) -> None:
        """Take the last digit away."""
        if self._open:
            self._digits = self._digits[:-1]
            self.changed.emit()

    @Slot()
    def submit(self) -> None:
        """Try what has been typed."""
        if self._open and len(self._digits) >= SHORTEST:
            self._busy = True
            self.changed.emit()
            self._tasks.start(self._try())

    async def _try(self) -> None:
        current, digits, self._digits = self._tries, self._digits, ""
        right = await self._door.try_pin(digits)
        if current != self._tries:  # the panel was closed meanwhile, and opened again by somebody else
            return
        self._busy = False
        self._was_wrong = not right
        self.tick()
        self.changed.emit()
        if right:
            self.passed.emit()
        else:
            self.wrong.emit()

    @property
    def _open(self) -> bool:
        return not self._busy and not self._wait

    def _get_message(self) -> str:
        if self._texts is None:
            return ""
        if self._busy:
            return self._texts.say("pin_checking")
        if self._wait:
            return self._texts.say("pin_wait", span=self._texts.span(self._wait))
        return self._texts.say("pin_wrong" if self._was_wrong else "pin_text")

    count = Property(int, lambda self: len(self._digits), notify=changed)
    busy = Property(bool, lambda self: self._busy, notify=changed)
    wait = Property(int, lambda self: self._wait, notify=changed)
    """Seconds until the next try."""
    ready = Property(bool, lambda self: self._open and len(self._digits) >= SHORTEST, notify=changed)
    message = Property(str, _get_message, notify=changed)
    tone = Property(str, lambda self: "bad" if self._was_wrong or self._wait else "calm", notify=changed)
