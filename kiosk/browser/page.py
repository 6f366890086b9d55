"""One page: a view, its profile and its bridge, and the decisions about what it may do."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import Q_ARG, QMetaObject, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtQuick import QQuickItem
from PySide6.QtWebEngineCore import QWebEnginePermission

from kiosk.browser.bridge import CHANNEL_NAME, Bridge
from kiosk.browser.policy import for_log, is_module, page_url, same_origin
from kiosk.browser.profile import fresh_profile
from kiosk.browser.scheme import SchemeHandler
from kiosk.browser.throttle import Throttle

log = logging.getLogger(__name__)
page_log = logging.getLogger(f"{__name__}.console")

_HARDENING = Path(__file__).with_name("hardening.js")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_CONSOLE_LEVELS = (logging.DEBUG, logging.WARNING, logging.ERROR)

GRANTED = frozenset({QWebEnginePermission.PermissionType.MediaAudioCapture})
"""What our own origin may use. A permission that a later Qt adds is not in here."""


class PageError(Exception):
    """The view could not be made: the installation of QtWebEngine is broken."""


def page_nursery(stage: QQuickItem) -> QQuickItem:
    """Fill the stage, a QML `Loader`, with the item that pages are made in.

    Raises PageError.
    """
    stage.setProperty("source", QUrl.fromLocalFile(str(Path(__file__).with_name("Pages.qml"))))
    nursery = stage.property("item")
    if not isinstance(nursery, QQuickItem):
        raise PageError("no view can be made; Qt's own messages say what is missing of QtWebEngine")
    return nursery


@dataclass(frozen=True, slots=True)
class PageLooks:
    """What the view needs to know before the page has said anything."""

    background: str = "#10141d"
    """Colour until the first paint, as `#rrggbb`."""
    zoom: float = 1.0
    """0.25 to 5."""
    languages: tuple[str, ...] = ("en",)


class Gate(QObject):
    """Asked by the view about everything the page wants of its surroundings."""

    refused = Signal(str)
    """Something was refused: what, and for which address (without its query, which may hold a token)."""
    distrusted = Signal()
    """A server's certificate was refused; `refused` names the server."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._expected: QUrl | None = None
        self._throttle = Throttle()

    def expect(self, url: QUrl) -> None:
        """Our own navigation to `url` comes next. It may happen once."""
        self._expected = url

    @Slot(QUrl, bool, result=bool)
    def admitsNavigation(self, url: QUrl, main_frame: bool) -> bool:  # noqa: N802, FBT001 - called from QML
        """The page is loaded by us alone: it neither leaves, nor reloads itself, nor has frames."""
        if main_frame and url == self._expected:
            self._expected = None
            return True
        self.refuse("navigation", url)
        return False

    @Slot(QUrl, int, result=bool)
    def grantsPermission(self, origin: QUrl, permission: int) -> bool:  # noqa: N802 - called from QML
        try:
            kind = QWebEnginePermission.PermissionType(permission)
        except ValueError:
            kind = QWebEnginePermission.PermissionType.Unsupported
        if kind in GRANTED and same_origin(origin.toString()):
            return True
        self.refuse(f"permission {kind.name}", origin)
        return False

    @Slot(int, str, int, str)
    def console(self, level: int, text: str, line: int, source: str) -> None:
        # What libraries complain about is told by our own code, if it matters, with what it means for the visitor.
        loudness = min(_CONSOLE_LEVELS[level], logging.INFO) if is_module(source) else _CONSOLE_LEVELS[level]
        page_log.log(loudness, "%s:%d: %s", for_log(source), line, text)

    @Slot(QUrl)
    def distrust(self, url: QUrl) -> None:
        """A server has shown a certificate that Chromium does not accept."""
        self.refuse("certificate", url)
        self.distrusted.emit()

    @Slot(str, QUrl)
    def refuse(self, what: str, url: QUrl) -> None:
        """Report a refusal, unless too many are reported already: a page can try in a loop."""
        if self._throttle.admits():
            self.refused.emit(f"{what}: {for_log(url.toString())}")


class Page(QObject):
    """A view in a profile of its own. Its signals come from the event loop, never from within Chromium's callbacks,
    so whoever gets them may load or destroy the page at once."""

    died = Signal(str)
    """The renderer process ended; why."""
    failed = Signal(str)
    """A load failed, or the page left its address; why."""
    refused = Signal(str)
    distrusted = Signal()
    """A server's certificate was refused."""

    def __init__(
        self,
        nursery: QQuickItem,
        *,
        handler: SchemeHandler,
        looks: PageLooks,
        on_message: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        """`nursery` comes from `page_nursery` and must outlive the page."""
        super().__init__(parent)
        self._gate = Gate(self)
        self.bridge = Bridge(on_message, self)
        self._url = QUrl()
        self._profile = fresh_profile(handler, looks.languages, self._gate.refuse)
        self.item = self._create_item(nursery, looks)
        self._gate.refused.connect(self.refused)
        queued = Qt.ConnectionType.QueuedConnection
        self._gate.distrusted.connect(self.distrusted, queued)
        # Signals that QML declares are made at run time; no stub can know them.
        self.item.died.connect(self._on_died, queued)  # type: ignore[attr-defined]
        self.item.failed.connect(self.failed, queued)  # type: ignore[attr-defined]
        self.item.wandered.connect(self._on_address, queued)  # type: ignore[attr-defined]

    def _create_item(self, nursery: QQuickItem, looks: PageLooks) -> QQuickItem:
        properties = {
            "profile": self._profile,
            "gate": self._gate,
            "bridge": self.bridge,
            "bridgeName": CHANNEL_NAME,
            "hardening": _HARDENING.read_text(encoding="utf-8"),
            "backgroundColor": looks.background,
            "zoomFactor": looks.zoom,
        }
        QMetaObject.invokeMethod(nursery, "open", Q_ARG("QVariant", properties))
        item = nursery.property("newest")
        if not isinstance(item, QQuickItem):
            raise PageError("the view refused its properties; Qt's own messages say which")
        return item

    def load(self, number: int) -> None:
        """Load the page anew, as load `number`."""
        self.bridge.expect(number)
        self._url = QUrl(page_url(number))
        self._gate.expect(self._url)
        self.item.setProperty("url", self._url)

    def set_zoom(self, factor: float) -> None:
        self.item.setProperty("zoomFactor", factor)

    def renderer_pid(self) -> int:
        """Process id of the renderer, 0 while there is none."""
        return int(self.item.property("renderProcessPid") or 0)

    def kill_renderer(self) -> None:
        """End the renderer process from outside: a hung one answers to nothing else."""
        pid = self.renderer_pid()
        if pid > 0:
            try:
                os.kill(pid, _KILL)
            except ProcessLookupError:
                log.debug("renderer %d had already ended", pid)

    def retire(self) -> None:
        """Out of sight and out of earshot; only `destroy` is left to be called."""
        self.item.setVisible(False)
        self.item.setProperty("audioMuted", True)  # noqa: FBT003
        self.blockSignals(True)  # noqa: FBT003
        self.bridge.close()

    def destroy(self) -> None:
        """Delete view, then profile, the order Chromium insists on. Not from within a message of this very page."""
        shiboken6.delete(self.item)
        shiboken6.delete(self._profile)
        self.deleteLater()

    @Slot(str)
    def _on_died(self, cause: str) -> None:
        self.died.emit(cause)

    @Slot(QUrl)
    def _on_address(self, address: QUrl) -> None:
        if address.toString().partition("#")[0] != self._url.toString():
            self.failed.emit(f"the page left its address for {for_log(address.toString())}")
