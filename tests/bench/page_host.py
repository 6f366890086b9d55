"""A page's own program: `python -m tests.bench.page_host <page.html>`, held by `page_program.PageProgram`.

The same engine as the kiosk's, the same view, the same Chromium flags, and nothing else. It serves the page, the
script of the same name beside it and the kiosk's web files itself, so that they stay in reach wherever it runs.

One JSON object a line. On stdin `{tokens}`, what `/tokens.json` answers from then on, and `{do}`: `reload` or `tap`; at
its end the program ends. On stdout `{told, at}` for what the page tells on its console, and `{renderer, at}` for
every new renderer, `at` in Unix seconds; the rest of the console goes to stderr.
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
from kiosk.config import Settings
from kiosk.wiring.web import web_for
from tests.bench.page_server import PageServer, import_map

WINDOW = Path(__file__).with_name("pages") / "PageHost.qml"
TOLD = "told: "
"""How a line begins that the page tells its holder."""


class Reporter(QObject):
    """Hands on what the view has to say."""

    @Slot(str)
    def said(self, text: str) -> None:
        if text.startswith(TOLD):
            _report(told=text.removeprefix(TOLD))
        else:
            print(text, file=sys.stderr, flush=True)

    @Slot(int)
    def rendered_by(self, pid: int) -> None:
        """Another renderer shows the page; 0: none does."""
        _report(renderer=pid)


def _report(**fields: object) -> None:
    print(json.dumps({**fields, "at": time.time()}), flush=True)


def _lines_at_hand(descriptor: int) -> list[bytes]:
    """What can be read now; nothing at the end of the file.

    Nothing may stay behind in a buffer of ours: the notifier watches the descriptor alone. Lines come whole, because
    they are far shorter than what a pipe takes at once.
    """
    return os.read(descriptor, 65536).splitlines()


def main(page: Path) -> int:
    """Show the page until stdin ends; the exit code."""
    start = configure_environment("auto", os.environ)
    QtWebEngineQuick.initialize()
    application = QGuiApplication(list(start.argv))
    roots = web_for(Settings(), demo=False).roots
    document = page.read_text(encoding="utf-8").replace("{{IMPORT_MAP}}", import_map(roots))
    tokens = {"now": b"{}"}
    script = page.with_suffix(".js")
    own = {
        f"/{page.name}": document.encode,
        f"/{script.name}": script.read_bytes,
        "/tokens.json": lambda: tokens["now"],
    }
    reporter = Reporter()
    engine = QQmlApplicationEngine()
    with PageServer(roots, own) as server:
        engine.setInitialProperties({"address": QUrl(f"{server.origin}/{page.name}"), "reporter": reporter})
        engine.load(QUrl.fromLocalFile(str(WINDOW)))
        (window,) = engine.rootObjects()

        def obey() -> None:
            lines = _lines_at_hand(sys.stdin.fileno())
            if not lines:
                application.quit()
            for message in map(json.loads, lines):
                if "tokens" in message:
                    tokens["now"] = json.dumps(message["tokens"]).encode()
                else:
                    QMetaObject.invokeMethod(window, message["do"])

        commands = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        commands.activated.connect(obey)
        return application.exec()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
