"""The admin panel in the real window, driven by fingers and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.window import KioskWindow, Opening, Placement
from kiosk.window.admin.corner import AdminCorner
from kiosk.window.admin.panel import AdminPanel
from tests.qt.made_up_kiosk import BROKEN, NOW, PIN, REPORT, WELL, MadeUpKiosk
from tests.qt.test_window import Probe
from tests.support.virtual_screen import VirtualScreen

LOCALES = Path(__file__).parents[2] / "resources" / "admin" / "locales"
Button, Key = Qt.MouseButton, Qt.Key
CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


class Visit:
    """Somebody in front of the window, who can read it and touch it."""

    def __init__(self, qtbot: QtBot, window: KioskWindow, kiosk: MadeUpKiosk, loop: asyncio.AbstractEventLoop) -> None:
        self.qtbot = qtbot
        self.window = window
        self.kiosk = kiosk
        self.now = 50.0
        self.panel = AdminPanel(
            kiosk, kiosk, kiosk, LOCALES, spawn=loop.create_task, clock=lambda: self.now, wall=lambda: NOW
        )
        self.corner = AdminCorner(window, self.panel)

    def open(self) -> None:
        """By the chord; waits until the panel is there."""
        QTest.keyClick(self.window, Key.Key_A, CHORD)
        self.qtbot.waitUntil(lambda: self.window.admin_is_open)
        self.qtbot.waitUntil(lambda: bool(self.seen("close")))

    def enter(self) -> None:
        """Open it and give the PIN."""
        self.open()
        self.type(PIN)
        QTest.keyClick(self.window, Key.Key_Return)
        self.qtbot.waitUntil(lambda: self.says("state") != "")

    def page(self, name: str) -> None:
        self.touch(f"tab-{name}")
        self.qtbot.waitUntil(lambda: self.panel.property("page") == name)

    def type(self, digits: str) -> None:
        for digit in digits:
            QTest.keyClick(self.window, Key(Key.Key_0.value + int(digit)))

    def touch(self, name: str, within: str = "") -> None:
        """Tap the middle of what is called so."""
        found = self.seen(name, within)
        assert found, f"there is no {name}"
        item = found[0]
        self._bring_into_view(item)
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.window, Button.LeftButton, pos=middle)

    def says(self, name: str) -> str:
        """The text of what is called so; empty when it is not seen."""
        found = self.seen(name)
        return str(found[0].property("text")) if found else ""

    def seen(self, name: str, within: str = "") -> list[QQuickItem]:
        """Everything visible that is called so, in `within` or anywhere."""
        roots = self.seen(within) if within else [self.window.contentItem()]
        return [item for root in roots for item in _tree(root) if item.objectName() == name and item.isVisible()]

    def _bring_into_view(self, item: QQuickItem) -> None:
        parent = item.parentItem()
        while parent is not None and not parent.inherits("QQuickFlickable"):
            parent = parent.parentItem()
        if parent is not None:
            place = item.mapToItem(parent.property("contentItem"), QPointF(0, 0)).y()
            room = parent.property("contentHeight") - parent.height()
            parent.setProperty("contentY", max(0.0, min(place - parent.height() / 2, room)))


def _tree(root: QQuickItem) -> Iterator[QQuickItem]:
    yield root
    for child in root.childItems():
        yield from _tree(child)


@pytest.fixture
def loop(qapp: QGuiApplication) -> Iterator[asyncio.AbstractEventLoop]:
    with qasync.QEventLoop(qapp) as loop:
        yield loop


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[KioskWindow]:
    window = KioskWindow()
    window.place(Placement())
    qtbot.waitUntil(window.isExposed)
    window.lift_curtain()
    yield window
    window.close_admin()
    window.allow_close()
    window.close()
    shiboken6.delete(window)


@pytest.fixture
def kiosk() -> MadeUpKiosk:
    return MadeUpKiosk()


@pytest.fixture
def visit(qtbot: QtBot, window: KioskWindow, kiosk: MadeUpKiosk, loop: asyncio.AbstractEventLoop) -> Iterator[Visit]:
    visit = Visit(qtbot, window, kiosk, loop)
    yield visit
    visit.panel.close()


# --- the way in -----------------------------------------------------------------------------------------------


def test_closed_it_costs_nothing(visit: Visit) -> None:
    assert not visit.window.admin_is_open
    assert visit.window.rootObject().property("admin").property("item") is None
    assert not [timer for timer in visit.panel.children() if timer.property("active")]


def test_the_right_pin_on_the_keypad(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.open()
    assert visit.says("state") == "", "nothing is shown before the PIN"
    for digit in PIN:
        visit.touch(f"key-{digit}")
    visit.touch("key-ok")
    visit.qtbot.waitUntil(lambda: visit.says("state") == "In a conversation")
    assert kiosk.tries == [PIN]


def test_a_hand_at_the_screen_opens_it_and_gets_in(visit: Visit, wall: VirtualScreen) -> None:
    """Five clicks of the screen's own pointer, of which Qt takes every second for a double click."""
    wall.click(590, 10, times=4)
    wall.click(300, 790)
    QGuiApplication.processEvents()
    assert not visit.window.admin_is_open
    wall.click(590, 10, times=5)
    visit.qtbot.waitUntil(lambda: bool(visit.seen("key-ok")), timeout=5000)
    wall.key(*PIN, "Return")
    visit.qtbot.waitUntil(lambda: visit.says("state") == "In a conversation", timeout=5000)


def test_another_way_of_opening_can_be_set(visit: Visit) -> None:
    visit.window.set_opening(Opening(corner="none", keys="Ctrl+F8"))
    QTest.keyClick(visit.window, Key.Key_A, CHORD)
    QGuiApplication.processEvents()
    assert not visit.window.admin_is_open
    QTest.keyClick(visit.window, Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    visit.qtbot.waitUntil(lambda: visit.window.admin_is_open)


def test_the_keypads_keys_are_large_enough_for_a_finger(visit: Visit) -> None:
    visit.open()
    for name in (*"0123456789", "ok", "back"):
        (key,) = visit.seen(f"key-{name}")
        assert min(key.width(), key.height()) >= 64


def test_the_right_pin_on_a_keyboard_with_a_slip(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.open()
    visit.type(PIN[:-1] + "9")
    QTest.keyClick(visit.window, Key.Key_Backspace)
    visit.type(PIN[-1])
    QTest.keyClick(visit.window, Key.Key_Enter)
    visit.qtbot.waitUntil(lambda: visit.says("state") != "")
    assert kiosk.tries == [PIN]


def test_the_digits_are_not_on_the_screen(visit: Visit) -> None:
    visit.open()
    visit.type(PIN)
    texts = [item.property("text") for item in _tree(visit.window.contentItem()) if item.property("text")]
    assert not [text for text in texts if PIN in str(text)]
    assert visit.panel.pin_pad.property("count") == len(PIN)


def test_a_wrong_pin(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.open()
    visit.type("1357")
    with visit.qtbot.waitSignal(visit.panel.pin_pad.wrong):
        visit.touch("key-ok")
    assert visit.says("pinMessage") == "That is not the PIN"
    assert visit.says("state") == ""
    assert visit.panel.pin_pad.property("count") == 0
    visit.type("2")
    assert visit.says("pinMessage") != "That is not the PIN"


def test_three_digits_are_not_tried(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.open()
    visit.type("246")
    visit.touch("key-ok")
    QTest.keyClick(visit.window, Key.Key_Return)
    QGuiApplication.processEvents()
    assert kiosk.tries == []


def test_the_thirteenth_digit_is_not_taken(visit: Visit) -> None:
    visit.open()
    visit.type("1234567890123")
    assert visit.panel.pin_pad.property("count") == 12


def test_the_wait_after_wrong_tries_counts_down(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.locked = 29.5
    visit.open()
    assert visit.says("pinMessage") == "Too many wrong tries: wait 30 s"
    visit.type(PIN)
    visit.touch("key-1")
    visit.touch("key-ok")
    assert kiosk.tries == []
    kiosk.locked = 0.4
    visit.qtbot.waitUntil(lambda: visit.says("pinMessage").endswith("wait 1 s"))
    kiosk.locked = 0.0
    visit.qtbot.waitUntil(lambda: "wait" not in visit.says("pinMessage"))
    visit.type(PIN)
    visit.touch("key-ok")
    visit.qtbot.waitUntil(lambda: kiosk.tries == [PIN])


def test_a_try_that_ends_after_closing_opens_nothing(
    visit: Visit, kiosk: MadeUpKiosk, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: asyncio.Future[bool] = loop.create_future()

    async def try_pin(_pin: str) -> bool:
        return await asyncio.shield(slow)

    monkeypatch.setattr(kiosk, "try_pin", try_pin)
    visit.open()
    visit.type(PIN)
    QTest.keyClick(visit.window, Key.Key_Return)
    visit.qtbot.waitUntil(lambda: visit.says("pinMessage") == "One moment")
    visit.touch("close")
    visit.open()
    with visit.qtbot.assertNotEmitted(visit.panel.pin_pad.passed, wait=100):
        slow.set_result(True)
    assert visit.says("state") == ""


def test_without_a_pin_there_is_only_what_is_wrong(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.pin, kiosk.now = False, BROKEN
    visit.open()
    assert visit.says("noPin") == "No PIN has been set"
    assert visit.says("state") == "Needs a person"
    assert visit.says("problemsSummary") == "2 problems, 1 warning"
    assert not visit.seen("tab-device")
    for command in (visit.panel.reload_page, visit.panel.export_report, visit.panel.start_session):
        command()
    assert kiosk.commands == []


# --- the way out ----------------------------------------------------------------------------------------------


def test_the_close_button(visit: Visit) -> None:
    visit.enter()
    visit.touch("close")
    assert not visit.window.admin_is_open
    visit.open()
    assert visit.says("state") == "", "the PIN is asked for again"


def test_it_closes_by_itself(visit: Visit) -> None:
    visit.enter()
    visit.now += 49.0
    visit.panel.tick()
    assert visit.panel.property("countdown") == 0
    visit.now += 4.5
    visit.panel.tick()
    assert visit.panel.property("countdown") == 7
    visit.now += 6.5
    visit.qtbot.waitUntil(lambda: not visit.window.admin_is_open)


def test_a_touch_keeps_it_open(visit: Visit) -> None:
    visit.enter()
    visit.now += 55.0
    visit.panel.tick()
    assert visit.panel.property("countdown") == 5
    QTest.mouseClick(visit.window, Button.LeftButton, pos=QPoint(300, 780))
    assert visit.panel.property("countdown") == 0
    visit.now += 10.0
    visit.panel.tick()
    assert visit.window.admin_is_open


def test_a_key_keeps_it_open(visit: Visit) -> None:
    visit.enter()
    visit.now += 55.0
    visit.panel.tick()
    QTest.keyClick(visit.window, Key.Key_Tab)
    assert visit.panel.property("countdown") == 0


def test_the_page_behind_it_gets_nothing_and_gets_the_keyboard_back(visit: Visit) -> None:
    probe = Probe(visit.window.stage)
    probe.setFlag(QQuickItem.Flag.ItemIsFocusScope)
    probe.setFocus(True)
    visit.qtbot.waitUntil(lambda: not visit.window.curtain_is_down)
    visit.qtbot.waitUntil(probe.hasActiveFocus)
    visit.open()
    assert not probe.hasActiveFocus()
    for place in (QPoint(5, 795), QPoint(300, 400), QPoint(595, 795)):
        QTest.mouseClick(visit.window, Button.LeftButton, pos=place)
        QTest.mouseClick(visit.window, Button.RightButton, pos=place)
    assert probe.presses == 0
    visit.panel.close()
    assert probe.hasActiveFocus()
    QTest.mouseClick(visit.window, Button.LeftButton, pos=QPoint(300, 400))
    assert probe.presses == 1


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_it_turns_with_the_window(visit: Visit, rotation: int) -> None:
    visit.window.place(Placement(rotation=rotation))  # type: ignore[arg-type]
    visit.open()
    (button,) = visit.seen("close")
    corner = button.mapToScene(QPointF(button.width(), 0))
    expected = {90: (600, 800), 180: (0, 800), 270: (0, 0)}[rotation]
    assert abs(corner.x() - expected[0]) < 60
    assert abs(corner.y() - expected[1]) < 60
    visit.touch("close")
    assert not visit.window.admin_is_open


# --- what it does ---------------------------------------------------------------------------------------------


def test_the_session_is_ended_and_begun(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    assert visit.says("session") == "End the conversation"
    visit.touch("session")
    kiosk.now = replace(WELL, state="idle", session_started=None)
    visit.qtbot.waitUntil(lambda: visit.says("session") == "Start a conversation", timeout=3000)
    visit.touch("session")
    visit.touch("reload")
    assert kiosk.commands == ["end", "start", "reload"]
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") == "The page is being reloaded")


def test_a_refused_command_says_why(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    kiosk.refusal = "A visitor is being served."
    visit.touch("reload")
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") == "That was not done")
    assert visit.says("noticeDetail") == "A visitor is being served."
    visit.now += 30.0
    visit.panel.stir()
    visit.panel.tick()
    assert visit.says("noticeTitle") == "That was not done", "bad news stays until it is read"
    visit.touch("noticeTitle")
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") == "")


def test_good_news_goes_by_itself(visit: Visit) -> None:
    visit.enter()
    visit.touch("reload")
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") != "")
    visit.now += 9.0
    visit.panel.tick()
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") == "")


def test_leaving_is_asked_about_first(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("device")
    visit.touch("leave")
    visit.qtbot.waitUntil(lambda: visit.says("questionTitle") == "Leave to the desktop?")
    visit.touch("cancel")
    visit.qtbot.waitUntil(lambda: not visit.seen("cancel"))
    assert kiosk.commands == []
    visit.touch("leave")
    visit.qtbot.waitUntil(lambda: bool(visit.seen("confirm")))
    visit.touch("confirm")
    assert kiosk.commands == ["leave"]


def test_restarting_is_asked_about_first(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("device")
    visit.touch("restart")
    visit.qtbot.waitUntil(lambda: visit.says("questionTitle") == "Restart the kiosk?")
    visit.touch("confirm")
    assert kiosk.commands == ["restart"]


def test_the_report_is_written_and_its_place_said(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("device")
    visit.touch("export")
    visit.qtbot.waitUntil(lambda: visit.says("reportPath") == str(REPORT))
    visit.qtbot.waitUntil(lambda: visit.says("noticeTitle") == "The report is written")


def test_the_configuration_page(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.now = BROKEN
    visit.enter()
    visit.page("configuration")
    assert visit.says("problemsSummary") == "2 problems, 1 warning"
    assert visit.says("path") == "/etc/avatar-kiosk/config.toml"
    visit.touch("readConfig")
    assert kiosk.commands == ["read"]
    kiosk.now = WELL
    visit.qtbot.waitUntil(lambda: visit.says("problemsSummary") == "No problems", timeout=3000)


def test_the_language_is_the_sites_and_can_be_switched(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.now = replace(WELL, languages=("de-AT", "en"))
    visit.enter()
    assert visit.says("state") == "Im Gespräch"
    visit.touch("language-en")
    visit.qtbot.waitUntil(lambda: visit.says("state") == "In a conversation")


# --- sound ----------------------------------------------------------------------------------------------------


def order(visit: Visit) -> tuple[str, ...]:
    return visit.kiosk.now.microphone_wish


def test_microphones_are_ordered(visit: Visit) -> None:
    visit.enter()
    visit.page("sound")
    assert order(visit) == ("Sennheiser SP 30", "Jabra*", "auto")
    visit.touch("up", within="microphone-1")
    assert order(visit) == ("Jabra*", "Sennheiser SP 30", "auto")
    visit.touch("down", within="microphone-1")
    assert order(visit) == ("Jabra*", "auto", "Sennheiser SP 30")
    visit.touch("drop", within="microphone-2")
    assert order(visit) == ("Jabra*", "auto")
    visit.touch("use", within="microphone-3")
    assert order(visit) == ("HD Pro Webcam C920 Analog Stereo", "Jabra*", "auto")
    assert visit.kiosk.commands.count("microphones") == 4


def test_a_choice_that_cannot_be_saved_says_so(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.held = "The file cannot be written."
    visit.enter()
    visit.page("sound")
    visit.touch("use", within="speaker-1")
    visit.qtbot.waitUntil(lambda: visit.says("noticeDetail") == "The file cannot be written.")
    assert visit.says("noticeTitle") == "This holds until the next start"
    assert kiosk.now.speaker_wish == ("Jabra Speak 510 Analog Stereo", "auto")


def test_the_microphones_are_heard_only_while_they_are_seen(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    assert kiosk.opened == []
    visit.page("sound")
    (levels,) = kiosk.opened
    assert kiosk.on_level is not None
    kiosk.on_level("Jabra Speak 510 Mono", 0.001)
    visit.qtbot.waitUntil(lambda: visit.panel.sound_page.property("levels").get("Jabra Speak 510 Mono") == 0.0)
    kiosk.on_level("Jabra Speak 510 Mono", 1.0)
    visit.qtbot.waitUntil(lambda: visit.panel.sound_page.property("levels").get("Jabra Speak 510 Mono") == 1.0)
    assert not levels.closed
    visit.page("status")
    assert levels.closed


def test_hearing_oneself_begins_ends_and_ends_with_the_panel(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("sound")
    visit.touch("hear")
    expected = "hear Jabra Speak 510 Mono on HDMI / DisplayPort 2 (LG Electronics) after 1 s at 0.65"
    assert kiosk.commands[-1] == expected
    assert visit.says("hear") == "Stop listening"
    visit.touch("hear")
    assert kiosk.opened[-1].closed
    visit.touch("hear")
    assert not kiosk.opened[-1].closed
    visit.panel.close()
    assert all(opened.closed for opened in kiosk.opened)


def test_a_microphone_that_goes_while_it_is_heard(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("sound")
    visit.touch("hear")
    assert kiosk.on_end is not None
    kiosk.on_end("The microphone has been unplugged.")
    visit.qtbot.waitUntil(lambda: visit.says("noticeDetail") == "The microphone has been unplugged.")
    assert visit.says("hear") == "Hear yourself"


def test_the_test_sound(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("sound")
    visit.touch("test")
    visit.qtbot.waitUntil(lambda: kiosk.commands[-1].startswith("test HDMI"))
    visit.qtbot.waitUntil(lambda: visit.says("test") == "Test sound")


def test_the_sound_check(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("sound")
    visit.touch("check")
    visit.qtbot.waitUntil(lambda: visit.says("verdict") == "Sounds good")


def test_sound_that_does_not_work_says_so(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.sound_trouble = "There is no sound server on this machine."
    visit.enter()
    visit.page("sound")
    for name in ("hear", "test", "check"):
        visit.panel.dismiss()
        visit.touch(name)
        visit.qtbot.waitUntil(lambda: visit.says("noticeDetail") == "There is no sound server on this machine.")


def test_without_a_microphone_there_is_nothing_to_hear(visit: Visit, kiosk: MadeUpKiosk) -> None:
    kiosk.now = BROKEN
    visit.enter()
    visit.page("sound")
    visit.touch("check")
    visit.qtbot.waitUntil(lambda: visit.says("noticeDetail") == "No microphone is connected.")


def test_the_volume_stays_below_its_ceiling(visit: Visit, kiosk: MadeUpKiosk) -> None:
    visit.enter()
    visit.page("sound")
    (slider,) = visit.seen("volume")
    visit._bring_into_view(slider)

    def at(share: float) -> QPoint:
        return slider.mapToScene(QPointF(slider.width() * share, slider.height() - 20)).toPoint()

    QTest.mouseClick(visit.window, Button.LeftButton, pos=at(0.5))
    assert kiosk.commands[-1] == "volume 50"
    QTest.mousePress(visit.window, Button.LeftButton, pos=at(0.5))
    QTest.mouseMove(visit.window, at(0.99))
    QTest.mouseRelease(visit.window, Button.LeftButton, pos=at(0.99))
    assert kiosk.commands[-1] == "volume 80"


def test_nothing_is_said_on_the_console(visit: Visit, kiosk: MadeUpKiosk, qtlog: object) -> None:
    """A binding that fails is reported there."""
    visit.enter()
    for page in ("sound", "configuration", "device", "status"):
        visit.page(page)
        QGuiApplication.processEvents()
    kiosk.now = BROKEN
    visit.panel.refresh()
    for page in ("sound", "configuration", "device", "status"):
        visit.page(page)
        QGuiApplication.processEvents()
    visit.touch("close")
    messages = [record.message for record in qtlog.records]  # type: ignore[attr-defined]
    assert not [message for message in messages if ".qml" in message]
