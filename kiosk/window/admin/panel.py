"""The admin panel as QML sees it: which page is shown, what it says, what its buttons do, when it closes."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.window.admin.desk import AdminDesk, PinDoor, Refused, Snapshot, SoundDesk
from kiosk.window.admin.pin_pad import PinPad
from kiosk.window.admin.sound_page import SoundPage
from kiosk.window.admin.tasks import Tasks
from kiosk.window.admin.texts import Languages, Texts
from kiosk.window.admin.wording import View, config_view, device_view, status_view

PAGES = ("status", "sound", "configuration", "device")
COUNTDOWN = 10
"""Seconds before it closes by itself from which on it says so."""
TICK_MS = 250
REFRESH_MS = 1000
MESSAGE_SECONDS = 8.0

_QUESTIONS = ("restart", "leave")
_CONSOLE_COMMAND = "avatar-kiosk set-pin"


class AdminPanel(QObject):
    """Opened with `begin`, gone with `closed`. Between the two it knows everything; before and after it costs nothing.

    Whoever opens it sees the PIN's page; where no PIN has been set, only what is wrong and how to set one.
    """

    closed = Signal()
    view_changed = Signal()
    page_changed = Signal()
    texts_changed = Signal()
    countdown_changed = Signal()
    message_changed = Signal()
    question_changed = Signal()
    report_changed = Signal()
    status_changed = Signal()
    config_changed = Signal()
    device_changed = Signal()

    def __init__(
        self,
        desk: AdminDesk,
        door: PinDoor,
        sound: SoundDesk,
        locales: Path,
        *,
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`locales`: the folder of the panel's texts; `spawn`: the loop's `create_task`; `clock`: monotonic seconds;
        `wall`: the present moment, with a time zone.
        """
        super().__init__()
        self._desk = desk
        self._door = door
        self._clock = clock
        self._wall = wall
        self._languages = Languages(locales)
        self._texts = Texts("", {})
        self._names: list[View] = []
        self._tasks = Tasks(spawn)
        self._view = ""
        self._page = PAGES[0]
        self._stirred_at = 0.0
        self._close_after = 60.0
        self._countdown = 0
        self._message: View = {}
        self._message_ends = math.inf
        self._question = ""
        self._exporting = False
        self._report = ""
        self._views: dict[str, View] = {"status": {}, "config": {}, "device": {}}
        self.pin_pad = PinPad(door, self._tasks, self)
        self.pin_pad.passed.connect(self._enter)
        self.sound_page = SoundPage(desk, sound, self._tasks, self._say, self)
        self._tick_timer = self._timer(TICK_MS, self.tick)
        self._refresh_timer = self._timer(REFRESH_MS, self.refresh)

    # --- its life ------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Somebody opens the corner. While it is open nothing happens."""
        if self._view:
            self.stir()
            return
        snapshot = self._desk.snapshot()
        self._names = [{"code": code, "name": self._languages.read(code).say("language")} for code in self._codes()]
        self._texts = self._languages.read(self._languages.best(snapshot.languages))
        self._page = PAGES[0]
        self._report, self._exporting, self._question = "", False, ""
        self._clear_message()
        self.stir()
        self._show(snapshot)
        self.pin_pad.begin(self._texts)
        self._set_view("pin" if self._door.is_set() else "advice")
        for signal in (self.texts_changed, self.page_changed, self.report_changed, self.question_changed):
            signal.emit()
        self._tick_timer.start()
        self._refresh_timer.start()

    @Slot()
    def close(self) -> None:
        """Let go of every device, forget the PIN, and be gone."""
        if not self._view:
            return
        self._tick_timer.stop()
        self._refresh_timer.stop()
        self._tasks.cancel()
        self.sound_page.stop()
        self.pin_pad.begin(self._texts)
        self._set_view("")
        self.closed.emit()

    @Slot()
    def stir(self) -> None:
        """Somebody is there: the time until it closes by itself begins anew."""
        self._stirred_at = self._clock()
        self._set_countdown(0)

    @Slot()
    def tick(self) -> None:
        """Time has gone by."""
        now = self._clock()
        self.pin_pad.tick()
        if now >= self._message_ends:
            self._clear_message()
        left = self._close_after - (now - self._stirred_at)
        if left <= 0:
            self.close()
        else:
            self._set_countdown(math.ceil(left) if left <= COUNTDOWN else 0)

    @Slot()
    def refresh(self) -> None:
        """Show the kiosk as it is now."""
        self._show(self._desk.snapshot())

    def _enter(self) -> None:
        self._set_view("panel")
        self.show_page(PAGES[0])

    def _show(self, snapshot: Snapshot) -> None:
        self._close_after = snapshot.close_after
        now, texts = self._wall(), self._texts
        fresh = {
            "status": status_view(snapshot, texts, now),
            "config": config_view(snapshot.config, texts, now),
            "device": device_view(snapshot, texts, now),
        }
        changed = {"status": self.status_changed, "config": self.config_changed, "device": self.device_changed}
        for name, view in fresh.items():
            if view != self._views[name]:
                self._views[name] = view
                changed[name].emit()
        self.sound_page.show(snapshot, texts)

    # --- what its buttons do -------------------------------------------------------------------------------

    @Slot(str)
    def show_page(self, page: str) -> None:
        """One of `PAGES`, once the PIN was given."""
        if self._view != "panel" or page not in PAGES:
            return
        if page == "sound":
            self.sound_page.listen()
        elif self._page == "sound":
            self.sound_page.stop()
        self._page = page
        self._clear_message()
        self.page_changed.emit()

    @Slot(str)
    def speak(self, language: str) -> None:
        """Another language, by its code, until it is closed."""
        if self._view and language in self._codes():
            self._texts = self._languages.read(language)
            self.pin_pad.speak(self._texts)
            self._clear_message()
            self.texts_changed.emit()
            self.refresh()

    @Slot()
    def start_session(self) -> None:
        self._command(self._desk.start_session, "session_starts")

    @Slot()
    def end_session(self) -> None:
        self._command(self._desk.end_session, "session_ends")

    @Slot()
    def reload_page(self) -> None:
        self._command(self._desk.reload_page, "page_reloads")

    @Slot()
    def read_config(self) -> None:
        self._command(self._desk.read_config, "config_read")

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask whether it is meant: "restart" or "leave"; anything else takes the question back."""
        self._question = question if question in _QUESTIONS and self._view == "panel" else ""
        self.question_changed.emit()

    @Slot()
    def confirm(self) -> None:
        """It is meant."""
        question = self._question
        self.ask("")
        if question == "restart":
            self._command(self._desk.restart, "done")
        elif question == "leave":
            self._command(self._desk.leave, "done")

    @Slot()
    def export_report(self) -> None:
        if self._view == "panel" and not self._exporting:
            self._exporting = True
            self.report_changed.emit()
            self._tasks.start(self._export())

    @Slot()
    def dismiss(self) -> None:
        """The message has been read."""
        self._clear_message()

    async def _export(self) -> None:
        try:
            self._report = str(await self._desk.export_report())
        except (Refused, OSError) as error:
            self._say("bad", self._texts.say("failed"), str(error))
        else:
            self._say("good", self._texts.say("report_written"), self._report)
        finally:
            self._exporting = False
            self.report_changed.emit()

    def _command(self, command: Callable[[], None], done: str) -> None:
        if self._view != "panel":
            return
        try:
            command()
        except Refused as refusal:
            self._say("bad", self._texts.say("refused"), str(refusal))
        else:
            self._say("good", self._texts.say(done), "")
        self.refresh()

    # --- for QML -------------------------------------------------------------------------------------------

    def _say(self, tone: str, title: str, detail: str) -> None:
        """A message; what is bad stays until it is read, or another page is shown."""
        self._message = {"tone": tone, "title": title, "detail": detail}
        self._message_ends = math.inf if tone == "bad" else self._clock() + MESSAGE_SECONDS
        self.message_changed.emit()

    def _clear_message(self) -> None:
        self._message, self._message_ends = {}, math.inf
        self.message_changed.emit()

    def _set_view(self, view: str) -> None:
        self._view = view
        self.view_changed.emit()

    def _set_countdown(self, seconds: int) -> None:
        if seconds != self._countdown:
            self._countdown = seconds
            self.countdown_changed.emit()

    def _codes(self) -> list[str]:
        return self._languages.available()

    def _timer(self, interval: int, action: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(action)
        return timer

    view = Property(str, lambda self: self._view, notify=view_changed)
    """"pin", "advice", "panel"; nothing while it is closed."""
    page = Property(str, lambda self: self._page, notify=page_changed)
    texts = Property(dict, lambda self: dict(self._texts.words), notify=texts_changed)
    language = Property(str, lambda self: self._texts.language, notify=texts_changed)
    languages = Property(list, lambda self: self._names, notify=texts_changed)
    """Code and name of each."""
    countdown = Property(int, lambda self: self._countdown, notify=countdown_changed)
    """Seconds until it closes by itself; 0 while nobody needs to know."""
    message = Property(dict, lambda self: self._message, notify=message_changed)
    question = Property(str, lambda self: self._question, notify=question_changed)
    exporting = Property(bool, lambda self: self._exporting, notify=report_changed)
    report = Property(str, lambda self: self._report, notify=report_changed)
    status = Property(dict, lambda self: self._views["status"], notify=status_changed)
    config = Property(dict, lambda self: self._views["config"], notify=config_changed)
    device = Property(dict, lambda self: self._views["device"], notify=device_changed)
    command = Property(str, lambda _self: _CONSOLE_COMMAND, constant=True)
    """What sets a PIN."""
    pad = Property(QObject, lambda self: self.pin_pad, constant=True)
    sound = Property(QObject, lambda self: self.sound_page, constant=True)
