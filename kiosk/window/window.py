"""The kiosk's one window: where the page is staged, what covers it, and who may close it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QMetaObject, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QColor, QFontDatabase, QGuiApplication, QScreen, QWindow
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk.window.admin.gesture import Opening
from kiosk.window.admin.opener import Opener
from kiosk.window.admin.palette import palette
from kiosk.window.lockdown import Lockdown
from kiosk.window.placement import Placement, choose_screen

log = logging.getLogger(__name__)

_PREFERRED_FONTS = ("Figtree", "Inter", "Segoe UI", "Noto Sans", "Open Sans", "Roboto", "DejaVu Sans")
_SETTLE_MS = 300
"""A screen that is plugged in or wakes up reports several changes in quick succession."""
_COME_BACK_MS = 1000
"""Time given to whatever took the focus. Shorter, two programs that both want it would fight without a pause."""


@dataclass(frozen=True, slots=True)
class CurtainLooks:
    """What the curtain shows beside its sentence. Colours are `#rrggbb`."""

    organisation: str = ""
    logo: Path | None = None
    contact: str = ""
    """Whom to call, shown when nothing is going on behind the curtain."""
    accent: str = "#2f6fed"
    background: str | None = None
    """Nothing: the theme's own."""
    theme: Literal["dark", "light"] = "dark"

    @property
    def surface(self) -> QColor:
        """The colour of the window itself, and of the page before it has painted."""
        own = QColor(self.background or "")
        return own if own.isValid() else QColor("#10141d" if self.theme == "dark" else "#efe8de")


class WindowError(Exception):
    """The window could not be made; the text says why."""


class KioskWindow(QQuickView):
    """Full screen, undecorated, above all others. Nobody closes it who is not authorised."""

    close_refused = Signal()
    """Somebody tried to close the window."""
    input_refused = Signal(str)
    """A key, click or gesture that the page does not get; which."""
    session_ending = Signal()
    """The operating system ends the session. The window may close from now on; leave soon."""
    admin_asked = Signal()
    """Somebody knows the hidden gesture, or the key chord."""
    stirred = Signal()
    """Somebody touched, moved or typed something."""

    def __init__(self, looks: CurtainLooks | None = None, *, font: Path | None = None) -> None:
        """`font`: the file of the page's own typeface, so that the curtain is set in it too."""
        application = QGuiApplication.instance()
        if not isinstance(application, QGuiApplication):
            raise WindowError("a window needs a QGuiApplication")
        super().__init__()
        self.setTitle(application.applicationDisplayName())  # without one, X11's old name for it stays empty
        self._may_close = False
        self._placement: Placement | None = None
        self._lockdown = Lockdown(self)
        self._lockdown.refused.connect(self.input_refused)
        self.installEventFilter(self._lockdown)
        self._opener = Opener(self, lambda: self._placement.rotation if self._placement else 0)
        self._opener.asked.connect(self.admin_asked)
        self._opener.stirred.connect(self.stirred)
        self.installEventFilter(self._opener)
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.setSource(QUrl.fromLocalFile(str(Path(__file__).with_name("Window.qml"))))
        if self.status() != QQuickView.Status.Ready:
            raise WindowError("; ".join(error.toString() for error in self.errors()))
        self._curtain: QQuickItem = self.rootObject().property("curtain")
        family = _font_family(font)
        self._curtain.setProperty("fontFamily", family)
        self.rootObject().setProperty("fontFamily", family)
        self.set_looks(looks or CurtainLooks())
        self._settle = QTimer(self)
        self._come_back = QTimer(self)
        self._watch_screens(application)
        self._watch_focus()
        application.commitDataRequest.connect(self._on_session_end)

    @property
    def stage(self) -> QQuickItem:
        """The item that a page fills, a QML `Loader`."""
        item: QQuickItem = self.rootObject().property("stage")
        return item

    @property
    def curtain_is_down(self) -> bool:
        """Whether the curtain hides the page, wholly or still in part."""
        return bool(self._curtain.isVisible())

    def set_looks(self, looks: CurtainLooks) -> None:
        """Change what the curtain shows, and the colour behind everything."""
        surface, accent = looks.surface, QColor(looks.accent)
        dark = surface.lightnessF() < 0.5
        self.setColor(surface)
        values: dict[str, object] = {
            "organisation": looks.organisation,
            "logo": QUrl.fromLocalFile(str(looks.logo)) if looks.logo else QUrl(),
            "contact": looks.contact,
            "accent": accent,
            "color": surface,
            "crest": _mixed(surface, QColor("#ffffff" if not dark else "#5a78b8"), 0.16 if dark else 0.8),
            "glow": QColor.fromRgbF(accent.redF(), accent.greenF(), accent.blueF(), 0.34 if dark else 0.20),
            "ink": QColor("#f7f3ec" if dark else "#1c2231"),
        }
        for name, value in values.items():
            self._curtain.setProperty(name, value)
        self.rootObject().setProperty("colours", palette(surface.name(), accent.name()).plain())

    def set_opening(self, opening: Opening) -> None:
        """From now on the admin panel is asked for like this."""
        self._opener.use(opening)

    @property
    def admin_is_open(self) -> bool:
        """Whether an admin panel covers everything else."""
        return self.rootObject().property("panel") is not None

    def open_admin(self, panel: QObject) -> None:
        """Show `panel` (an `AdminPanel`) above everything else, the curtain too. It takes all input."""
        self.rootObject().setProperty("panel", panel)

    def close_admin(self) -> None:
        """Take it away, and give the keyboard back to the page."""
        self.rootObject().setProperty("panel", None)

    def show_curtain(self, sentence: str, *, busy: bool = True) -> None:
        """Cover the page at once. Words follow a quarter of a second later, so a quick swap shows none.

        `busy`: something is going on that will end by itself; otherwise the contact is shown.
        """
        self._curtain.setProperty("sentence", sentence)
        self._curtain.setProperty("busy", busy)
        QMetaObject.invokeMethod(self._curtain, "fall")

    def lift_curtain(self) -> None:
        """Show the page again, softly. Nothing happens while it is shown already."""
        QMetaObject.invokeMethod(self._curtain, "lift")

    def place(self, placement: Placement) -> None:
        """Show the window on its screen. Called again, it moves."""
        self._placement = placement
        screens = QGuiApplication.screens()
        screen, found = choose_screen(placement.screen, screens, QGuiApplication.primaryScreen())
        if not found:
            names = ", ".join(screen.name() for screen in screens)
            log.warning("no screen %r, using %s; there are: %s", placement.screen, screen.name(), names)
        self.rootObject().setProperty("turn", placement.rotation)
        self.setScreen(screen)
        if placement.fullscreen:
            self.setFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
            # Without a window manager nobody makes a full-screen window as large as the screen.
            self.setGeometry(screen.geometry())
            self.showFullScreen()
        else:
            self.setFlags(Qt.WindowType.Window)
            self.resize(*placement.size)
            self.showNormal()
        self.requestActivate()

    def come_forward(self) -> None:
        """Before all other windows, with the keyboard."""
        self.raise_()
        self.requestActivate()

    def allow_close(self) -> None:
        """From now on the window closes when asked to."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.close_refused.emit()

    def _watch_screens(self, application: QGuiApplication) -> None:
        """Stay where we belong while screens come, go, and change: a monitor that sleeps does all three."""
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._place_again)
        for screen in application.screens():
            screen.geometryChanged.connect(self._settle.start)
        application.screenAdded.connect(self._on_screen_added)
        application.screenRemoved.connect(self._settle.start)
        application.primaryScreenChanged.connect(self._settle.start)

    def _watch_focus(self) -> None:
        self._come_back.setSingleShot(True)
        self._come_back.setInterval(_COME_BACK_MS)
        self._come_back.timeout.connect(self._return_to_front)
        self.activeChanged.connect(self._on_state_changed)
        self.visibilityChanged.connect(self._on_state_changed)

    def _on_screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._settle.start)
        self._settle.start()

    def _place_again(self) -> None:
        if self._placement is not None and self._placement.fullscreen:
            self.place(self._placement)

    def _on_session_end(self) -> None:
        self.allow_close()
        self.session_ending.emit()

    def _on_state_changed(self) -> None:
        if self._is_guarded() and not (self.isActive() and self.visibility() == QWindow.Visibility.FullScreen):
            self._come_back.start()

    def _return_to_front(self) -> None:
        if not self._is_guarded() or self.visibility() == QWindow.Visibility.Hidden:
            return
        if self.visibility() != QWindow.Visibility.FullScreen:
            self.showFullScreen()
        # Another window of our own may well have the focus.
        if QGuiApplication.focusWindow() is None:
            self.raise_()
            self.requestActivate()

    def _is_guarded(self) -> bool:
        return self._placement is not None and self._placement.fullscreen and not self._may_close


def _font_family(file: Path | None) -> str:
    """The family in the file, or else the most readable one that is installed."""
    if file is not None:
        families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
        if families:
            return families[0]
        log.warning("no font can be read from %s", file)
    installed = set(QFontDatabase.families())
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return next((family for family in _PREFERRED_FONTS if family in installed), system)


def _mixed(base: QColor, tint: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        base.redF() + (tint.redF() - base.redF()) * share,
        base.greenF() + (tint.greenF() - base.greenF()) * share,
        base.blueF() + (tint.blueF() - base.blueF()) * share,
    )
