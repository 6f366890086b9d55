"""The shape of `status --json`, and how people see it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from kiosk.operations.status import (
    AvatarStatus,
    ConfigStatus,
    LiveKitStatus,
    MicrophoneStatus,
    PageStatus,
    ProblemStatus,
    RecoveryStatus,
    SessionStatus,
    Status,
)
from kiosk.operations.status_view import status_rows
from kiosk.operations.terminal import Row, Tone, show

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, UTC)
PROBLEM = ProblemStatus(
    line=12,
    column=3,
    key="display.zoom",
    value="9",
    expected="a number from 0.25 to 5",
    suggestion=None,
    message="display.zoom must be 0.25 to 5, not 9.",
)

IDLE = Status(version="1.2.3", state="idle", since=NOON, avatar=AvatarStatus(sdk="builtin"))
LIVE = Status(
    version="1.2.3",
    state="recovering",
    since=NOON,
    reason="stalled",
    sentence="The avatar stopped moving; reconnecting.",
    session=SessionStatus(id="s1", room="lobby-1", attempt="a2", started=NOON, agent_state="speaking"),
    microphone=MicrophoneStatus(wanted=["Jabra*", "auto"], active="Jabra [USB]", state="live", level=0.1),
    avatar=AvatarStatus(sdk="installed", loaded=True, frames_per_second=24.6),
    recovery=RecoveryStatus(count=2, last_reason="stalled", last_ms=812, rung="reconnect"),
    config=ConfigStatus(
        path="/etc/avatar-kiosk/config.toml", loaded=NOON, problems=(PROBLEM,), restart_needed=("display.gpu",)
    ),
    page=PageStatus(heartbeat_ms=412, renderer_pid=77, chromium="140.0"),
    livekit=LiveKitStatus(url="wss://lobby.example", client="2.16.1"),
)


def rows(status: Status, later: timedelta = timedelta()) -> dict[str, Row]:
    answer = json.loads(json.dumps(status.to_json()))
    return {row.label: row for row in status_rows(answer, NOON + later)}


class TestJson:
    SHAPE: dict[str, Any] = {  # noqa: RUF012 - never changed
        "version": str,
        "state": str,
        "since": str,
        "reason": str,
        "sentence": str,
        "session": {"id", "room", "attempt", "started", "agent_state"},
        "microphone": {"wanted", "active", "state", "level"},
        "avatar": {"sdk", "loaded", "frames_per_second"},
        "recovery": {"count", "last_reason", "last_ms", "rung"},
        "config": {"path", "loaded", "problems", "restart_needed"},
        "page": {"heartbeat_ms", "renderer_pid", "chromium"},
        "livekit": {"url", "client"},
    }

    @pytest.mark.parametrize("status", [IDLE, LIVE])
    def test_has_every_member_always_and_no_other(self, status: Status) -> None:
        answer = json.loads(json.dumps(status.to_json()))
        assert {key: set(value) if isinstance(value, dict) else str for key, value in answer.items()} == self.SHAPE

    def test_moments_are_utc_with_a_z_wherever_they_come_from(self) -> None:
        tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
        answer = Status(version="", state="idle", since=tokyo, avatar=AvatarStatus(sdk="")).to_json()
        assert answer["since"] == "2026-03-01T12:00:00.250Z"

    def test_values_arrive_as_they_are(self) -> None:
        answer: Any = LIVE.to_json()
        assert answer["microphone"] == {
            "wanted": ["Jabra*", "auto"],
            "active": "Jabra [USB]",
            "state": "live",
            "level": 0.1,
        }
        assert answer["session"]["started"] == "2026-03-01T12:00:00.250Z"
        assert answer["config"]["problems"] == [
            {
                "line": 12,
                "column": 3,
                "key": "display.zoom",
                "value": "9",
                "expected": "a number from 0.25 to 5",
                "suggestion": None,
                "message": "display.zoom must be 0.25 to 5, not 9.",
            }
        ]


class TestRows:
    def test_of_a_kiosk_at_rest(self) -> None:
        found = rows(IDLE, timedelta(hours=5, minutes=3))
        assert found["state"] == Row("state", "idle for 5 hours", Tone.GOOD)
        assert found["session"].text == "none"
        assert found["microphone"].text == "none · off · wanted: auto"
        assert found["recoveries"].text == "none"
        assert found["config"].text == "no file: demo mode"
        assert found["page"].text == "no sign of life yet"

    def test_of_a_session_in_trouble(self) -> None:
        found = rows(LIVE, timedelta(seconds=61))
        assert found["state"].text == "recovering for 1 minute"
        assert found["session"].text == "s1 · room lobby-1 · for 1 minute · agent speaking"
        assert found["microphone"].text == "Jabra [USB] · live · -20 dBFS · wanted: Jabra*, auto"
        assert found["avatar"].text == "installed · loaded · 25 frames a second"
        assert found["recoveries"].text == "2 · last: stalled · took 0.8 s · now: reconnect"
        assert found["page"].text == "sign of life 0.4 s ago · renderer 77 · Chromium 140.0"
        assert found["livekit"].text == "wss://lobby.example · livekit-client 2.16.1"
        assert "1 problem, the last good settings run on" in found["config"].text

    def test_name_the_trouble_and_every_problem(self) -> None:
        lines = [row.text for row in status_rows(LIVE.to_json(), NOON)]
        assert lines[1] == "The avatar stopped moving; reconnecting."
        assert "  line 12, column 3: display.zoom must be 0.25 to 5, not 9." in lines
        assert "  Changed, and in force from the next start on: display.gpu" in lines

    @pytest.mark.parametrize(
        ("later", "text"),
        [
            (timedelta(seconds=-30), "idle for 0 s"),
            (timedelta(seconds=59), "idle for 59 s"),
            (timedelta(minutes=2), "idle for 2 minutes"),
            (timedelta(hours=1), "idle for 1 hour"),
            (timedelta(days=3, hours=5), "idle for 3 days"),
        ],
    )
    def test_ages_in_the_coarsest_unit_that_says_enough(self, later: timedelta, text: str) -> None:
        assert rows(IDLE, later)["state"].text == text


class TestShow:
    ROWS = (
        Row("microphone", "Jabra [USB] " + "long " * 40, Tone.GOOD),
        Row("", "[bold]a line[/bold]"),
        Row("page", "x"),
    )

    def test_in_a_pipe_every_row_is_one_plain_line(self) -> None:
        stream = io.StringIO()
        show(self.ROWS, stream)
        assert stream.getvalue() == f"microphone: {self.ROWS[0].text}\n[bold]a line[/bold]\npage: x\n"

    def test_on_a_terminal_there_is_colour_and_nothing_is_taken_for_markup(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)
        stream = io.StringIO()
        stream.isatty = lambda: True  # type: ignore[method-assign]
        show(self.ROWS, stream)
        assert "\x1b[32mJabra [USB]" in stream.getvalue()
        assert "[bold]a line[/bold]" in stream.getvalue()
        assert stream.getvalue().count("long") == 40
