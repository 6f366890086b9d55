"""A kiosk that is not there: what the admin panel asks, it answers, and remembers that it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.window.admin.desk import ConfigFile, ConfigProblem, Device, Recovery, Refused, Snapshot

NOW = datetime(2026, 3, 12, 13, 42, tzinfo=UTC)
PIN = "2468"
REPORT = Path("/var/lib/avatar-kiosk/reports/avatar-kiosk-report-20260312-134203.zip")

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
"""Somebody talks with it; two microphones are better than the one that is there."""

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
"""Its file is broken and cannot be written, it has no microphone and no network."""


@dataclass(frozen=True)
class Outcome:
    """A sound check that went well."""

    level_db: float | None = -24.3
    delay_ms: float | None = 87.0
    echo_db: float | None = -31.0
    verdict: str = "good"


class Opened:
    """A device somebody listens to."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


class MadeUpKiosk:
    """Desk, door and sound in one. Change `now` and what else is public to change its answers."""

    def __init__(self, snapshot: Snapshot = WELL, *, pin: bool = True) -> None:
        self.now = snapshot
        self.pin = pin
        self.locked = 0.0
        """Seconds until the next try."""
        self.refusal: str | None = None
        self.held: str | None = None
        """Why choices are not saved."""
        self.sound_trouble: str | None = None
        self.commands: list[str] = []
        self.tries: list[str] = []
        self.opened: list[Opened] = []
        self.on_level: Callable[[str, float], None] | None = None
        self.on_end: Callable[[str], None] | None = None

    def snapshot(self) -> Snapshot:
        return self.now

    def start_session(self) -> None:
        self._do("start")

    def end_session(self) -> None:
        self._do("end")

    def reload_page(self) -> None:
        self._do("reload")

    def read_config(self) -> None:
        self._do("read")

    def restart(self) -> None:
        self._do("restart")

    def leave(self) -> None:
        self._do("leave")

    async def export_report(self) -> Path:
        self._do("report")
        return REPORT

    def choose_microphones(self, names: Sequence[str]) -> str | None:
        self._do("microphones")
        self.now = replace(self.now, microphone_wish=tuple(names))
        return self.held

    def choose_speakers(self, names: Sequence[str]) -> str | None:
        self._do("speakers")
        self.now = replace(self.now, speaker_wish=tuple(names))
        return self.held

    def set_volume(self, percent: int) -> str | None:
        self._do(f"volume {percent}")
        self.now = replace(self.now, volume=percent)
        return self.held

    def is_set(self) -> bool:
        return self.pin

    def wait(self) -> float:
        return self.locked

    async def try_pin(self, pin: str) -> bool:
        self.tries.append(pin)
        return pin == PIN

    def levels(self, on_level: Callable[[str, float], None]) -> Opened:
        self.on_level = on_level
        for device, level in zip(self.now.microphones, (0.16, 0.02, 0.004), strict=False):
            on_level(device.name, level)
        return self._open("levels")

    def hear_yourself(
        self,
        microphone: str,
        speaker: str | None,
        delay_s: float = 1.0,
        *,
        volume: float = 1.0,
        on_end: Callable[[str], None] | None = None,
    ) -> Opened:
        self.on_end = on_end
        return self._open(f"hear {microphone} on {speaker} after {delay_s:g} s at {volume:g}")

    async def play_test(self, speaker: str | None, *, volume: float = 1.0) -> None:
        self._open(f"test {speaker} at {volume:g}")

    async def sound_check(self, microphone: str, speaker: str | None, *, volume: float = 1.0) -> Outcome:
        self._open(f"check {microphone} with {speaker} at {volume:g}")
        return Outcome()

    def _do(self, what: str) -> None:
        if self.refusal is not None:
            raise Refused(self.refusal)
        self.commands.append(what)

    def _open(self, what: str) -> Opened:
        if self.sound_trouble is not None:
            raise OSError(self.sound_trouble)
        self.commands.append(what)
        opened = Opened()
        self.opened.append(opened)
        return opened
