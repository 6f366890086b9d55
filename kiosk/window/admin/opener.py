"""Watches the window's input for the hidden gesture and the key chord. Visitors' touches pass through untouched."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QTouchEvent, QWindow

from kiosk.window.admin.gesture import NOTHING, Opening, Touch, Trace, due, follow, turned

_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
_MOUSE: dict[QEvent.Type, Literal["press", "move", "release"]] = {
    QEvent.Type.MouseButtonPress: "press",
    QEvent.Type.MouseMove: "move",
    QEvent.Type.MouseButtonRelease: "release",
}
_TOUCH: dict[QEvent.Type, Literal["press", "move", "release", "cancel"]] = {
    QEvent.Type.TouchBegin: "press",
    QEvent.Type.TouchUpdate: "move",
    QEvent.Type.TouchEnd: "release",
    QEvent.Type.TouchCancel: "cancel",
}
_OTHER_SIGNS_OF_LIFE = frozenset({QEvent.Type.Wheel, QEvent.Type.TabletPress})


class Opener(QObject):
    """Event filter for the kiosk's window. Install it after the lockdown: what comes last is asked first, and the
    lockdown lets no chord through.
    """

    asked = Signal()
    """Somebody knows the gesture, or the chord."""
    stirred = Signal()
    """Somebody touched, moved or typed something."""

    def __init__(self, window: QWindow, turn: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        """`turn`: by how many degrees the picture is turned in the window; `clock`: monotonic seconds."""
        super().__init__(window)
        self._window = window
        self._turn = turn
        self._clock = clock
        self._opening = Opening()
        self._chord = QKeySequence(self._opening.keys)
        self._trace: Trace = NOTHING
        self._place = QPointF()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(lambda: self._feel("wait", self._place))

    def use(self, opening: Opening) -> None:
        """From now on it is opened like this. A chord that Qt cannot read opens nothing."""
        self._opening = opening
        self._chord = QKeySequence(opening.keys)
        self._forget()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind in _KEYS and isinstance(event, QKeyEvent):
            return self._on_key(event)
        if kind in _MOUSE and isinstance(event, QMouseEvent):
            self.stirred.emit()
            self._on_mouse(_MOUSE[kind], event)
        elif kind in _TOUCH and isinstance(event, QTouchEvent):
            self.stirred.emit()
            self._on_touch(_TOUCH[kind], event)
        elif kind in _OTHER_SIGNS_OF_LIFE:
            self.stirred.emit()
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        self.stirred.emit()
        pressed = QKeySequence(event.keyCombination())
        if self._chord.isEmpty() or pressed.matches(self._chord) != QKeySequence.SequenceMatch.ExactMatch:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._ask()
        return True

    def _on_mouse(self, kind: Literal["press", "move", "release"], event: QMouseEvent) -> None:
        # A touch that nobody took comes once more, as a mouse of Qt's making.
        if event.source() == Qt.MouseEventSource.MouseEventSynthesizedByQt:
            return
        left = Qt.MouseButton.LeftButton
        meant = event.button() == left if kind != "move" else event.buttons() == left
        if meant:
            self._feel(kind, event.position())
        elif kind != "move":
            self._forget()

    def _on_touch(self, kind: Literal["press", "move", "release", "cancel"], event: QTouchEvent) -> None:
        points = event.points()
        if len(points) == 1 and kind != "cancel":
            self._feel(kind, points[0].position())
        else:
            self._forget()

    def _feel(self, kind: Literal["press", "move", "release", "wait"], at: QPointF) -> None:
        self._place = at
        x, y, width, height = turned(at.x(), at.y(), self._window.width(), self._window.height(), self._turn())
        touch = Touch(kind, x, y, width, height, self._clock())
        self._trace, asked = follow(self._trace, touch, self._opening)
        when = due(self._trace, self._opening)
        if when is None:
            self._rest.stop()
        else:
            # One millisecond more: the timer and the clock need not be of one opinion.
            self._rest.start(max(0, round((when - touch.at) * 1000)) + 1)
        if asked:
            self._ask()

    def _forget(self) -> None:
        self._trace = NOTHING
        self._rest.stop()

    def _ask(self) -> None:
        """After this event has gone its way: the page gets the end of every touch it saw begin."""
        QTimer.singleShot(0, self, self.asked.emit)
