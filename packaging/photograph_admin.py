#!/usr/bin/env python3
"""Writes a picture of every page of the admin panel: both languages, both themes, in the sizes lobbies have.

Usage: photograph_admin.py FOLDER [WIDTHxHEIGHT ...]

The panel is the real one; the kiosk behind it, its devices and its troubles are made up. Nothing is shown on a screen.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEventLoop, QObject, QTimer  # noqa: E402 - Qt reads the environment when it is loaded
from PySide6.QtGui import QGuiApplication  # noqa: E402

from kiosk.window import CurtainLooks, KioskWindow, Placement  # noqa: E402
from kiosk.window.admin.panel import AdminPanel  # noqa: E402
from tests.qt.made_up_kiosk import BROKEN, NOW, PIN, WELL, MadeUpKiosk  # noqa: E402

SIZES = ((1080, 1920), (1024, 768))
FONT = ROOT / "resources/web/fonts/figtree-latin-wght-normal.woff2"
LOCALES = ROOT / "resources/admin/locales"
SETTLE_MS = 700
"""Longer than any of the panel's transitions."""


class Photographer:
    """Takes the pictures of one window."""

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._folder = folder
        self._loop = loop
        self._window = KioskWindow(font=FONT)

    def run(self, size: tuple[int, int], language: str, theme: str) -> None:
        """Every page, in one size, one language and one theme."""
        prefix = f"{size[0]}x{size[1]}-{language}-{theme}"
        self._window.set_looks(CurtainLooks(theme="light" if theme == "light" else "dark"))
        self._window.place(Placement(fullscreen=False, size=size))
        well = MadeUpKiosk(replace(WELL, languages=(language,)))
        panel = self._opened(well)
        self._take(f"{prefix}-1-pin")
        for digit in "2469":
            panel.pin_pad.press(digit)
        well.locked = 30.0
        panel.tick()
        self._take(f"{prefix}-2-pin-wait")
        well.locked = 0.0
        panel.tick()
        self._enter(panel)
        self._take(f"{prefix}-4-status")
        panel.show_page("sound")
        panel.sound_page.sound_check()
        self._take(f"{prefix}-5-sound")
        self._scroll(1.0)
        self._take(f"{prefix}-5-sound-below")
        well.held = "The file /etc/avatar-kiosk/config.toml cannot be written: it is on a read-only file system."
        panel.sound_page.prefer("microphone", "HD Pro Webcam C920 Analog Stereo")
        self._scroll(0.0)
        self._take(f"{prefix}-5-sound-held")
        panel.show_page("configuration")
        self._take(f"{prefix}-6-configuration")
        panel.show_page("device")
        self._take(f"{prefix}-7-device")
        self._scroll(1.0)
        panel.export_report()
        self._take(f"{prefix}-7-device-report")
        panel.dismiss()
        panel.ask("leave")
        self._take(f"{prefix}-8-question")
        self._closed(panel)
        broken = replace(BROKEN, languages=(language,), close_after=8.0)
        panel = self._opened(MadeUpKiosk(broken, pin=False))
        self._take(f"{prefix}-3-advice")
        self._closed(panel)
        panel = self._opened(MadeUpKiosk(broken))
        self._enter(panel)
        self._take(f"{prefix}-4-status-broken")
        panel.show_page("configuration")
        self._take(f"{prefix}-6-configuration-broken")
        panel.show_page("sound")
        panel.sound_page.sound_check()
        self._take(f"{prefix}-5-sound-broken")
        self._closed(panel)

    def _opened(self, kiosk: MadeUpKiosk) -> AdminPanel:
        panel = AdminPanel(
            kiosk, kiosk, kiosk, LOCALES, spawn=self._loop.create_task, clock=lambda: 0.0, wall=lambda: NOW
        )
        panel.begin()
        self._window.open_admin(panel)
        return panel

    def _closed(self, panel: AdminPanel) -> None:
        panel.close()
        self._window.close_admin()

    def _enter(self, panel: AdminPanel) -> None:
        for digit in PIN:
            panel.pin_pad.press(digit)
        panel.pin_pad.submit()
        self._settle()

    def _scroll(self, share: float) -> None:
        for item in self._window.contentItem().findChildren(QObject):
            if item.inherits("QQuickFlickable"):
                room = max(0.0, item.property("contentHeight") - item.property("height"))
                item.setProperty("contentY", room * share)

    def _take(self, name: str) -> None:
        self._settle()
        self._window.grabWindow().save(str(self._folder / f"{name}.png"))

    def _settle(self) -> None:
        self._loop.run_until_complete(asyncio.sleep(0))
        waiting = QEventLoop()
        QTimer.singleShot(SETTLE_MS, waiting.quit)
        waiting.exec()
        self._loop.run_until_complete(asyncio.sleep(0))


def main() -> int:
    """Take them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [tuple(map(int, size.split("x"))) for size in sys.argv[2:]] or SIZES
    QGuiApplication(sys.argv[:1])
    photographer = Photographer(folder, asyncio.new_event_loop())
    for width, height in sizes:
        for language in ("en", "de"):
            for theme in ("dark", "light"):
                photographer.run((width, height), language, theme)
    return 0


if __name__ == "__main__":
    sys.exit(main())
