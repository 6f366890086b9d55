#!/usr/bin/env python3
"""Writes a picture of every page of the admin panel: both languages, both themes, in the sizes lobbies have.

Usage: photograph_admin.py FOLDER [WIDTHxHEIGHT ...]

The panel is the real one; the kiosk behind it, its devices and its troubles are made up. Nothing is shown on a screen.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEventLoop, QObject, QTimer  # noqa: E402 - Qt reads the environment when it is loaded
from PySide6.QtGui import QGuiApplication  # noqa: E402

from kiosk.window import CurtainLooks, KioskWindow, Placement  # noqa: E402
from kiosk.window.admin.desk import (  # noqa: E402
    ConfigFile,
    ConfigProblem,
    Device,
    Recovery,
    Snapshot,
)
from kiosk.window.admin.panel import AdminPanel  # noqa: E402

SIZES = ((1080, 1920), (1024, 768))
FONT = ROOT / "resources/web/fonts/figtree-latin-wght-normal.woff2"
LOCALES = ROOT / "resources/admin/locales"
SETTLE_MS = 700
"""Longer than any of the panel's transitions."""
NOW = datetime(2026, 3, 12, 13, 42, tzinfo=UTC)

WELL = Snapshot(
    state="live",
    since=NOW - timedelta(minutes=3),
    session_started=NOW - timedelta(minutes=3, seconds=12),
    agent_state="listening",
    config=ConfigFile(
        path=Path("/etc/avatar-kiosk/config.toml"),
        writable=True,
        loaded=NOW - timedelta(days=2, hours=3),
        waiting=("session.idle_timeout",),
        restart_needed=("display.gpu",),
    ),
    microphones=(
        Device(name="Jabra Speak 510 Mono", in_use=True),
        Device(name="Built-in Audio Analog Stereo", is_default=True),
        Device(name="HD Pro Webcam C920 Analog Stereo"),
    ),
    microphone_wish=("Sennheiser SP 30", "Jabra*", "auto"),
    speakers=(
        Device(name="Jabra Speak 510 Analog Stereo"),
        Device(name="HDMI / DisplayPort 2 (LG Electronics)", is_default=True, in_use=True),
    ),
    volume=65,
    max_volume=80,
    versions=(
        ("avatar-kiosk", "0.4.0"),
        ("Qt", "6.12.0"),
        ("Chromium", "140.0.7339.225"),
        ("Python", "3.13.5"),
        ("system", "Debian GNU/Linux 13 (trixie)"),
        ("livekit-client", "2.16.1"),
        ("avatar", "installed"),
    ),
    addresses=("192.168.17.44", "2001:db8:17::44"),
    uptime=276_900.0,
    recoveries=(
        Recovery(at=NOW - timedelta(hours=2), reason="stalled", rung="reconnect", seconds=2.1),
        Recovery(at=NOW - timedelta(hours=19), reason="renderer_gone", rung="rebuild", seconds=4.8),
        Recovery(at=NOW - timedelta(days=3), reason="server_unreachable", rung="fresh", seconds=93.4),
    ),
    languages=("en",),
)
BROKEN = replace(
    WELL,
    state="faulted",
    session_started=None,
    agent_state=None,
    since=NOW - timedelta(hours=26),
    reason="configuration",
    microphones=(),
    config=ConfigFile(
        path=Path("/etc/avatar-kiosk/config.toml"),
        problems=(
            ConfigProblem(
                line=4,
                column=7,
                key="livekit.url",
                message='livekit.url is "http://rooms.example.com": it must begin with wss:// or ws://. '
                'Did you mean "wss://rooms.example.com"?',
            ),
            ConfigProblem(
                line=19,
                column=1,
                key="session.idle_timout",
                message="There is no setting called session.idle_timout. Did you mean idle_timeout?",
            ),
            ConfigProblem(
                line=31,
                column=10,
                key="appearance.accent",
                message="White text on #e8d24a is hard to read: its contrast is 1.5, and 4.5 is wanted.",
                severity="warning",
            ),
        ),
    ),
    addresses=(),
)


@dataclass(frozen=True)
class Outcome:
    level_db: float | None = -24.3
    delay_ms: float | None = 87.0
    echo_db: float | None = -31.0
    verdict: str = "good"


class Nothing:
    def close(self) -> None:
        """Nothing was opened."""


class MadeUpKiosk:
    """Desk, door and sound in one."""

    def __init__(self, snapshot: Snapshot, *, pin: bool = True) -> None:
        self.now = snapshot
        self._pin = pin
        self.locked = 0.0

    def snapshot(self) -> Snapshot:
        return self.now

    def start_session(self) -> None: ...
    def end_session(self) -> None: ...
    def reload_page(self) -> None: ...
    def read_config(self) -> None: ...
    def restart(self) -> None: ...
    def leave(self) -> None: ...

    async def export_report(self) -> Path:
        return Path("/var/lib/avatar-kiosk/reports/avatar-kiosk-report-20260312-134203.zip")

    def choose_microphones(self, names: Sequence[str]) -> str | None:
        self.now = replace(self.now, microphone_wish=tuple(names))
        return "The file /etc/avatar-kiosk/config.toml cannot be written: it is on a read-only file system."

    def choose_speakers(self, names: Sequence[str]) -> str | None:
        self.now = replace(self.now, speaker_wish=tuple(names))
        return None

    def set_volume(self, percent: int) -> str | None:
        self.now = replace(self.now, volume=percent)
        return None

    def is_set(self) -> bool:
        return self._pin

    def wait(self) -> float:
        return self.locked

    async def try_pin(self, pin: str) -> bool:
        return pin == "2468"

    def levels(self, on_level: Callable[[str, float], None]) -> Nothing:
        for device, level in zip(self.now.microphones, (0.16, 0.02, 0.004), strict=False):
            on_level(device.name, level)
        return Nothing()

    def hear_yourself(self, *_args: object, **_options: object) -> Nothing:
        return Nothing()

    async def play_test(self, *_arguments: object, **_options: object) -> None: ...

    async def sound_check(self, *_arguments: object, **_options: object) -> Outcome:
        return Outcome()


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
        for digit in "2468":
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
