"""What the controller needs from the outside, as protocols, so that tests hand it fakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.session.events import Effect, Event
from kiosk.session.messages import AudioDevice, Command, Configure
from kiosk.session.model import Policy, Reason, State

Record = Callable[[Event, State, State, Sequence[Effect]], None]
"""Sees every event with the state before and after it, and what it led to."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to join one room. The token never shows in a repr."""

    url: str
    token: str = field(repr=False)
    room: str
    expires_at: float
    """Unix time."""


class UnavailableError(Exception):
    """Something the session needs cannot be had. `detail` is for the operator's log, free of secrets."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class PagePort(Protocol):
    """The page. Commands sent before the page has said hello wait for it."""

    def send(self, command: Command) -> None: ...

    def reload(self) -> None: ...

    def rebuild(self, *, kill: bool) -> None: ...

    def renew_sound(self) -> bool:
        """Connect to the sound server anew; whatever plays or records breaks off. False: there is no server."""


class CredentialsPort(Protocol):
    """Whoever mints tokens. Every method may raise `UnavailableError`."""

    async def join(self, attempt: str, language: str) -> Grant: ...

    async def avatar_token(self) -> str | None:
        """A session token that is good for long enough, or nothing when the avatar needs none."""

    async def probe(self) -> None: ...

    async def close_room(self, room: str) -> None: ...


class DeviceChooser(Protocol):
    def __call__(self, devices: Sequence[AudioDevice], current: AudioDevice | None) -> AudioDevice | None:
        """The device to use now: the best present one, or `current` while it is present."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a set of settings amounts to for the session: exchanged as a whole, between two visitors."""

    credentials: CredentialsPort
    choose_microphone: DeviceChooser
    choose_speaker: DeviceChooser
    policy: Policy
    demo: bool = False
    blocked: Reason | None = None
    """Why no session may start with these settings."""


class Observer(Protocol):
    """The rest of the process: it says what the page is told, and is told what has happened."""

    def changed(self, state: State) -> None:
        """The phase, or the reason for it, is another one now."""

    def page_lives(self, *, painted: bool) -> None:
        """A sign of life of the page: a heartbeat, or that its avatar is there. `painted`: there is a picture."""

    def configuration(self) -> Configure:
        """What the page is told first."""

    def restart(self) -> None:
        """The last rung: leave the process."""

    def healthy(self) -> None:
        """Health is proven: what failed before no longer counts."""
