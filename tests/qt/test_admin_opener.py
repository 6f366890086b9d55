"""The hidden gesture and the key chord at a real window: they open the panel, and visitors notice nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPointingDevice, QWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.window.admin.gesture import PRESS, Opening
from kiosk.window.admin.opener import Opener
from kiosk.window.lockdown import Lockdown
from tests.qt.test_lockdown import Recorder

Key, Modifier, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
CHORD = Modifier.ControlModifier | Modifier.AltModifier | Modifier.ShiftModifier
CORNER, MIDDLE = QPoint(590, 10), QPoint(300, 400)


class Rig:
    """A window with the lockdown and the opener, as the kiosk has them, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.window = QWindow()
        self.window.resize(600, 800)
        self.turn = 0
        self.now = 100.0
        self.asked = self.stirred = 0
        self.refused: list[str] = []
        lockdown = Lockdown(self.window)
        lockdown.refused.connect(self.refused.append)
        self.window.installEventFilter(lockdown)
        self.opener = Opener(self.window, lambda: self.turn, lambda: self.now)
        self.opener.asked.connect(self._on_asked)
        self.opener.stirred.connect(self._on_stirred)
        self.window.installEventFilter(self.opener)

    def _on_asked(self) -> None:
        self.asked += 1

    def _on_stirred(self) -> None:
        self.stirred += 1

    def tap(self, at: QPoint, times: int = 1) -> None:
        for _ in range(times):
            QTest.mouseClick(self.window, Button.LeftButton, pos=at)
            self.now += 0.2


@pytest.fixture
def rig(qapp: QGuiApplication) -> Iterator[Rig]:
    rig = Rig()
    yield rig
    shiboken6.delete(rig.window)


@pytest.fixture(scope="module")
def finger(qapp: QGuiApplication) -> QPointingDevice:
    return QTest.createTouchDevice()


def test_five_taps_ask_once(qtbot: QtBot, rig: Rig) -> None:
    rig.tap(CORNER, 4)
    QGuiApplication.processEvents()
    assert rig.asked == 0
    rig.tap(CORNER)
    qtbot.waitUntil(lambda: rig.asked == 1)


def test_taps_elsewhere_do_not(rig: Rig) -> None:
    rig.tap(MIDDLE, 12)
    QGuiApplication.processEvents()
    assert rig.asked == 0


def test_a_press_asks_while_it_lasts(qtbot: QtBot, rig: Rig) -> None:
    QTest.mousePress(rig.window, Button.LeftButton, pos=CORNER)
    rig.now += PRESS
    qtbot.waitUntil(lambda: rig.asked == 1, timeout=5000)
    QTest.mouseRelease(rig.window, Button.LeftButton, pos=CORNER)
    QGuiApplication.processEvents()
    assert rig.asked == 1


def test_a_drag_out_of_the_corner_does_not(rig: Rig) -> None:
    QTest.mousePress(rig.window, Button.LeftButton, pos=CORNER)
    QTest.mouseMove(rig.window, MIDDLE)
    rig.now += 2 * PRESS
    QTest.mouseRelease(rig.window, Button.LeftButton, pos=CORNER)
    QGuiApplication.processEvents()
    assert rig.asked == 0


def test_the_right_button_does_not(rig: Rig) -> None:
    for _ in range(6):
        QTest.mouseClick(rig.window, Button.RightButton, pos=CORNER)
    QGuiApplication.processEvents()
    assert rig.asked == 0


def test_fingers_tap_too(qtbot: QtBot, rig: Rig, finger: QPointingDevice) -> None:
    for _ in range(5):
        QTest.touchEvent(rig.window, finger).press(0, CORNER, rig.window).commit()
        QTest.touchEvent(rig.window, finger).release(0, CORNER, rig.window).commit()
        rig.now += 0.2
    qtbot.waitUntil(lambda: rig.asked == 1)


def test_two_fingers_do_not(rig: Rig, finger: QPointingDevice) -> None:
    for _ in range(6):
        QTest.touchEvent(rig.window, finger).press(0, CORNER, rig.window).press(1, MIDDLE, rig.window).commit()
        QTest.touchEvent(rig.window, finger).release(0, CORNER, rig.window).release(1, MIDDLE, rig.window).commit()
        rig.now += 0.2
    QGuiApplication.processEvents()
    assert rig.asked == 0


@pytest.mark.parametrize(("turn", "corner"), [(90, (590, 790)), (180, (10, 790)), (270, (10, 10))])
def test_the_corner_is_the_pictures(qtbot: QtBot, rig: Rig, turn: int, corner: tuple[int, int]) -> None:
    rig.turn = turn
    rig.tap(CORNER, 5)
    QGuiApplication.processEvents()
    assert rig.asked == 0
    rig.tap(QPoint(*corner), 5)
    qtbot.waitUntil(lambda: rig.asked == 1)


def test_another_corner_can_be_chosen(qtbot: QtBot, rig: Rig) -> None:
    rig.opener.use(Opening(corner="bottom-left"))
    rig.tap(CORNER, 5)
    QGuiApplication.processEvents()
    assert rig.asked == 0
    rig.tap(QPoint(10, 790), 5)
    qtbot.waitUntil(lambda: rig.asked == 1)


def test_the_chord_asks_although_the_lockdown_lets_none_through(qtbot: QtBot, rig: Rig) -> None:
    QTest.keyClick(rig.window, Key.Key_A, CHORD)
    qtbot.waitUntil(lambda: rig.asked == 1)
    assert rig.refused == []


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [(Key.Key_A, Modifier.ControlModifier), (Key.Key_B, CHORD), (Key.Key_A, Modifier.NoModifier)],
)
def test_other_keys_do_not(rig: Rig, key: Key, modifiers: Modifier) -> None:
    QTest.keyClick(rig.window, key, modifiers)
    QGuiApplication.processEvents()
    assert rig.asked == 0


def test_the_chord_can_be_another_or_none(qtbot: QtBot, rig: Rig) -> None:
    rig.opener.use(Opening(keys="F10"))
    QTest.keyClick(rig.window, Key.Key_A, CHORD)
    QTest.keyClick(rig.window, Key.Key_F10)
    qtbot.waitUntil(lambda: rig.asked == 1)
    rig.opener.use(Opening(keys=""))
    QTest.keyClick(rig.window, Key.Key_F10)
    QTest.keyClick(rig.window, Key.Key_unknown)
    QGuiApplication.processEvents()
    assert rig.asked == 1
    assert "key F10" in rig.refused


def test_visitors_keep_their_touches_and_keys(rig: Rig) -> None:
    seen = Recorder()
    rig.window.installEventFilter(seen)
    rig.window.installEventFilter(rig.opener)  # installed again it is asked first again
    rig.tap(CORNER, 5)
    QTest.keyClick(rig.window, Key.Key_5)
    assert seen.keys == [Key.Key_5.value]
    assert rig.stirred >= 11, "and everything counts as a sign of life"
