"""Everything that crosses the bridge between Python and the page, as typed JSON.

On the wire: one JSON object a message, camelCase keys, a kebab-case `type`, the protocol version in `v`.
Page → Python messages (`PageMessage`) come from a process that may be broken: they are parsed strictly and a
message that does not parse is reported, never guessed at. Python → page messages (`Command`) are built here only.

Units: durations in seconds unless the name says `_ms`; levels are 0..1 RMS of full scale; volumes 0..1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

PROTOCOL_VERSION = 1
MESSAGE_LIMIT = 256 * 1024
"""Longest page message accepted, in characters: far above any honest one, far below one that hurts."""


class ProtocolError(ValueError):
    """A page message that is not part of the protocol; the text names what was wrong, without its content."""


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class ConnectionState(StrEnum):
    """`AvatarPlayer.getConnectionState()`; the names are the SDK's."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    FAILED = "failed"


class Operation(StrEnum):
    """The SDK calls the page makes; each has a deadline and each failure names one."""

    INITIALIZE = "initialize"
    LOAD_AVATAR = "load-avatar"
    FIRST_FRAME = "first-frame"
    CONNECT = "connect"
    OPEN_MICROPHONE = "open-microphone"
    PUBLISH = "publish"
    RECONNECT = "reconnect"
    DISCONNECT = "disconnect"
    DISPOSE = "dispose"


class AudioDevice(Wire):
    """One input or output as Chromium names it; `ordinal` tells devices of equal label apart (0 = first)."""

    id: str
    label: str
    ordinal: int = 0


class PageError(Wire):
    """A failure as the page saw it. `status` is an HTTP status, `reason` livekit-client's numeric reason."""

    name: str
    message: str
    status: int | None = None
    reason: int | None = None


# --- Python → page -------------------------------------------------------------------------------------------


class PlayerOptions(Wire):
    log_level: Literal["info", "warning", "error", "none"] = "warning"
    transition_start_frame_count: int = 5
    transition_end_frame_count: int = 40
    enable_jitter_buffer: bool = True
    max_buffer_delay_ms: int = 80


class AvatarSettings(Wire):
    """What `AvatarSDK.initialize`, `AvatarManager.load` and `new AvatarPlayer` take, or what another generation of the
    vendor's packages takes in their place."""

    sdk: str = "builtin"
    generation: Literal[1, 2, 3] = 1
    """Which of its adapters drives the avatar; the built-in one is driven like the first generation."""
    app_id: str = "builtin"
    avatar_id: str = "builtin"
    environment: Literal["intl", "cn"] = "intl"
    """Asked for by the first generation."""
    region: str = "us-west"
    """Asked for by the second."""
    player: PlayerOptions = PlayerOptions()


class MicrophoneConstraints(Wire):
    echo_cancellation: bool = True
    noise_suppression: bool = True
    auto_gain_control: bool = True


class Appearance(Wire):
    organisation: str = ""
    logo: str | None = None
    """URL below kiosk://app, or nothing."""
    accent: str = "#2f6fed"
    background: str | None = None
    theme: Literal["dark", "light"] = "dark"
    languages: tuple[str, ...] = ("en",)
    captions: bool = True
    contact: str = ""


class Deadlines(Wire):
    """Wall-clock limits over the SDK's calls, in seconds; several of them never settle by themselves."""

    initialize: float = 15
    load_avatar: float = 60
    first_frame: float = 20
    connect: float = 15
    open_microphone: float = 8
    publish: float = 10
    reconnect: float = 10
    disconnect: float = 3


class Configure(Wire):
    """First message after `hello`, and again whenever the looks change; everything in it may change live but
    `avatar` and `demo`, which the page reads once, on `prepare`."""

    type: Literal["configure"] = "configure"
    v: int = PROTOCOL_VERSION
    demo: bool
    avatar: AvatarSettings = AvatarSettings()
    server_url: str | None = None
    """LiveKit URL to warm up with `prepareConnection` while idle."""
    microphone: MicrophoneConstraints = MicrophoneConstraints()
    volume: float = 0.8
    appearance: Appearance = Appearance()
    deadlines: Deadlines = Deadlines()
    transcripts: bool = False
    """Tell what is said (`said`); otherwise nobody's words ever leave the page."""


class Prepare(Wire):
    """Initialise the SDK, set the session token, load the avatar, create the view. Answered by
    `progress`, then `prepared` or `operation-failed`. Asked again after a failure it starts anew."""

    type: Literal["prepare"] = "prepare"
    session_token: str | None = None


class SetSessionToken(Wire):
    """A renewed AvatarKit session token."""

    type: Literal["set-session-token"] = "set-session-token"
    session_token: str


class Connect(Wire):
    """Start attempt `attempt`: new provider and player, connect, open the microphone, publish it."""

    type: Literal["connect"] = "connect"
    attempt: str
    url: str
    token: str
    room_name: str
    microphone: AudioDevice | None = None
    """The wanted input; nothing: there is none now, connect without and wait for `use-microphone`."""
    language: str = "en"


class Reconnect(Wire):
    """`player.reconnect()` under its deadline; answered by connection states or `operation-failed`."""

    type: Literal["reconnect"] = "reconnect"
    attempt: str


class Disconnect(Wire):
    """End attempt: unpublish, stop the track, disconnect, dispose on a later task; answered by `disposed`.
    Always answered, also when the attempt is unknown, so that nobody waits for ever."""

    type: Literal["disconnect"] = "disconnect"
    attempt: str


class UseMicrophone(Wire):
    """Open this input and put it in place of the one being published; nothing: there is none."""

    type: Literal["use-microphone"] = "use-microphone"
    attempt: str
    microphone: AudioDevice | None


class UseSpeaker(Wire):
    """Play on this output (`setSinkId`); nothing: the system's default."""

    type: Literal["use-speaker"] = "use-speaker"
    speaker: AudioDevice | None


class Screen(StrEnum):
    """What the visitor sees."""

    STARTING = "starting"
    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    RECOVERING = "recovering"
    ENDING = "ending"
    OFFLINE = "offline"
    CLOSED = "closed"
    FAULTED = "faulted"


class Present(Wire):
    """Show a screen. `sentence` is a key of the locale files; the page never shows technical text."""

    type: Literal["present"] = "present"
    screen: Screen
    sentence: str
    attempt: str | None = None
    agent_state: str | None = None
    """`lk.agent.state`: initializing, idle, listening, thinking, speaking."""
    microphone: Literal["live", "muted", "silent", "missing", "off"] = "off"
    ends_in: float | None = None
    """Seconds until the session ends for want of activity, or at its maximum: the page counts down."""


Command = (
    Configure | Prepare | SetSessionToken | Connect | Reconnect | Disconnect | UseMicrophone | UseSpeaker | Present
)


def encode(command: Command) -> str:
    """The command as JSON text for the bridge."""
    return command.model_dump_json(by_alias=True)


# --- page → Python -------------------------------------------------------------------------------------------


class FromPage(Wire):
    page: int
    """Number of the page load that speaks, from the `page` query of its URL."""


class Features(Wire):
    webgl2: bool
    encoded_transforms: bool
    software_rendering: bool = False


class Hello(FromPage):
    """The page's modules are loaded and it listens. Nothing is sent before."""

    type: Literal["hello"] = "hello"
    v: int
    livekit_client: str
    chromium: str
    features: Features


class Heartbeat(FromPage):
    """Every second from the page's main thread. `painted` counts animation frames since the last beat, `frames`
    the motion frames received; `marker` proves that the document is still ours (not wiped)."""

    type: Literal["heartbeat"] = "heartbeat"
    painted: int = 0
    frames_per_second: float = 0.0
    rendered_per_second: float = 0.0
    marker: bool = True
    context_lost: bool = False


class Progress(FromPage):
    type: Literal["progress"] = "progress"
    operation: Operation
    progress: float = Field(ge=0, le=1)


class Prepared(FromPage):
    """Avatar loaded and its first frame seen. `fallback`: the vendor's failed, the built-in one took over."""

    type: Literal["prepared"] = "prepared"
    sdk: str
    fallback: bool = False
    fallback_cause: str = ""


class OperationFailed(FromPage):
    type: Literal["operation-failed"] = "operation-failed"
    operation: Operation
    error: PageError
    attempt: str | None = None
    device: str | None = None
    """Id of the input that could not be opened: by the time this arrives another may have been asked for."""


class ConnectionStateChanged(FromPage):
    type: Literal["connection-state-changed"] = "connection-state-changed"
    attempt: str
    state: ConnectionState


class PlayerEvent(FromPage):
    """The player's other four events, as they come. `reason` is livekit-client's DisconnectReason number."""

    type: Literal["player-event"] = "player-event"
    attempt: str
    event: Literal["connected", "disconnected", "error", "stalled"]
    error: PageError | None = None
    reason: int | None = None


class Published(FromPage):
    """The microphone is published. `label` is what was really opened."""

    type: Literal["published"] = "published"
    attempt: str
    label: str


class Agent(FromPage):
    """The agent's presence and state, sent on every change. `audible`: its sound track is subscribed."""

    type: Literal["agent"] = "agent"
    attempt: str
    present: bool
    audible: bool = False
    state: str | None = None


class FirstSound(FromPage):
    """The agent's sound rose above silence for the first time in this attempt."""

    type: Literal["first-sound"] = "first-sound"
    attempt: str


class Activity(FromPage):
    """Somebody is there: the visitor speaks, the agent speaks or thinks, or the screen is touched.
    At most one a second."""

    type: Literal["activity"] = "activity"
    attempt: str | None = None
    kind: Literal["visitor-speech", "agent-speech", "touch"]


class Devices(FromPage):
    """Inputs and outputs that Chromium sees; sent after `configure` and on every change (polled every 2 s,
    because neither `devicechange` nor `ended` is reliable with PulseAudio)."""

    type: Literal["devices"] = "devices"
    inputs: tuple[AudioDevice, ...]
    outputs: tuple[AudioDevice, ...] = ()
    unnamed: bool = False
    """There are others, which Chromium does not name: without a microphone it has never opened one, and so it hides
    what the loudspeakers are called."""


class MicrophoneChanged(FromPage):
    """State of the page's capture; sent on change, and each second while live with a fresh `level`."""

    type: Literal["microphone"] = "microphone"
    attempt: str | None = None
    state: Literal["live", "muted", "ended", "off"]
    label: str | None = None
    level: float = 0.0


class Intent(FromPage):
    """The visitor touched a control: `start` on the idle screen, `stop` in a session."""

    type: Literal["intent"] = "intent"
    action: Literal["start", "stop"]
    language: str | None = None


class Disposed(FromPage):
    """The attempt has left the room, its track is stopped and its player gone."""

    type: Literal["disposed"] = "disposed"
    attempt: str


class Said(FromPage):
    """Words of a caption that is complete; only where the configuration asks for transcripts."""

    type: Literal["said"] = "said"
    speaker: Literal["agent", "visitor"]
    text: str = Field(max_length=4000)


class PageLog(FromPage):
    """A line for the log: the cause of something the visitor only saw as a kind sentence."""

    type: Literal["log"] = "log"
    level: Literal["debug", "info", "warning", "error"]
    text: str = Field(max_length=4000)


PageMessage = Annotated[
    Hello
    | Heartbeat
    | Progress
    | Prepared
    | OperationFailed
    | ConnectionStateChanged
    | PlayerEvent
    | Published
    | Agent
    | FirstSound
    | Activity
    | Devices
    | MicrophoneChanged
    | Intent
    | Disposed
    | Said
    | PageLog,
    Field(discriminator="type"),
]

_adapter: TypeAdapter[PageMessage] = TypeAdapter(PageMessage)


def decode(text: str) -> PageMessage:
    """Parse one page message.

    Raises:
        ProtocolError: too long, not JSON, an unknown type, or fields that do not fit. Its text names places and
            kinds of error only: the content may hold what must not be logged.
    """
    if len(text) > MESSAGE_LIMIT:
        raise ProtocolError(f"message of {len(text)} characters; at most {MESSAGE_LIMIT} are read")
    try:
        return _adapter.validate_json(text)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'message'}: {problem['type']}" for problem in error.errors()
        )
        raise ProtocolError(places) from None
