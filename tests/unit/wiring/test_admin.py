"""What the admin panel is told and may do, with a made-up session behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.audio.ranking import AudioDevice
from kiosk.config import load_settings
from kiosk.operations.control_client import CommandRefusedError
from kiosk.operations.status import AvatarStatus, SessionStatus, Status
from kiosk.session import events
from kiosk.session.model import Phase, Policy, Reason, Session, State, initial
from kiosk.window.admin.desk import Refused
from kiosk.wiring.admin import GESTURE_TAKES, Desk, Levers, end_accidental_session
from kiosk.wiring.history import History
from kiosk.wiring.settings import SettingsKeeper

SERVER = '[livekit]\nurl = "wss://livekit.example.com"\napi_key = "key"\napi_secret = "a-secret-of-some-length"\n'
MOMENT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class FakeController:
    """As much of the session as the desk asks of it."""

    def __init__(self, phase: Phase = Phase.IDLE) -> None:
        plain = initial("boot", Policy(), demo=False, now=0.0, blocked=None, failed_starts=0)
        self.state: State = replace(plain, phase=phase)
        self.detail: str | None = None
        self.microphone = SimpleNamespace(in_use=None, would_use=lambda: None)
        self.fed: list[events.Event] = []

    def feed(self, event: events.Event) -> None:
        self.fed.append(event)


class Site:
    """A desk on a file, with a session in some phase."""

    def __init__(
        self, folder: Path, text: str = SERVER, phase: Phase = Phase.IDLE, *, demo: bool = False, service: bool = True
    ) -> None:
        self.file = folder / "config.toml"
        self.file.write_text(text, encoding="utf-8")
        self.file.chmod(0o600)
        self.controller = FakeController(phase)
        self.keeper = SettingsKeeper(load_settings(None if demo else self.file, {}), {}, lambda: None)
        self.pulled: list[str] = []
        desk = AudioDevice("alsa_1", "Front Desk Microphone", is_default=True)
        self.studio = SimpleNamespace(
            microphones=(desk, AudioDevice("m", "Monitor of Lobby Speaker")),
            speakers=(AudioDevice("s1", "Lobby Speaker", is_default=True), AudioDevice("s2", "HDMI")),
        )
        levers = Levers(
            file=lambda: None if demo else self.file,
            read_config=self._read,
            count_with=lambda: (self.pulled.append("count with"), self.keeper.read_again())[0],
            restart=lambda: self.pulled.append("restart"),
            leave=lambda: self.pulled.append("leave"),
        )
        controller = cast("Any", self.controller)
        environ = {"NOTIFY_SOCKET": "@service"} if service else {}
        self.desk = Desk(controller, self.keeper, self._status, History(), cast("Any", self.studio), levers, environ)

    def _read(self) -> None:
        self.pulled.append("read")
        if not self.keeper.read_again():
            raise CommandRefusedError("The configuration is not applied:\nline 1")

    def _status(self) -> Status:
        phase = self.controller.state.phase
        session = SessionStatus(started=MOMENT if phase.in_session else None)
        avatar = AvatarStatus(sdk="builtin")
        return Status(version="1", state=phase.value, since=MOMENT, avatar=avatar, session=session)


def test_the_snapshot_says_how_the_kiosk_is(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER + '[speaker]\ndevice = "HDMI"\nvolume = 40\nmax_volume = 60\n')
    snapshot = site.desk.snapshot()
    assert (snapshot.state, snapshot.volume, snapshot.max_volume) == ("idle", 40, 60)
    assert [device.name for device in snapshot.microphones] == ["Front Desk Microphone"], "a monitor is no microphone"
    assert [(device.name, device.in_use) for device in snapshot.speakers] == [("Lobby Speaker", False), ("HDMI", True)]
    assert snapshot.config.path == site.file
    assert snapshot.config.writable
    assert dict(snapshot.versions)["Python"]
    assert "a-secret-of-some-length" not in repr(snapshot)


def test_a_choice_goes_into_the_file_and_counts(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert site.desk.choose_microphones(["Front*", "auto"]) is None
    assert site.desk.set_volume(35) is None
    assert site.desk.choose_speakers(["HDMI"]) is None
    assert load_settings(site.file, {}).settings.microphone.device == ("Front*", "auto")
    assert site.keeper.settings.speaker.volume == 35
    assert site.desk.snapshot().config.waiting == ("microphone.device",)
    assert site.pulled == ["count with"] * 3


def test_the_volume_stays_below_its_ceiling(tmp_path: Path) -> None:
    site = Site(tmp_path, SERVER + "[speaker]\nmax_volume = 60\n")
    site.desk.set_volume(90)
    assert site.keeper.settings.speaker.volume == 60


def test_in_a_demo_a_choice_holds_and_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path, demo=True)
    assert site.desk.set_volume(35)
    assert site.keeper.settings.speaker.volume == 35
    assert site.file.read_text(encoding="utf-8") == SERVER, "a file that is not read is not written either"
    assert not site.desk.snapshot().config.writable


def test_a_page_is_replaced_only_where_nobody_is_served(tmp_path: Path) -> None:
    idle = Site(tmp_path)
    idle.desk.reload_page()
    assert idle.controller.fed == [events.PageRequested()]
    live = Site(tmp_path, phase=Phase.LIVE)
    with pytest.raises(Refused, match="visitor"):
        live.desk.reload_page()


def test_sessions_are_started_and_ended_or_it_says_why_not(tmp_path: Path) -> None:
    idle = Site(tmp_path)
    idle.desk.start_session()
    with pytest.raises(Refused, match="No session"):
        idle.desk.end_session()
    live = Site(tmp_path, phase=Phase.LIVE)
    live.desk.end_session()
    with pytest.raises(Refused, match="already"):
        live.desk.start_session()
    assert [type(event) for event in (*idle.controller.fed, *live.controller.fed)] == [
        events.StartRequested,
        events.StopRequested,
    ]


def test_a_broken_file_is_refused_with_its_problems(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.file.write_text("[livekit]\nurl = 7\n", encoding="utf-8")
    with pytest.raises(Refused, match="line 1"):
        site.desk.read_config()
    assert 2 in [problem.line for problem in site.desk.snapshot().config.problems]


def test_leaving_is_left_to_whoever_can(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.desk.restart()
    site.desk.leave()
    assert site.pulled == ["restart", "leave"]


def test_it_does_not_leave_for_a_restart_that_nobody_makes(tmp_path: Path) -> None:
    site = Site(tmp_path, service=False)
    with pytest.raises(Refused, match="Nobody would start it again"):
        site.desk.restart()
    assert not site.pulled


async def test_a_report_is_written_and_the_disk_is_not_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    site = Site(tmp_path)
    folder = tmp_path / "state" / "avatar-kiosk" / "reports"
    folder.mkdir(parents=True)
    old: Sequence[Path] = [folder / f"avatar-kiosk-report-2020010{day}-000000.zip" for day in range(1, 9)]
    for file in old:
        file.touch()
    path = await site.desk.export_report()
    assert path.parent == folder
    left = sorted(folder.iterdir())
    assert len(left) == 5
    assert path in left
    assert old[0] not in left


@pytest.mark.parametrize(("ago", "ends"), [(1.0, True), (GESTURE_TAKES + 1.0, False)])
def test_what_the_gesture_began_ends_and_a_conversation_does_not(tmp_path: Path, ago: float, ends: bool) -> None:
    site = Site(tmp_path, phase=Phase.LIVE)
    session = Session("1", "tap", "en", started=100.0 - ago, last_activity=100.0)
    site.controller.state = replace(site.controller.state, session=session)
    end_accidental_session(cast("Any", site.controller), 100.0)
    assert (site.controller.fed == [events.StopRequested(Reason.COMMAND)]) is ends
