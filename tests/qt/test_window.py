"""The window: who closes it, what covers the page, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.window import CurtainLooks, KioskWindow, Placement
from tests.support.virtual_screen import Pixels, VirtualScreen

Mouse = Qt.MouseButton


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[KioskWindow]:
    """A window that fills the screen."""
    window = KioskWindow(CurtainLooks(organisation="Museum of Tests"))
    window.place(Placement())
    qtbot.waitUntil(window.isExposed)
    yield window
    window.allow_close()
    window.close()
    shiboken6.delete(window)


def lifted(qtbot: QtBot, window: KioskWindow) -> None:
    window.lift_curtain()
    qtbot.waitUntil(lambda: not window.curtain_is_down)


class Probe(QQuickItem):
    """Stands in for the page: takes what reaches it."""

    def __init__(self, stage: QQuickItem) -> None:
        super().__init__(stage)
        self.setSize(stage.size())
        self.setAcceptedMouseButtons(Mouse.AllButtons)
        self.presses = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.presses += 1
        event.accept()


def ink(pixels: Pixels) -> int:
    """How many pixels are as bright as writing on the dark theme."""
    return int((pixels.min(axis=2) > 130).sum())


def test_nobody_closes_the_window(qtbot: QtBot, window: KioskWindow) -> None:
    with qtbot.waitSignal(window.close_refused):
        assert not window.close()
    assert window.isVisible()


def test_quitting_the_application_is_refused_with_it(qtbot: QtBot, window: KioskWindow, qapp: QGuiApplication) -> None:
    event = QEvent(QEvent.Type.Quit)
    with qtbot.waitSignal(window.close_refused):
        QGuiApplication.sendEvent(qapp, event)
    assert not event.isAccepted()
    assert window.isVisible()


def test_whoever_is_authorised_closes_it(qtbot: QtBot, window: KioskWindow) -> None:
    window.allow_close()
    with qtbot.assertNotEmitted(window.close_refused):
        assert window.close()
    assert not window.isVisible()


def test_the_end_of_the_session_may_close_it(qtbot: QtBot, window: KioskWindow, qapp: QGuiApplication) -> None:
    """The session manager asks, then closes the windows; refusing would hold up the shutdown of the machine."""
    with qtbot.waitSignal(window.session_ending):
        qapp.commitDataRequest.emit(None)
    event = QCloseEvent()
    QGuiApplication.sendEvent(window, event)
    assert event.isAccepted()


def test_it_fills_the_screen(window: KioskWindow, wall: VirtualScreen) -> None:
    geometry = window.geometry()
    assert (geometry.x(), geometry.y(), geometry.width(), geometry.height()) == (0, 0, wall.width, wall.height)
    assert window.flags() & Qt.WindowType.FramelessWindowHint


def test_it_can_be_a_window_of_a_size(qtbot: QtBot, window: KioskWindow) -> None:
    window.place(Placement(fullscreen=False, size=(320, 480)))
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (320, 480))
    assert not window.flags() & Qt.WindowType.FramelessWindowHint
    window.place(Placement())
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (600, 800))


def test_a_minimised_kiosk_comes_back(qtbot: QtBot, window: KioskWindow) -> None:
    window.showMinimized()
    qtbot.waitUntil(lambda: window.visibility() == window.Visibility.FullScreen, timeout=5000)


def test_a_screen_that_is_missing_is_replaced_by_the_primary(
    window: KioskWindow, wall: VirtualScreen, caplog: pytest.LogCaptureFixture
) -> None:
    window.place(Placement(screen="DP-9"))
    assert window.screen() == QGuiApplication.primaryScreen()
    assert "no screen 'DP-9'" in caplog.text


@pytest.mark.parametrize(
    ("rotation", "size"), [(0, (600, 800)), (90, (800, 600)), (180, (600, 800)), (270, (800, 600))]
)
def test_the_stage_turns(qtbot: QtBot, window: KioskWindow, rotation: int, size: tuple[int, int]) -> None:
    window.place(Placement(rotation=rotation))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: (window.stage.width(), window.stage.height()) == size)
    corner = window.stage.mapToScene(QPointF(0, 0))
    assert (round(corner.x()), round(corner.y())) == {0: (0, 0), 90: (600, 0), 180: (600, 800), 270: (0, 800)}[rotation]


def test_the_curtain_covers_at_once_and_lifts_softly(qtbot: QtBot, window: KioskWindow, wall: VirtualScreen) -> None:
    lifted(qtbot, window)
    window.show_curtain("One moment please")
    assert window.curtain_is_down
    window.lift_curtain()
    assert window.curtain_is_down, "it takes a moment to lift"
    qtbot.waitUntil(lambda: not window.curtain_is_down)
    window.lift_curtain()
    assert not window.curtain_is_down


def test_a_curtain_that_falls_while_it_lifts_stays(qtbot: QtBot, window: KioskWindow) -> None:
    curtain = window.rootObject().property("curtain")
    with qtbot.waitSignal(curtain.opacityChanged):
        window.lift_curtain()
    with qtbot.assertNotEmitted(curtain.visibleChanged, wait=500):
        window.show_curtain("Once more")
    assert window.curtain_is_down


def test_the_sentence_is_seen(qtbot: QtBot, window: KioskWindow, wall: VirtualScreen) -> None:
    window.set_looks(CurtainLooks())
    window.show_curtain("I am getting ready for you", busy=False)
    qtbot.waitUntil(lambda: ink(wall.pixels()) > 300, timeout=5000)


def test_the_contact_is_shown_when_nothing_goes_on(qtbot: QtBot, window: KioskWindow, wall: VirtualScreen) -> None:
    contact = 1000
    """Pixels: much more than the sentence and the dots have, less than the contact's own."""
    window.set_looks(CurtainLooks(contact="Please call the reception, on the telephone to your right: 4711"))
    window.show_curtain("Resting", busy=True)
    qtbot.waitUntil(lambda: ink(wall.pixels()) > 50, timeout=5000)
    qtbot.wait(600)  # the words have faded in by then: to see that something does not come takes time
    assert ink(wall.pixels()) < contact
    window.show_curtain("Resting", busy=False)
    qtbot.waitUntil(lambda: ink(wall.pixels()) > contact, timeout=5000)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_colour_behind_everything_is_the_themes(
    qtbot: QtBot, window: KioskWindow, wall: VirtualScreen, theme: str
) -> None:
    looks = CurtainLooks(theme=theme)  # type: ignore[arg-type]
    window.set_looks(looks)
    lifted(qtbot, window)
    expected = np.array(looks.surface.getRgb()[:3])
    qtbot.waitUntil(lambda: bool((wall.pixels() == expected).all()), timeout=5000)


def test_a_logo_is_drawn(qtbot: QtBot, window: KioskWindow, wall: VirtualScreen, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path fill="#f0f" d="M0 0h4v2H0z"/></svg>'
    )
    window.set_looks(CurtainLooks(logo=logo))
    window.show_curtain("With a logo")
    qtbot.waitUntil(lambda: bool((wall.pixels() == [255, 0, 255]).all(axis=2).any()), timeout=5000)


def test_the_curtain_keeps_touches_from_the_page(qtbot: QtBot, window: KioskWindow) -> None:
    probe = Probe(window.stage)
    window.show_curtain("Not now")
    QTest.mouseClick(window, Mouse.LeftButton, pos=QPoint(300, 400))
    assert probe.presses == 0
    lifted(qtbot, window)
    QTest.mouseClick(window, Mouse.LeftButton, pos=QPoint(300, 400))
    assert probe.presses == 1
