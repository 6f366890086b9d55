"""What the kiosk says about itself: the typed source of `status --json`.

The shape never varies: what is not known, or not there, is null. Moments are ISO 8601 in UTC. Nothing here may
hold a secret or a visitor's words.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStatus:
    """The visitor's session; all null while there is none."""

    id: str | None = None
    room: str | None = None
    attempt: str | None = None
    """The present connection attempt; a session that recovers has several."""
    started: datetime | None = None
    agent_state: str | None = None
    """`lk.agent.state`: initializing, idle, listening, thinking, speaking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrophoneStatus:
    wanted: str | list[str] = "auto"
    """The configuration's `microphone.device`."""
    active: str | None = None
    """Name of the device in use, or of the one that would be used."""
    state: str = "off"
    """off, live, muted, silent or missing."""
    level: float | None = None
    """RMS of full scale, 0..1; null while the microphone is released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarStatus:
    sdk: str
    loaded: bool = False
    frames_per_second: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryStatus:
    """`count` recoveries since the start of the process; `rung` is the ladder's present one, null when well."""

    count: int = 0
    last_reason: str | None = None
    last_ms: int | None = None
    """From the fault to proven health."""
    rung: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemStatus:
    """One thing wrong in the configuration file; `value` is shown only where it is no secret."""

    line: int | None
    column: int | None
    key: str
    value: str | None
    expected: str
    suggestion: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigStatus:
    """`loaded`: when the settings in force were read; `problems` are those of the file as it is now."""

    path: str | None = None
    loaded: datetime | None = None
    problems: tuple[ProblemStatus, ...] = ()
    restart_needed: tuple[str, ...] = ()
    """Keys whose new value counts from the next start on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStatus:
    heartbeat_ms: int | None = None
    """Age of the page's last sign of life."""
    renderer_pid: int | None = None
    chromium: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKitStatus:
    url: str | None = None
    client: str | None = None
    """Version of livekit-client, as the page reports it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    version: str
    state: str
    since: datetime
    avatar: AvatarStatus
    session: SessionStatus = field(default_factory=SessionStatus)
    microphone: MicrophoneStatus = field(default_factory=MicrophoneStatus)
    recovery: RecoveryStatus = field(default_factory=RecoveryStatus)
    config: ConfigStatus = field(default_factory=ConfigStatus)
    page: PageStatus = field(default_factory=PageStatus)
    livekit: LiveKitStatus = field(default_factory=LiveKitStatus)
    reason: str | None = None
    """What is wrong, as a name for programs; null when nothing is."""
    sentence: str | None = None
    """The same for people."""

    def to_json(self) -> dict[str, object]:
        """The status as JSON-ready values, keys in the order they are read in."""
        order = ("version", "state", "since", "reason", "sentence", "session", "microphone", "avatar", "recovery")
        plain = cast("dict[str, object]", _plain(asdict(self)))
        return {key: plain[key] for key in (*order, "config", "page", "livekit")}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case dict():
            return {key: _plain(member) for key, member in value.items()}
        case list() | tuple():
            return [_plain(member) for member in value]
        case _:
            return value
