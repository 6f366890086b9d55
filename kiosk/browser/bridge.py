"""The one object that the page and Python share: JSON text in both directions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal, Slot

log = logging.getLogger(__name__)

CHANNEL_NAME = "kiosk"
"""What the page calls this object: `channel.objects.kiosk`."""

MESSAGE_LIMIT = 256 * 1024
"""Longest message taken from a page, in characters. Honest ones are a hundred times shorter; a broken page must not
be able to fill our memory."""


class Bridge(QObject):
    """Published to one page. It holds what is sent until the current load of that page says hello.

    The page calls `post(json)` and listens to `deliver(json)`. Every message carries the number of the load that
    speaks; what an older load says is dropped.
    """

    deliver = Signal(str)

    def __init__(self, on_message: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_message = on_message
        self._number: int | None = 0
        self._greeted = False
        self._waiting: list[str] = []

    @property
    def greeted(self) -> bool:
        """Whether the current load has said hello."""
        return self._greeted

    def expect(self, number: int) -> None:
        """Load `number` begins. What still waited for an earlier load is for nobody: the new one starts afresh."""
        if self._number:
            self._waiting.clear()
        self._number = number
        self._greeted = False

    def send(self, text: str) -> None:
        """Deliver to the current load, now or as soon as it listens."""
        if self._greeted:
            self.deliver.emit(text)
        else:
            self._waiting.append(text)

    def close(self) -> None:
        """Neither take nor deliver anything any more."""
        self._number = None
        self._waiting.clear()
        self._greeted = False

    @Slot(str)
    def post(self, text: str) -> None:
        """Called by the page. Nothing is raised into it: QWebChannel would answer it with an empty string."""
        try:
            self._receive(text)
        except Exception:
            log.exception("a message of the page failed")

    def _receive(self, text: str) -> None:
        if len(text) > MESSAGE_LIMIT:
            log.warning("dropped a page message of %d characters", len(text))
            return
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("page"), int):
            log.warning("dropped a page message that is not an object with a page number")
            return
        if message["page"] != self._number:
            log.debug("dropped a message of page %s, the current one is %d", message["page"], self._number)
            return
        if message.get("type") == "hello":
            self._greet()
        self._on_message(text)

    def _greet(self) -> None:
        self._greeted = True
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            self.deliver.emit(text)

    def event(self, event: QEvent) -> bool:
        """QWebChannel offers the page every public slot, `deleteLater` among them. It has no effect here."""
        if event.type() == QEvent.Type.DeferredDelete:
            log.warning("the page tried to delete the bridge")
            return True
        return super().event(event)
