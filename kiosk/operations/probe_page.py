"""The page of a probe: it says what it found in one line on its console. Needs an application object."""

from __future__ import annotations

import sys

import shiboken6
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile


class ProbePage(QWebEnginePage):
    """Keeps what the page reports. It asks for no permission, and Chromium denies what is not granted."""

    def __init__(self, mark: str) -> None:
        """`mark`: what the line of the report begins with; other lines go to stderr."""
        self._own_profile = QWebEngineProfile()  # without a name: off the record
        super().__init__(self._own_profile)
        self._mark = mark
        self.reported: str | None = None

    def run(self, html: str, origin: QUrl, limit_ms: int) -> int:
        """Show `html` as if it came from `origin` until it reports; 0, or 1 if it does not within `limit_ms`."""
        self.setHtml(html, origin)
        QTimer.singleShot(limit_ms, lambda: QCoreApplication.exit(1))
        return QCoreApplication.exec()

    def dispose(self) -> None:
        """Take page and profile down in the order in which Qt neither warns nor crashes."""
        profile = self._own_profile
        shiboken6.delete(self)
        shiboken6.delete(profile)

    def javaScriptConsoleMessage(  # noqa: N802 - Qt's name
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        if message.startswith(self._mark):
            self.reported = message.removeprefix(self._mark)
            QCoreApplication.exit(0)
        else:
            print(f"{level.name}: {source}:{line}: {message}", file=sys.stderr)
