"""What the admin panel needs of the kiosk, as protocols and plain values. No Qt, nothing concrete.

Devices go by the name that a configuration would use (`kiosk.audio.ranking.AudioDevice.name`). Everything is called on
Qt's own thread and must return within a few milliseconds; what takes longer is a coroutine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

AUTO = "auto"
"""In a wish: the system's own choice."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The kiosk does not do what it was asked for; the text is a sentence that says why, and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A microphone or a speaker that is there now.

    Attributes:
        name: what a configuration calls it.
        is_default: the system's own choice.
        in_use: what the kiosk uses, or would use if a visitor came now.
    """

    name: str
    is_default: bool = False
    in_use: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing wrong in the configuration file.

    Attributes:
        line, column: counted from 1; None when it has no place in the file.
        key: dotted name; empty for the file as a whole.
        message: the whole problem in sentences, but for the place. Never a secret.
        severity: a warning keeps nothing from working.
    """

    line: int | None = None
    column: int | None = None
    key: str = ""
    message: str = ""
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """The file the settings come from.

    Attributes:
        path: None in demo mode, which has none.
        writable: whether a choice made in the panel can be saved there.
        loaded: when the settings in force were read.
        waiting: changed keys that count once the present visitor has left.
        restart_needed: changed keys that count from the next start on.
    """

    path: Path | None = None
    writable: bool = False
    loaded: datetime | None = None
    problems: tuple[ConfigProblem, ...] = ()
    waiting: tuple[str, ...] = ()
    restart_needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """One time the kiosk helped itself.

    Attributes:
        at: when it began.
        reason: the word `status --json` has for it.
        rung: the last step of the ladder it took, in the same words; None when not known.
        seconds: from the fault to proven health; None while it goes on, or when it was of no use.
    """

    at: datetime
    reason: str
    rung: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The kiosk at one moment. Made once a second while the panel is open.

    Attributes:
        state: the state's word, as in `status --json`: idle, live, faulted…
        since: when it came into that state.
        reason: what is wrong, as a word of `status --json`; None when nothing is.
        sentence: the same as a service or the system told it, for people; empty when nobody did.
        session_started: None while there is no visitor.
        agent_state: `lk.agent.state` of the running session.
        microphones, speakers: all that are there, in the order of the system.
        microphone_wish, speaker_wish: what the configuration asks for, best first: names, wildcards, "auto".
        volume, max_volume: percent, 0..100.
        versions: name and version of what the kiosk stands on, in the order they are shown.
        addresses: this machine's own, without the loopback.
        uptime: seconds since the process began.
        recoveries: the last ones, newest first.
        languages: the visitors' languages, best first; the panel speaks the first one it knows.
        close_after: seconds without input after which the panel closes.
    """

    state: str
    since: datetime
    reason: str | None = None
    sentence: str = ""
    session_started: datetime | None = None
    agent_state: str | None = None
    config: ConfigFile = field(default_factory=ConfigFile)
    microphones: tuple[Device, ...] = ()
    microphone_wish: tuple[str, ...] = (AUTO,)
    speakers: tuple[Device, ...] = ()
    speaker_wish: tuple[str, ...] = (AUTO,)
    volume: int = 80
    max_volume: int = 100
    versions: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    uptime: float = 0.0
    recoveries: tuple[Recovery, ...] = ()
    languages: tuple[str, ...] = ("en",)
    close_after: float = 60.0


class AdminDesk(Protocol):
    """What an administrator may ask of the kiosk. Every command raises `Refused` when it is not done."""

    def snapshot(self) -> Snapshot:
        """The kiosk as it is now. Never raises."""

    def start_session(self) -> None: ...

    def end_session(self) -> None: ...

    def reload_page(self) -> None: ...

    def read_config(self) -> None:
        """Read the file again; `Refused` when it has problems."""

    def restart(self) -> None:
        """End the process so that the service manager starts it again."""

    def leave(self) -> None:
        """End the process for good: whoever is in front of the screen has the desktop."""

    async def export_report(self) -> Path:
        """Write the report a maintainer asks for; where it lies."""

    def choose_microphones(self, names: Sequence[str]) -> str | None:
        """Use these, best first, from now on.

        Returns:
            None when it is saved in the file; else a sentence that says why it only holds until the next start.
        """

    def choose_speakers(self, names: Sequence[str]) -> str | None:
        """Like `choose_microphones`."""

    def set_volume(self, percent: int) -> str | None:
        """0..100, above the ceiling it is the ceiling. Like `choose_microphones`."""


class PinDoor(Protocol):
    """Keeps the panel for those who know the PIN."""

    def is_set(self) -> bool:
        """Whether there is a PIN at all."""

    def wait(self) -> float:
        """Seconds until the next try is looked at, 0 when it is looked at now."""

    async def try_pin(self, pin: str) -> bool:
        """Whether it is the right one. False as well while `wait` is not over. `pin`: 4..12 digits."""


class Closeable(Protocol):
    def close(self) -> None:
        """Let go of the devices at once. A second time nothing happens."""


class SoundCheckResult(Protocol):
    """What was heard of a sound that was played."""

    @property
    def level_db(self) -> float | None:
        """The sound at the microphone, dB of full scale (negative); None when it was not heard."""

    @property
    def delay_ms(self) -> float | None:
        """From playing to hearing, milliseconds; None when it was not heard."""

    @property
    def echo_db(self) -> float | None:
        """How loud the room still is after the sound, relative to it, dB; None when it was not heard."""

    @property
    def verdict(self) -> str:
        """good, too_quiet, too_loud, not_heard, noisy or slow."""


class SoundDesk(Protocol):
    """The sound devices, opened only while somebody listens.

    Raises:
        OSError: from every method, when a device cannot be opened or is gone; the text is a sentence.
    """

    def levels(self, on_level: Callable[[str, float], None]) -> Closeable:
        """Listen to every microphone. `on_level` is called on Qt's thread with its name and its level, RMS 0..1 of
        full scale, about 15 times a second. A microphone that cannot be opened, or goes, is silent: it is not an error.
        """

    def hear_yourself(
        self,
        microphone: str,
        speaker: str | None,
        delay_s: float = 1.0,
        *,
        volume: float = 1.0,
        on_end: Callable[[str], None] | None = None,
    ) -> Closeable:
        """Play what the microphone hears, `delay_s` later.

        Args:
            microphone: by name.
            speaker: by name; None: the system's own.
            delay_s: seconds.
            volume: 0..1.
            on_end: called once when a device is gone, with a sentence. Not called after `close`.
        """

    async def play_test(self, speaker: str | None, *, volume: float = 1.0) -> None:
        """Play a short chime; returns when it is over. Cancelling stops it."""

    async def sound_check(self, microphone: str, speaker: str | None, *, volume: float = 1.0) -> SoundCheckResult:
        """Play a sweep and listen to it. Takes some seconds. Cancelling stops it."""
