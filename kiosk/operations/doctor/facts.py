"""The facts the doctor judges, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.audio.listing import MicrophoneListing
from kiosk.audio.ranking import AudioDevice


@dataclass(frozen=True, slots=True)
class Gap:
    """A library or file that is missing, and the Debian package that brings it, if that is known."""

    what: str
    package: str | None


@dataclass(frozen=True, slots=True)
class GraphicsCards:
    """Device files of graphics cards: all, and those this user may use."""

    present: tuple[str, ...]
    usable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    name: str
    width: int
    """Pixels, as are heights."""
    height: int


@dataclass(frozen=True, slots=True)
class WebGl:
    """`renderer`: who draws, in the driver's words. `painted`: a colour that was drawn could be read back."""

    renderer: str
    painted: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """What the kiosk's Chromium can do on this machine.

    Attributes:
        platform: Qt's name of what it draws on; "offscreen" without a screen.
        screens: in Qt's order; empty without a screen.
        webgl2: None: it cannot.
        script_transform: a worker of its own was handed a transform of encoded frames.
        encoded_streams: the older interface for the same is there.
        outputs: the loudspeakers Qt sees.
    """

    platform: str
    screens: tuple[Screen, ...]
    webgl2: WebGl | None
    script_transform: bool
    encoded_streams: bool
    outputs: tuple[AudioDevice, ...]


@dataclass(frozen=True, slots=True)
class Hearing:
    """The microphones: who they are, and what is known of the one in use.

    Attributes:
        listing: what there is and which one the configuration means.
        problem: why Chromium could open none (a DOMException's name); None: it could, or nobody tried.
        state: what the running kiosk says of its microphone; None without one.
        server: whether the sound server answers; None: it cannot be told.
    """

    listing: MicrophoneListing
    problem: str | None
    state: str | None
    server: bool | None


@dataclass(frozen=True, slots=True)
class Output:
    """How a loudspeaker is set in the system's mixer. `volume`: percent, of the loudest channel."""

    muted: bool
    volume: int


@dataclass(frozen=True, slots=True)
class Disk:
    """`free`: bytes this user may still write. `writable`: whether it may write there at all."""

    purpose: str
    path: str
    free: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Blanking:
    """After how many seconds without a touch the screen goes dark (None: never), and whether it is dark now."""

    after: int | None
    dark: bool


@dataclass(frozen=True, slots=True)
class Service:
    """Who starts the kiosk, and who notices when it hangs.

    Attributes:
        systemd: whether systemd runs this machine.
        running: whether a kiosk runs.
        notifies: it has a service manager to report to.
        watchdog: seconds after which that one takes it for dead; None: never.
        script: it was started by packaging/run, which starts it again when it asks for that.
        unit: the systemd unit it runs in, or one that is installed.
        user: that one belongs to a user's own systemd, not to the machine's.
        properties: of that unit, as systemd names them.
    """

    systemd: bool
    running: bool
    notifies: bool = False
    watchdog: float | None = None
    script: bool = False
    unit: str | None = None
    user: bool = False
    properties: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A server of the configuration. `purpose`: what it is to the kiosk."""

    purpose: str
    name: str
    port: int
    secure: bool

    @property
    def address(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{name}:{self.port}"


class Obstacle(StrEnum):
    """On which step to a server the way ends."""

    NO_SUCH_NAME = "no such name"
    NO_NAME_SERVER = "no name server"
    REFUSED = "refused"
    NO_ANSWER = "no answer"
    NO_WAY = "no way"
    NO_TLS = "no TLS"
    NOT_TRUSTED = "not trusted"


@dataclass(frozen=True, slots=True)
class Way:
    """How far one comes to a server; seconds for each step that was taken.

    Attributes:
        obstacle: None: all the way.
        detail: the obstacle in the system's words.
        lead: seconds that the server's clock is ahead of this machine's; None: it did not say.
    """

    host: Host
    lookup: float | None = None
    connection: float | None = None
    handshake: float | None = None
    obstacle: Obstacle | None = None
    detail: str = ""
    lead: float | None = None
