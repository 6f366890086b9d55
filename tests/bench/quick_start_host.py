"""The quick start's own program: `python -m tests.bench.quick_start_host <address>`, held by `quick_start.QuickStart`.

The same engine as the kiosk's, the same view, the same Chromium flags, and nothing else. What the page tells comes out
of stdout, one JSON object a line: `{step, at}`, `at` in Unix seconds. Each line on stdin reloads the page; at its end
the program ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QMetaObject, QObject, QSocketNotifier, QUrl, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtWebEngineQuick import QtWebEngineQuick

from kiosk.browser import configure_environment

WINDOW = Path(__file__).with_name("pages") / "QuickStartHost.qml"
STEP = "quick start: "


class Reporter(QObject):
    """Hands on what the page says on its console."""

    @Slot(str)
    def said(self, text: str) -> None:
        if text.startswith(STEP):
            print(json.dumps({"step": text.removeprefix(STEP), "at": time.time()}), flush=True)
        else:
            print(text, file=sys.stderr, flush=True)


def main(address: str) -> int:
    """Show the page until stdin ends; the exit code."""
    start = configure_environment("auto", os.environ)
    QtWebEngineQuick.initialize()
    application = QGuiApplication(list(start.argv))
    reporter = Reporter()
    engine = QQmlApplicationEngine()
    engine.setInitialProperties({"address": QUrl(address), "reporter": reporter})
    engine.load(QUrl.fromLocalFile(str(WINDOW)))
    (window,) = engine.rootObjects()

    def obey() -> None:
        if sys.stdin.readline():
            QMetaObject.invokeMethod(window, "reload")
        else:
            application.quit()

    commands = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    commands.activated.connect(obey)
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
