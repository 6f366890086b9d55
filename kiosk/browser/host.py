"""The page as the rest of the kiosk sees it: something to load, talk to, and replace."""

from __future__ import annotations

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtQuick import QQuickItem
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

from kiosk.browser.audio_service import end_audio_services
from kiosk.browser.page import Page, PageLooks, page_nursery
from kiosk.browser.resources import WebRoots
from kiosk.browser.scheme import SchemeHandler

log = logging.getLogger(__name__)


class PageHost(QObject):
    """Owns the page and whatever keeps it running.

    Loads are numbered from 1 without gaps; each ends the one before, whose messages are dropped from then on. Text
    that is sent waits until the current load says hello.
    """

    message = Signal(str)
    """JSON text from the current load."""
    renderer_gone = Signal(str)
    """The renderer process of the page ended by itself; why. `reload` and `rebuild` both start another."""
    load_failed = Signal(str)
    """The page could not be loaded, or went somewhere else; why."""
    distrusted = Signal()
    """A server's certificate was refused; `blocked` tells whose."""
    blocked = Signal(str)
    """The page, or somebody in front of it, tried what is not allowed; what. It had no effect."""

    def __init__(
        self,
        stage: QQuickItem,
        roots: WebRoots,
        *,
        connect_sources: tuple[str, ...] = (),
        looks: PageLooks | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`stage` is the QML `Loader` that the page fills. `connect_sources`: see `policy.connect_sources`."""
        super().__init__(parent)
        self._nursery = page_nursery(stage)
        self._looks = looks or PageLooks()
        self._handler = SchemeHandler(roots, connect_sources, self)
        self._number = 0
        self._page = self._create_page()
        self._retired: list[Page] = []

    @property
    def page_number(self) -> int:
        """Number of the current load, 0 before the first."""
        return self._number

    @property
    def chromium_version(self) -> str:
        return str(qWebEngineChromiumVersion())

    @property
    def item(self) -> QQuickItem:
        """The view of the current page."""
        return self._page.item

    def renderer_pid(self) -> int:
        """Process id of the page's renderer, 0 while there is none."""
        return self._page.renderer_pid()

    def send(self, text: str) -> None:
        """Deliver JSON text to the current load as soon as it listens."""
        self._page.bridge.send(text)

    def load(self) -> None:
        """Load the page in the view there is: a new document with a new number, the profile stays."""
        self._number += 1
        log.info("page load %d", self._number)
        self._page.load(self._number)

    reload = load

    def rebuild(self, *, kill: bool = True) -> None:
        """A new renderer, a new and empty profile, a new page in it, loaded at once.

        The old one is out of sight and silent when this returns, and gone a moment later; its renderer is killed
        outright unless `kill` is false, because one that hangs would not go by itself. May be called from anywhere,
        also while handling a message or the end of the old page. Cover the window until the new page has painted.
        """
        old, self._page = self._page, self._create_page()
        old.retire()
        if kill:
            old.kill_renderer()
        self._retired.append(old)
        self.load()
        QTimer.singleShot(0, self._destroy_retired)

    def renew_sound(self) -> None:
        """Let Chromium connect to the sound server anew. Whatever the page plays or records breaks off."""
        log.info("connecting to the sound server anew (%d audio service ended)", end_audio_services())

    def set_zoom(self, factor: float) -> None:
        """Zoom of this and all later pages, 0.25 to 5."""
        self._looks = replace(self._looks, zoom=factor)
        self._page.set_zoom(factor)

    def serve(self, roots: WebRoots, connect_sources: tuple[str, ...]) -> None:
        """Change what is served and which servers may be reached, from the next load on."""
        self._handler.roots = roots
        self._handler.connect_sources = connect_sources

    def dispose(self) -> None:
        """Delete the page and its profile; the host is of no use afterwards. Call it before the window goes."""
        self._destroy_retired()
        self._page.retire()
        self._page.destroy()

    def _create_page(self) -> Page:
        page = Page(
            self._nursery,
            handler=self._handler,
            looks=self._looks,
            on_message=self.message.emit,
            parent=self,
        )
        page.died.connect(self.renderer_gone)
        page.failed.connect(self.load_failed)
        page.refused.connect(self.blocked)
        page.distrusted.connect(self.distrusted)
        return page

    def _destroy_retired(self) -> None:
        retired, self._retired = self._retired, []
        for page in retired:
            page.destroy()
