"""A window with a page in it and nothing else, told what to do over stdin, telling what happens over stdout.

It runs as a process of its own, because Qt can run one application in a process, once.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import Q_ARG, QMetaObject, QObject, QSocketNotifier, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from kiosk.browser.flags import configure_environment
from kiosk.browser.host import PageHost
from kiosk.browser.importmap import NodeModules, import_map
from kiosk.browser.resources import WebRoots
from kiosk.browser.scheme import register_scheme
from kiosk.window import CurtainLooks, KioskWindow, Placement


def tell(event: str, **values: object) -> None:
    print(json.dumps({"event": event, **values}), flush=True)


class Driver(QObject):
    """Reads one command a line."""

    def __init__(self, application: QGuiApplication, window: KioskWindow, host: PageHost) -> None:
        super().__init__()
        self._application = application
        self._window = window
        self._host = host
        self._unread = b""
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._on_next_loss: Callable[[], None] | None = None
        host.message.connect(lambda text: tell("message", **json.loads(text)))
        host.blocked.connect(lambda what: tell("blocked", what=what))
        host.load_failed.connect(lambda why: tell("load_failed", why=why))
        host.renderer_gone.connect(self._on_renderer_gone)
        window.close_refused.connect(lambda: tell("close_refused"))
        window.input_refused.connect(lambda what: tell("input_refused", what=what))

    def _read(self) -> None:
        received = os.read(sys.stdin.fileno(), 65536)
        if not received:
            self._application.exit(3)
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            command = json.loads(line)
            tell("done", answer=self._do(command.pop("do"), command), id=command.get("id"))

    def _do(self, name: str, values: Mapping[str, Any]) -> object:  # noqa: PLR0912 - one row for each command
        host, window = self._host, self._window
        match name:
            case "load":
                host.load()
            case "reload":
                host.reload()
            case "rebuild":
                host.rebuild(kill=values.get("kill", True))
            case "rebuild-when-lost":
                self._on_next_loss = host.rebuild
            case "send":
                for text in values["texts"]:
                    host.send(text)
            case "run":
                QMetaObject.invokeMethod(host.item, "runJavaScript", Q_ARG("QString", values["script"]))
            case "zoom":
                host.set_zoom(values["factor"])
            case "place":
                window.place(Placement(**values["placement"]))
            case "curtain":
                window.show_curtain(values["sentence"], busy=values.get("busy", True))
            case "lift":
                window.lift_curtain()
            case "look":
                return {
                    "page_number": host.page_number,
                    "renderer_pid": host.renderer_pid(),
                    "curtain": window.curtain_is_down,
                    "chromium": host.chromium_version,
                }
            case "requests":
                return requests_of(host.item)
            case "allow-close":
                window.allow_close()
            case "quit":
                self._application.exit(0)
        return None

    def _on_renderer_gone(self, why: str) -> None:
        tell("renderer_gone", why=why)
        if self._on_next_loss is not None:
            action, self._on_next_loss = self._on_next_loss, None
            action()


def requests_of(item: QObject) -> list[str]:
    """The names of the signals with which this Qt's view asks its surroundings for something."""
    meta = item.metaObject()
    methods = (meta.method(index) for index in range(meta.methodCount()))
    names = {bytes(method.name().data()).decode() for method in methods}
    return sorted(
        name for name in names if name.endswith("Requested") or name in {"certificateError", "selectClientCertificate"}
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("web", type=Path)
    parser.add_argument("--node-modules", type=Path, action="append", default=[])
    parser.add_argument("--package", action="append", default=[], help="name=folder")
    parser.add_argument("--site", action="append", default=[], help="name=file")
    parser.add_argument("--connect", action="append", default=[])
    parser.add_argument("--gpu", choices=["auto", "on", "off"], default="auto")
    parser.add_argument("--chromium", action="append", default=[], help="a test's own argument to Chromium")
    options, others = parser.parse_known_args()

    logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
    qInstallMessageHandler(lambda _kind, context, text: logging.getLogger("qt").debug("%s: %s", context.category, text))
    start = configure_environment(options.gpu, os.environ, arguments=others)
    register_scheme()
    application = QGuiApplication([*start.argv, *options.chromium])
    window = KioskWindow(CurtainLooks(organisation="Test"))
    modules = None
    if options.node_modules or options.package:
        packages = {name: Path(folder) for name, _, folder in (entry.partition("=") for entry in options.package)}
        modules = import_map(NodeModules(tuple(options.node_modules), packages))
    site = {name: Path(file) for name, _, file in (entry.partition("=") for entry in options.site)}
    host = PageHost(window.stage, WebRoots(options.web, modules, site), connect_sources=tuple(options.connect))
    driver = Driver(application, window, host)
    window.place(Placement())
    window.lift_curtain()
    tell("ready", warnings=start.warnings)
    code = application.exec()
    host.dispose()
    for part in (driver, host, window):
        shiboken6.delete(part)
    return code


if __name__ == "__main__":
    sys.exit(main())
