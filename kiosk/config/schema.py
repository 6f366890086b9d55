"""Every setting of the kiosk: its name, its type, its bounds, its default, and one sentence about it.

All tables are frozen and refuse unknown keys. Durations are float seconds here and text like ``"90s"`` in the file.
The bounds keep limits from being switched off by accident; the reason for a bound stands beside it.
"""

from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from kiosk.config.kinds import (
    IMAGE,
    Devices,
    Frames,
    Header,
    HeaderValue,
    Hours,
    HttpUrl,
    Line,
    Name,
    NamePart,
    Packages,
    Percent,
    PinHash,
    Port,
    Region,
    Rotation,
    Seconds,
    Secret,
    WebSocketUrl,
)
from kiosk.config.times import Duration, TimeZone
from kiosk.config.values import Chord, Colour, ColourOrImage, FilePath, IpAddress, Screen, Text, Texts, WordOrFolder


class Table(BaseModel):
    """What all tables share. Values never appear in a validation error's text: they may be secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class LiveKit(Table):
    """The LiveKit server, and who may join. Give either token_endpoint, or url with api_key and api_secret.

    Without this table the kiosk runs in demo mode.
    """

    url: WebSocketUrl | None = Field(
        default=None, description="The LiveKit server.", examples=["wss://livekit.example.com"]
    )
    token_endpoint: HttpUrl | None = Field(
        default=None,
        description="Your server that hands out tokens, so that no secret lies on this machine.",
        examples=["https://example.com/api/token"],
    )
    token_endpoint_headers: dict[Header, HeaderValue] = Field(
        default_factory=dict,
        description="Headers that prove to the token endpoint who is asking.",
        examples=[{"Authorization": "Bearer abc123"}],
    )
    # A visitor does not wait longer than a minute for a token.
    token_endpoint_timeout: Annotated[float, Duration("1s", "1m")] = Field(
        default=10.0, description="How long the token endpoint may take, retries included."
    )
    api_key: Name | None = Field(default=None, description="The key of the LiveKit server.", examples=["APIxxxxxxxx"])
    api_secret: Secret | None = Field(default=None, description="The secret that belongs to api_key.")
    room_prefix: NamePart = Field(default="lobby-", description="Each session gets its own room; their names begin so.")
    identity_prefix: NamePart = Field(default="kiosk-", description="The visitor's identity in the room begins so.")
    agent_name: Name | None = Field(
        default=None,
        description="The agent to call into the room; without it the server's default comes.",
        examples=["reception"],
    )
    agent_metadata: Annotated[str, Text("a text", most=16_384, form=r"[^\x00]*")] | None = Field(
        default=None, description="Handed to the agent as its job's metadata.", examples=['{"site": "lobby"}']
    )
    # The server refreshes a token at joining and every 5 minutes; a longer one only helps a thief.
    token_ttl: Annotated[float, Duration("1m", "1h")] = Field(
        default=5.0 * 60, description="How long a token can be used to join."
    )


class Avatar(Table):
    """The avatar. The built-in one needs no settings; AvatarKit's needs app_id, avatar_id and api_key."""

    sdk: Annotated[Literal["builtin", "installed"] | Path, WordOrFolder(("builtin", "installed"))] = Field(
        default="builtin",
        description="Where the avatar comes from; unset: the installed one if there is one and app_id is set.",
    )
    packages: Packages = Field(
        default=("@spatialwalk/avatarkit@1.0.0-beta.84", "@spatialwalk/avatarkit-rtc@1.0.0-beta.7"),
        description="What `avatar-kiosk sdk install` fetches.",
    )
    app_id: Name | None = Field(default=None, description="The app on the AvatarKit platform.", examples=["app_xxxx"])
    avatar_id: Name | None = Field(default=None, description="The avatar to show.", examples=["avatar_xxxx"])
    environment: Literal["intl", "cn"] = Field(default="intl", description="The AvatarKit environment.")
    region: Region = Field(default="us-west", description="The region, for @spatius packages.")
    api_key: Secret | None = Field(default=None, description="The key of the AvatarKit platform.")
    console_endpoint: HttpUrl | None = Field(
        default=None,
        description="Where session tokens come from; unset: the vendor's own, for intl.",
        examples=["https://console.us-west.spatialwalk.cloud/v1/console"],
    )
    # AvatarKit's own limit is one hour. Below a few minutes the token would be renewed all the time.
    session_token_ttl: Annotated[float, Duration("5m", "1h")] = Field(
        default=3600.0, description="How long an AvatarKit session token is used."
    )
    log_level: Literal["info", "warning", "error", "none"] = Field(default="warning", description="What the SDK logs.")
    transition_start_frames: Frames = Field(default=5, description="Frames from resting to speaking (25 a second).")
    transition_end_frames: Frames = Field(default=40, description="Frames from speaking to resting (25 a second).")
    jitter_buffer: bool = Field(default=True, description="Smooth the motion; false helps on a jittery network.")
    max_buffer_delay_ms: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=80, description="The longest delay the jitter buffer may add, in milliseconds."
    )


class Microphone(Table):
    """The microphone the visitor speaks into."""

    device: Devices = Field(
        default=("auto",),
        description="Names as `avatar-kiosk microphones` lists them; the first one that is there is used.",
        examples=[["Jabra*", "auto"]],
    )
    echo_cancellation: bool = Field(default=True, description="Take the avatar's own voice out of the sound.")
    noise_suppression: bool = Field(default=True, description="Take steady noise out of it.")
    auto_gain: bool = Field(default=True, description="Even out quiet and loud voices.")


class Speaker(Table):
    """The speaker the avatar is heard from."""

    device: Devices = Field(default=("auto",), description="Like the microphone's.", examples=["HDMI*"])
    volume: Percent = Field(default=80, description="How loud, in percent.")
    max_volume: Percent = Field(
        default=100, description="The volume never goes beyond it, whatever volume says. Percent."
    )


class Session(Table):
    """One visitor's conversation."""

    start: Literal["tap", "auto"] = Field(default="tap", description="Begin when the screen is tapped, or by itself.")
    idle_timeout: Annotated[float, Duration("1s", "1h")] = Field(
        default=60.0, description="End the session when nobody has spoken for so long."
    )
    warning: Annotated[float, Duration("0s", "5m")] = Field(
        default_factory=lambda table: min(15.0, table["idle_timeout"] / 4),
        description="Show a countdown so long before; unset: a quarter of idle_timeout, at most 15s.",
        examples=["15s"],
    )
    max_duration: Annotated[float, Duration("5s", "24h")] = Field(
        default=15.0 * 60, description="End any session after it."
    )
    agent_timeout: Annotated[float, Duration("1s", "5m")] = Field(
        default=20.0, description="Give up when no agent has come and become ready by then."
    )


class Recovery(Table):
    """How long to wait for things that may be broken before doing something about it. The defaults suit most sites."""

    # The page beats once a second: less than two beats would be a false alarm.
    heartbeat_limit: Annotated[float, Duration("2s", "1m")] = Field(
        default=5.0, description="A page that is silent for so long is taken for dead."
    )
    resume_timeout: Annotated[float, Duration("100ms", "1m")] = Field(
        default=4.0, description="How long the avatar's own resume may take."
    )
    reconnect_timeout: Seconds = Field(default=10.0, description="How long a reconnect may take.")
    connect_timeout: Seconds = Field(default=15.0, description="How long a connect may take.")
    reload_timeout: Annotated[float, Duration("2s", "5m")] = Field(
        default=15.0, description="How long loading the page may take."
    )
    rebuild_timeout: Annotated[float, Duration("2s", "5m")] = Field(
        default=20.0, description="How long starting a new renderer may take."
    )
    # Never zero: a fault that comes back at once would keep a processor, or a server, busy.
    backoff_initial: Annotated[float, Duration("50ms", "1m")] = Field(
        default=0.5, description="The first pause between tries."
    )
    backoff_max: Annotated[float, Duration("1s", "10m")] = Field(
        default=30.0, description="The longest pause between tries."
    )
    healthy_after: Annotated[float, Duration("1s", "1h")] = Field(
        default=30.0, description="So long without trouble counts as recovered."
    )
    attempts_per_rung: Annotated[int, Field(ge=1, le=10)] = Field(
        default=2, description="How often one remedy is tried before a stronger one."
    )
    restarts: Annotated[int, Field(ge=1, le=100)] = Field(
        default=3, description="How often to leave and be started again before calling for a person."
    )
    retry_max: Annotated[float, Duration("10s", "1h")] = Field(
        default=300.0, description="The longest pause between tries once a person has been called for."
    )
    # Replacing the page takes seconds, in which the screen is not ready for a visitor.
    page_age: Annotated[float, Duration("10m", "168h")] = Field(
        default=6 * 3600.0, description="Replace a page that is older, when nobody is there."
    )
    page_memory: Annotated[int, Field(ge=200, le=16_000)] = Field(
        default=800, description="Replace a page that takes more megabytes, when nobody is there."
    )
    process_memory: Annotated[int, Field(ge=500, le=64_000)] = Field(
        default=1200, description="Have a kiosk that takes more megabytes itself started again, when nobody is there."
    )


class Display(Table):
    """The screen and the window."""

    fullscreen: bool = Field(default=True, description="Fill the whole screen.")
    screen: Annotated[int | str, Screen()] = Field(default="primary", description="The screen to use.")
    rotation: Rotation = Field(default=0, description="Turn everything by so many degrees, clockwise.")
    zoom: Annotated[float, Field(ge=0.25, le=5)] = Field(default=1.0, description="Size of everything on the page.")
    gpu: Literal["auto", "on", "off"] = Field(default="auto", description="Draw with the graphics card.")


class Appearance(Table):
    """What the visitor sees."""

    organisation: Line = Field(default="", description="Your name on the screen.", examples=["Example Ltd"])
    logo: Annotated[Path, IMAGE] | None = Field(default=None, description="Your logo.", examples=["logo.svg"])
    accent: Annotated[str, Colour()] = Field(default="#2f6fed", description="The colour of buttons and rings.")
    background: Annotated[str | Path, ColourOrImage(IMAGE)] | None = Field(
        default=None, description="Behind the avatar; unset: the theme's.", examples=["#10141c"]
    )
    theme: Literal["dark", "light"] = Field(default="dark", description="Light text on dark, or dark on light.")
    languages: Annotated[
        tuple[str, ...], Texts('a list of languages such as ["en", "de"]', r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
    ] = Field(default=("en",), description="The languages a visitor can choose; the first one is shown.")
    captions: bool = Field(default=True, description="Show what is said as text.")
    contact: Line = Field(
        default="", description="Whom to call; shown when the kiosk is out of order.", examples=["Reception, phone 100"]
    )


class OpeningHours(Table):
    """The opening hours of each day. A day that is not named is a closed day, if any is named."""

    mon: Hours = Field(default=(), description="Monday.", examples=[["08:00-18:00"]])
    tue: Hours = Field(default=(), description="Tuesday.", examples=[["08:00-18:00"]])
    wed: Hours = Field(default=(), description="Wednesday.", examples=[["08:00-18:00"]])
    thu: Hours = Field(default=(), description="Thursday.", examples=[["08:00-12:00", "13:00-20:00"]])
    fri: Hours = Field(default=(), description="Friday, until two o'clock in the night.", examples=[["08:00-02:00"]])
    sat: Hours = Field(default=(), description="Saturday.", examples=[[]])
    sun: Hours = Field(default=(), description="Sunday.", examples=[[]])


class Schedule(Table):
    """When the kiosk is open. Without opening hours it is always open."""

    timezone: Annotated[ZoneInfo, TimeZone()] | None = Field(
        default=None, description="Unset: this machine's.", examples=["Europe/Vienna"]
    )
    open: OpeningHours = OpeningHours()


class Admin(Table):
    """The admin corner: touch a corner of the screen, or press keys, and give the PIN."""

    pin_hash: PinHash | None = Field(default=None, description="The PIN's hash; `avatar-kiosk set-pin` writes it.")
    corner: Literal["top-left", "top-right", "bottom-left", "bottom-right", "none"] = Field(
        default="top-right", description="Where to touch."
    )
    gesture: Literal["both", "taps", "press"] = Field(
        default="both", description="Five taps within 3 seconds, a press of 3 seconds, or either."
    )
    keys: Annotated[str, Chord()] = Field(
        default="Ctrl+Alt+Shift+A", description="The keys that do the same on a keyboard."
    )
    # Long enough to read what is wrong; short enough that nobody walks up to an open panel.
    close_after: Annotated[float, Duration("10s", "10m")] = Field(
        default=60.0, description="The panel closes by itself when nothing is touched for so long."
    )


class Monitoring(Table):
    """Figures for a monitoring system (Prometheus). Off unless a port is given."""

    port: Port | None = Field(default=None, description="Port to listen on.", examples=[9464])
    bind: Annotated[str, IpAddress()] = Field(default="127.0.0.1", description="Address to listen on.")


class Log(Table):
    """The kiosk's own log. It never holds secrets."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is written.")
    format: Literal["text", "json"] = Field(default="text", description="For people, or for programs.")
    file: Annotated[Path, FilePath("a file")] | None = Field(
        default=None,
        description="Also write to this file; it is rotated.",
        examples=["/var/log/avatar-kiosk/kiosk.log"],
    )
    transcripts: bool = Field(default=False, description="Also write what is said. Ask your privacy officer first.")


class Settings(Table):
    """All settings, with the defaults of a kiosk in demo mode."""

    restart_keys: ClassVar[tuple[str, ...]] = (
        "display.gpu",
        "log.file",
        "monitoring.port",
        "monitoring.bind",
    )
    """What is read only once, at the start of the process."""

    # In the order of the documentation: what most sites set comes first.
    livekit: LiveKit = LiveKit()
    avatar: Avatar = Avatar()
    appearance: Appearance = Appearance()
    microphone: Microphone = Microphone()
    speaker: Speaker = Speaker()
    session: Session = Session()
    schedule: Schedule = Schedule()
    display: Display = Display()
    admin: Admin = Admin()
    monitoring: Monitoring = Monitoring()
    log: Log = Log()
    recovery: Recovery = Recovery()

    @property
    def demo(self) -> bool:
        """Nothing is said about a LiveKit server: the kiosk talks with itself."""
        return not self.livekit.model_fields_set

    def secret_values(self) -> frozenset[str]:
        """Every secret in the clear, for the log's redactor."""
        return frozenset(_secrets_in(self))


def _secrets_in(value: object) -> list[str]:
    match value:
        case SecretStr():
            return [value.get_secret_value()]
        case dict():
            return [secret for item in value.values() for secret in _secrets_in(item)]
        case BaseModel():
            return [secret for name in type(value).model_fields for secret in _secrets_in(getattr(value, name))]
        case _:
            return []
