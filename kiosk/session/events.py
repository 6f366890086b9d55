"""What can happen to a session besides the page's own messages, and what the step function wants done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.session.messages import PageMessage
from kiosk.session.model import Policy, Reason

# --- events --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Began:
    """The process is up; load the page."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; due timers act."""


@dataclass(frozen=True, slots=True)
class Slept:
    """The whole process stood still (suspend, SIGSTOP, an overloaded machine): nobody else's silence counts."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StartRequested:
    source: Literal["command", "auto"]
    language: str = ""


@dataclass(frozen=True, slots=True)
class StopRequested:
    reason: Reason


@dataclass(frozen=True, slots=True)
class PageRequested:
    """Somebody wants a new page; it comes at once where no visitor is served, and not at all where one is."""


@dataclass(frozen=True, slots=True)
class Granted:
    """Credentials gave a token; the token itself stays with the controller, states are logged."""

    attempt: str
    url: str
    room: str
    expires_at: float
    """Unix time."""
    unix_now: float = 0.0


@dataclass(frozen=True, slots=True)
class GrantRefused:
    attempt: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Probed:
    """Answer to a `Probe` effect; no reason: all is well."""

    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RendererGone:
    cause: str


@dataclass(frozen=True, slots=True)
class PageLoadFailed:
    cause: str


@dataclass(frozen=True, slots=True)
class CertificateRefused:
    """The browser does not accept the certificate of a server that the page has asked."""


@dataclass(frozen=True, slots=True)
class AvatarTokenArrived:
    """A session token could be had again after the built-in avatar had to stand in."""


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """New settings are in force; only sent in a resting phase."""

    policy: Policy
    demo: bool
    blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class HoursChanged:
    open: bool


@dataclass(frozen=True, slots=True)
class MemoryMeasured:
    """How many bytes the page's renderer holds, and our own process; None where nobody would start that again."""

    renderer: int
    process: int | None = None


Event = (
    PageMessage
    | Began
    | Tick
    | Slept
    | StartRequested
    | StopRequested
    | PageRequested
    | Granted
    | GrantRefused
    | Probed
    | RendererGone
    | PageLoadFailed
    | CertificateRefused
    | AvatarTokenArrived
    | Reconfigured
    | HoursChanged
    | MemoryMeasured
)

# --- effects -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PreparePage:
    """Send `configure` and `prepare`, with a session token if the avatar needs one."""


@dataclass(frozen=True, slots=True)
class ReloadPage:
    pass


@dataclass(frozen=True, slots=True)
class RebuildPage:
    """New profile and page; `kill`: the old renderer may hang and is killed first."""

    kill: bool = False


@dataclass(frozen=True, slots=True)
class Mint:
    """Fetch a join token; answered by `Granted` or `GrantRefused`."""

    attempt: str
    language: str


@dataclass(frozen=True, slots=True)
class SendConnect:
    attempt: str


@dataclass(frozen=True, slots=True)
class SendReconnect:
    attempt: str


@dataclass(frozen=True, slots=True)
class SendDisconnect:
    attempt: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    room: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask whether server and credentials work; answered by `Probed`."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Leave with the "restart me" exit code."""


@dataclass(frozen=True, slots=True)
class ProveHealth:
    """All is well for long enough: whatever went wrong before no longer counts, also not for the next process."""


Effect = (
    PreparePage
    | ReloadPage
    | RebuildPage
    | Mint
    | SendConnect
    | SendReconnect
    | SendDisconnect
    | CloseRoom
    | Probe
    | Restart
    | ProveHealth
)
