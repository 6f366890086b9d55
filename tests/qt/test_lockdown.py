"""Which input passes: decided event by event, and proven at a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
    QWindow,
)
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.window.lockdown import Lockdown, refusal, refused_key

Key, Modifier, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
NONE = Modifier.NoModifier


@pytest.mark.parametrize(
    ("key", "modifiers", "text"),
    [
        (Key.Key_A, NONE, "a"),
        (Key.Key_A, Modifier.ShiftModifier, "A"),
        (Key.Key_Eacute, NONE, "é"),
        (Key.Key_unknown, NONE, "字"),
        (Key.Key_5, Modifier.KeypadModifier, "5"),
        (Key.Key_Space, NONE, " "),
        (Key.Key_At, Modifier.ControlModifier | Modifier.AltModifier, "@"),
        (Key.Key_At, Modifier.GroupSwitchModifier, "@"),
        (Key.Key_Dead_Circumflex, NONE, ""),
        (Key.Key_Return, NONE, "\r"),
        (Key.Key_Backspace, NONE, "\b"),
        (Key.Key_Tab, NONE, "\t"),
        (Key.Key_Backtab, Modifier.ShiftModifier, ""),
        (Key.Key_Left, NONE, ""),
        (Key.Key_Shift, Modifier.ShiftModifier, ""),
    ],
)
def test_writing_passes(key: Key, modifiers: Modifier, text: str) -> None:
    assert not refused_key(key.value, modifiers, text)


@pytest.mark.parametrize(
    ("key", "modifiers", "text"),
    [
        (Key.Key_A, Modifier.ControlModifier, "\x01"),
        (Key.Key_A, Modifier.AltModifier, "a"),
        (Key.Key_A, Modifier.MetaModifier, "a"),
        (Key.Key_Delete, Modifier.ControlModifier | Modifier.AltModifier, "\x7f"),
        (Key.Key_Left, Modifier.AltModifier, ""),
        (Key.Key_Tab, Modifier.ControlModifier, "\t"),
        (Key.Key_F4, Modifier.AltModifier, ""),
        (Key.Key_F12, NONE, ""),
        (Key.Key_Escape, NONE, "\x1b"),
        (Key.Key_Menu, NONE, ""),
        (Key.Key_Print, NONE, ""),
        (Key.Key_Super_L, NONE, ""),
        (Key.Key_Control, Modifier.ControlModifier, ""),
        (Key.Key_Back, NONE, ""),
        (Key.Key_HomePage, NONE, ""),
        (Key.Key_LaunchMail, NONE, ""),
        (Key.Key_VolumeUp, NONE, ""),
        (Key.Key_PowerOff, NONE, ""),
    ],
)
def test_commands_do_not(key: Key, modifiers: Modifier, text: str) -> None:
    assert refused_key(key.value, modifiers, text)


def mouse(kind: QEvent.Type, button: Button, modifiers: Modifier = NONE) -> QMouseEvent:
    return QMouseEvent(kind, QPointF(1, 1), QPointF(1, 1), button, button, modifiers)


def wheel(modifiers: Modifier) -> QWheelEvent:
    phase = Qt.ScrollPhase.NoScrollPhase
    return QWheelEvent(QPointF(1, 1), QPointF(1, 1), QPoint(), QPoint(0, 120), Button.NoButton, modifiers, phase, False)


def test_pointer_decisions() -> None:
    press = QEvent.Type.MouseButtonPress
    assert refusal(mouse(press, Button.LeftButton)) is None
    assert refusal(mouse(press, Button.LeftButton, Modifier.ControlModifier)) is None, (
        "stuck keys must not lock visitors out"
    )
    assert refusal(mouse(QEvent.Type.MouseMove, Button.NoButton)) is None
    assert refusal(mouse(press, Button.RightButton)) == "mouse button RightButton"
    assert refusal(mouse(QEvent.Type.MouseButtonDblClick, Button.MiddleButton)) == "mouse button MiddleButton"
    assert refusal(mouse(QEvent.Type.MouseButtonRelease, Button.BackButton)) == "mouse button BackButton"
    assert refusal(wheel(NONE)) is None
    assert refusal(wheel(Modifier.ControlModifier)) == "wheel with a modifier key"


@pytest.mark.usefixtures("qapp")  # without an application this event takes Qt down
def test_everything_dropped_in_is_refused() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/")])
    drop = QDropEvent(QPointF(), Qt.DropAction.CopyAction, data, Button.LeftButton, NONE)
    assert refusal(drop) == "drag and drop"
    assert refusal(QDragLeaveEvent()) == "drag and drop"


def test_menus_are_refused_and_input_methods_pass() -> None:
    assert refusal(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())) == "context menu"
    assert refusal(QInputMethodEvent("に", [])) is None


@pytest.fixture
def window(qapp: QGuiApplication) -> Iterator[QWindow]:
    window = QWindow()
    yield window
    shiboken6.delete(window)


def test_a_refused_event_goes_no_further_and_is_reported_once(qtbot: QtBot, window: QWindow) -> None:
    inner, reports = Recorder(), []
    window.installEventFilter(inner)  # asked after the lockdown, which is installed later
    lockdown = Lockdown(window)
    lockdown.refused.connect(reports.append)
    window.installEventFilter(lockdown)
    QTest.keyClick(window, Key.Key_R, Modifier.ControlModifier)
    assert reports == ["key R"]
    assert inner.keys == []
    QTest.keyClick(window, Key.Key_R)
    assert reports == ["key R"]
    assert inner.keys == [Key.Key_R.value]


def test_a_held_key_is_one_report(window: QWindow) -> None:
    reports: list[str] = []
    lockdown = Lockdown(window)
    lockdown.refused.connect(reports.append)
    window.installEventFilter(lockdown)
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_F5.value, NONE, "", repeated)
        QGuiApplication.sendEvent(window, event)
    assert reports == ["key F5"]


class Recorder(QObject):
    """Sees which key presses are left."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.keys.append(event.key())
        return False
