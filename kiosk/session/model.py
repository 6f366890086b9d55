"""The values the session is made of: phases, reasons, timers, and the one immutable `State`.

All times are seconds of one monotonic clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType

REQUIRED_LIVEKIT_CLIENT = "2.16.1"
"""The vendor's adapter works with this version only: 2.17 joins with a single peer connection."""


class Phase(StrEnum):
    """The design's states. `in_session`: a visitor is being served. `resting`: settings may be swapped."""

    STARTING = "starting"
    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    RECOVERING = "recovering"
    ENDING = "ending"
    OFFLINE = "offline"
    CLOSED = "closed"
    FAULTED = "faulted"

    @property
    def in_session(self) -> bool:
        return self in (Phase.CONNECTING, Phase.LIVE, Phase.RECOVERING)

    @property
    def resting(self) -> bool:
        return self in (Phase.IDLE, Phase.OFFLINE, Phase.CLOSED, Phase.FAULTED)


class Rung(IntEnum):
    """The recovery ladder, mildest first."""

    RESUME = 0
    RECONNECT = 1
    FRESH = 2
    RELOAD = 3
    REBUILD = 4
    RESTART = 5

    @property
    def word(self) -> str:
        return self.name.lower()


class Reason(StrEnum):
    """Why a session ended, the kiosk is not usable, or a recovery began. The words are part of `status --json`."""

    VISITOR = "visitor"
    COMMAND = "command"
    IDLE_TIMEOUT = "idle_timeout"
    MAX_DURATION = "max_duration"
    AGENT_LEFT = "agent_left"
    AGENT_MISSING = "agent_missing"
    AGENT_GONE = "agent_gone"
    """It left because of a recovery, not because the conversation was over."""
    ROOM_ENDED = "room_ended"
    SHUTDOWN = "shutdown"
    RECONFIGURED = "reconfigured"
    OUTSIDE_HOURS = "outside_hours"
    SERVER_UNREACHABLE = "server_unreachable"
    CREDENTIALS_REFUSED = "credentials_refused"
    ENDPOINT_UNAVAILABLE = "endpoint_unavailable"
    ENDPOINT_REFUSED = "endpoint_refused"
    ENDPOINT_INVALID = "endpoint_invalid"
    CERTIFICATE_REFUSED = "certificate_refused"
    """By the browser, although the credentials' own requests get through."""
    LIVEKIT_VERSION = "livekit_version"
    CONFIGURATION = "configuration"
    SESSION_TOKEN_UNAVAILABLE = "session_token_unavailable"
    SESSION_TOKEN_REFUSED = "session_token_refused"
    STALLED = "stalled"
    FRAMES_STOPPED = "frames_stopped"
    SOUND_STOPPED = "sound_stopped"
    """The agent says that it speaks, and nothing of it is heard."""
    IDENTITY_TAKEN = "identity_taken"
    """Somebody else has joined the room as this kiosk."""
    CONNECTION_LOST = "connection_lost"
    CONNECTION_CLOSED = "connection_closed"
    CONNECTION_FAILED = "connection_failed"
    PUBLISH_FAILED = "publish_failed"
    CREDENTIALS_SILENT = "credentials_silent"
    """Asking for a token did not settle in time."""
    PAGE_SILENT = "page_silent"
    PAGE_WIPED = "page_wiped"
    PAGE_FAILED = "page_failed"
    RENDERER_GONE = "renderer_gone"
    CONTEXT_LOST = "context_lost"
    AVATAR_FAILED = "avatar_failed"
    RECOVERY_EXHAUSTED = "recovery_exhausted"
    """Every rung was tried, and the process started again as often as it may be, without health coming back."""
    RECYCLED = "recycled"
    """The page had become old or large, and nobody was there."""

    @property
    def entry(self) -> Rung:
        """The mildest rung that can help against this trouble; the ladder starts there."""
        return _ENTRY.get(self, Rung.FRESH)

    @property
    def needs_person(self) -> bool:
        """Waiting does not cure it: something must be set right."""
        return self in _NEEDS_PERSON


_ENTRY: Mapping[Reason, Rung] = MappingProxyType(
    {
        Reason.CONNECTION_LOST: Rung.RESUME,
        # `stalled` comes after 3 s without frames: the SDK's own resume had its chance by then.
        Reason.STALLED: Rung.RECONNECT,
        # livekit-client has given up by itself: nothing will resume.
        Reason.CONNECTION_CLOSED: Rung.RECONNECT,
        Reason.FRAMES_STOPPED: Rung.RECONNECT,
        Reason.SOUND_STOPPED: Rung.RECONNECT,
        Reason.PAGE_WIPED: Rung.RELOAD,
        Reason.CONTEXT_LOST: Rung.RELOAD,
        Reason.AVATAR_FAILED: Rung.RELOAD,
        Reason.PAGE_FAILED: Rung.RELOAD,
        # A hung renderer cannot reload itself, a dead one has nothing to reload.
        Reason.PAGE_SILENT: Rung.REBUILD,
        Reason.RENDERER_GONE: Rung.REBUILD,
    }
)

_NEEDS_PERSON = frozenset(
    {
        Reason.CREDENTIALS_REFUSED,
        Reason.ENDPOINT_REFUSED,
        Reason.ENDPOINT_INVALID,
        Reason.CERTIFICATE_REFUSED,
        Reason.LIVEKIT_VERSION,
        Reason.CONFIGURATION,
        Reason.RECOVERY_EXHAUSTED,
    }
)


class Timer(StrEnum):
    """What `State.timers` waits for."""

    PAGE = "page"
    HEARTBEAT = "heartbeat"
    CONNECT = "connect"
    AGENT = "agent"
    AGENT_RETURN = "agent_return"
    BACKOFF = "backoff"
    RUNG = "rung"
    HEALTH = "health"
    SESSION_WARNING = "session_warning"
    SESSION_END = "session_end"
    DISPOSE = "dispose"
    LINGER = "linger"
    PROBE = "probe"
    PROBE_ANSWER = "probe_answer"
    AUTO_START = "auto_start"
    RECYCLE = "recycle"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of the configuration that the step function needs, in seconds."""

    auto_start: bool = False
    idle_timeout: float = 60.0
    warning: float = 15.0
    max_duration: float = 900.0
    agent_timeout: float = 20.0
    agent_return: float = 3.0
    """An agent that leaves may be replaced by its server at once; after this the conversation is over."""
    heartbeat_limit: float = 5.0
    credentials_timeout: float = 20.0
    connect_timeout: float = 15.0
    resume_timeout: float = 4.0
    signal_patience: float = 60.0
    """How long a conversation goes on whose signalling is lost while its sound and motion still arrive; livekit-client
    tries to resume for about 50 s and then says that it has given up."""
    reconnect_timeout: float = 10.0
    reload_timeout: float = 15.0
    rebuild_timeout: float = 20.0
    prepare_timeout: float = 90.0
    """Initialise, load and first frame of an avatar that may come over a slow line."""
    attempts_per_rung: int = 2
    backoff_initial: float = 0.5
    backoff_max: float = 30.0
    healthy_after: float = 30.0
    restart_budget: int = 3
    """How often the process may leave to be started again before health is proven once."""
    retry_initial: float = 30.0
    retry_max: float = 300.0
    """From the first to the longest pause between two tries once that budget is used up."""
    stand_in_initial: float = 20.0
    stand_in_max: float = 900.0
    """How long a page with the built-in avatar in the configured one's place is kept at first, and at most."""
    page_age: float = 6 * 3600.0
    page_memory: int = 800_000_000
    """Bytes of its renderer, and seconds: from either on a page is replaced as soon as nobody is there."""
    process_memory: int = 1_200_000_000
    """Bytes of our own process, with all of Chromium but its renderers: from there on it leaves to be started again."""
    dispose_timeout: float = 4.0
    goodbye: float = 1.5
    """How long the goodbye stands; a trouble's sentence stands `trouble_linger`."""
    trouble_linger: float = 5.0
    patience: float = 20.0
    """How long a conversation that was live waits for a server that cannot be reached before it is given up."""
    first_patience: float = 40.0
    """How long a visitor waits for a conversation that has not begun, while the server answers and nothing connects."""
    probe_interval: float = 60.0
    probe_timeout: float = 20.0
    idle_health: float = 300.0
    frames_stopped_after: float = 4.0
    """The SDK says `stalled` after 3 s; this is for the one that stays silent."""
    sound_stopped_after: float = 6.0
    """Voices pause for breath, for a second or two, and agents say a little early that they speak."""


class PageStage(StrEnum):
    LOADING = "loading"
    PREPARING = "preparing"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Page:
    stage: PageStage = PageStage.LOADING
    chromium: str = ""
    livekit_client: str = ""
    sdk: str = ""
    fallback_cause: str = ""
    """Why the built-in avatar stands in for the configured one; empty when it does not."""
    frames_per_second: float = 0.0
    last_beat: float | None = None
    ready_since: float | None = None
    frames_stopped_since: float | None = None
    distrusts: bool = False
    """Its browser has refused the server's certificate, since the page came or the last attempt began."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One connection attempt; its id marks every message that belongs to it."""

    id: str
    room: str | None = None
    url: str | None = None
    token_until: float = 0.0
    connected: bool = False
    published: str | None = None
    agent_present: bool = False
    agent_ready: bool = False
    agent_state: str | None = None
    heard: bool = False
    """It has been heard: only a voice that was there can be missed; an agent that never has one is not broken."""
    silent_since: float | None = None
    """Since when it says that it speaks without being heard; None while it does not say so."""
    seen_frames: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor's conversation; it outlives the attempts that recover it."""

    id: str
    source: str
    language: str
    started: float
    last_activity: float
    was_live: bool = False


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where on the ladder we are. `rung` and `tries` survive a recovery until health is proven."""

    rung: Rung | None = None
    tries: int = 0
    failures: int = 0
    started: float | None = None
    count: int = 0
    last_reason: Reason | None = None
    last_ms: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything the step function knows. Build with `initial()`; only `step` makes the next one."""

    boot: str
    """Random per process: makes ids unique across restarts and spreads the jitter of many kiosks."""
    policy: Policy
    demo: bool = False
    phase: Phase = Phase.STARTING
    since: float = 0.0
    reason: Reason | None = None
    page: Page = Page()
    session: Session | None = None
    attempt: Attempt | None = None
    recovery: Recovery = Recovery()
    timers: Mapping[Timer, float] = field(default_factory=lambda: MappingProxyType({}))
    serial: int = 0
    probe_failures: int = 0
    pending_start: str | None = None
    """Source of a start that came while the last session was still being cleared away."""
    open_hours: bool = True
    blocked: Reason | None = None
    """Why no session may start although the page is well: settings that cannot be run."""
    disposed: bool = False
    """While ending: the page has left the room."""
    page_used: bool = False
    """A visitor's session ran on this page; it is replaced before the next one may start."""
    failed_starts: int = 0
    """Starts of the process before this one, in a row, that never came to proven health."""
    stand_ins: int = 0
    """Pages in a row on which the built-in avatar had to stand in for the configured one."""
    exhausted: int = 0
    """How often the whole ladder was of no use since health was last proven."""

    @property
    def ends_at(self) -> float | None:
        """When the session ends if nobody does anything more."""
        if self.session is None or self.phase is not Phase.LIVE:
            return None
        idle = self.session.last_activity + self.policy.idle_timeout
        return min(idle, self.session.started + self.policy.max_duration)

    def next_deadline(self) -> float | None:
        """When `step` wants a `Tick` at the latest."""
        return min(self.timers.values(), default=None)

    def with_timers(self, **changes: float | None) -> State:
        """A copy with timers set, or cleared where the value is None; keyword names are `Timer` values."""
        timers = dict(self.timers)
        for name, at in changes.items():
            if at is None:
                timers.pop(Timer(name), None)
            else:
                timers[Timer(name)] = at
        return replace(self, timers=MappingProxyType(timers))


def initial(
    boot: str, policy: Policy, *, demo: bool, now: float, blocked: Reason | None = None, failed_starts: int = 0
) -> State:
    """The state before the first page load."""
    return State(boot=boot, policy=policy, demo=demo, since=now, blocked=blocked, failed_starts=failed_starts)
