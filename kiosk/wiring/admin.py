# ruff: noqa: PLC0415 - what only the admin panel needs is loaded when somebody opens it
"""What the admin panel may see and do, answered by the parts of the running kiosk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.audio.ranking import AudioDevice, choose
from kiosk.audio.studio import SoundStudio
from kiosk.config import Problem, Severity, state_folder
from kiosk.config.editing import Value, why_not_writable
from kiosk.config.fields import KeyName
from kiosk.installation import resources_folder
from kiosk.operations.bug_report import members, write_zip
from kiosk.operations.collect import collect
from kiosk.operations.control_client import CommandRefusedError
from kiosk.operations.pin import PinGate
from kiosk.operations.status import Status
from kiosk.operations.versions import versions
from kiosk.session import events
from kiosk.session.controller import Controller
from kiosk.session.model import Reason
from kiosk.window import KioskWindow
from kiosk.window.admin.corner import AdminCorner
from kiosk.window.admin.desk import ConfigFile, ConfigProblem, Device, Recovery, Refused, Snapshot
from kiosk.window.admin.panel import AdminPanel
from kiosk.wiring.commands import start_session, stop_session
from kiosk.wiring.history import History
from kiosk.wiring.settings import SettingsKeeper
from kiosk.wiring.values import ranked
from kiosk.wiring.watches import RESTARTED

LOCALES = resources_folder() / "admin" / "locales"
SHOWN_VERSIONS = ("avatar-kiosk", "Qt", "Chromium", "Python", "system")
GESTURE_TAKES = 5.0
"""Seconds; the hidden gesture itself takes three at most."""
REPORTS_KEPT = 5
"""A person at the panel may press the button again and again; the disk of a kiosk is small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """What only the whole process can do.

    Attributes:
        file: where choices are saved; None: nowhere, the configuration is not read from a file.
        read_config: read the file again and count with it; raises `CommandRefusedError` when it has problems.
        count_with: the same after a choice, which counts although something else in the file may be wrong.
        restart: leave with the "restart me" code.
        leave: leave for good.
    """

    file: Callable[[], Path | None]
    read_config: Callable[[], None]
    count_with: Callable[[], None]
    restart: Callable[[], None]
    leave: Callable[[], None]


def admin_corner(
    window: KioskWindow, desk: Desk, studio: SoundStudio, pin_hash: Callable[[], str | None]
) -> AdminCorner:
    """The hidden corner of the window, and what opens there for whoever knows the PIN."""
    gate = PinGate(pin_hash, state_folder() / "pin.json")
    spawn = asyncio.get_running_loop().create_task
    return AdminCorner(window, AdminPanel(desk, gate, studio, LOCALES, spawn=spawn))


def end_accidental_session(controller: Controller, now: float) -> None:
    """The taps of the hidden gesture are a visitor's taps, too: what they began ends when the panel opens.

    `now`: seconds of the controller's clock.
    """
    state = controller.state
    if state.phase.in_session and state.session is not None and now - state.session.started < GESTURE_TAKES:
        controller.feed(events.StopRequested(Reason.COMMAND))


class Desk:
    """The panel's `AdminDesk`."""

    def __init__(
        self,
        controller: Controller,
        keeper: SettingsKeeper,
        status: Callable[[], Status],
        history: History,
        studio: SoundStudio,
        levers: Levers,
        environ: Mapping[str, str],
    ) -> None:
        self._controller = controller
        self._keeper = keeper
        self._status = status
        self._history = history
        self._studio = studio
        self._levers = levers
        self._environ = environ
        self._begun = time.monotonic()
        self._versions: Mapping[str, object] = {}

    def snapshot(self) -> Snapshot:
        from kiosk.audio.devices import audio_inputs, audio_outputs

        status, settings = self._status(), self._keeper.settings
        microphones = audio_inputs() if self._studio.microphones is None else self._studio.microphones
        speakers = audio_outputs() if self._studio.speakers is None else self._studio.speakers
        wish = settings.speaker.device
        chosen = choose(wish, speakers).device
        return Snapshot(
            state=status.state,
            since=status.since,
            reason=status.reason,
            sentence=status.sentence or "",
            session_started=status.session.started,
            agent_state=status.session.agent_state,
            config=self._config(status),
            microphones=_devices([one for one in microphones if not one.is_monitor], self._microphone_in_use()),
            microphone_wish=tuple(settings.microphone.device),
            speakers=_devices(speakers, chosen.name if chosen else None),
            speaker_wish=tuple(wish),
            volume=settings.speaker.volume,
            max_volume=settings.speaker.max_volume,
            versions=self._shown_versions(status),
            addresses=_addresses(),
            uptime=time.monotonic() - self._begun,
            recoveries=tuple(
                Recovery(at=one.at, reason=one.reason, rung=one.rung, seconds=one.seconds)
                for one in self._history.recoveries
            ),
            languages=settings.appearance.languages,
            close_after=settings.admin.close_after,
        )

    def start_session(self) -> None:
        _asked(lambda: start_session(self._controller))

    def end_session(self) -> None:
        _asked(lambda: stop_session(self._controller))

    def reload_page(self) -> None:
        if not self._controller.state.phase.resting:
            raise Refused("A visitor is being served, or the page is already on its way. End the session first.")
        self._controller.feed(events.PageRequested())

    def read_config(self) -> None:
        _asked(self._levers.read_config)

    def restart(self) -> None:
        if not any(name in self._environ for name in RESTARTED):
            raise Refused("Nobody would start it again: it was not started by a service manager.")
        self._levers.restart()

    def leave(self) -> None:
        self._levers.leave()

    async def export_report(self) -> Path:
        return await asyncio.to_thread(self._write_report)

    def choose_microphones(self, names: Sequence[str]) -> str | None:
        return self._choose({("microphone", "device"): list(names)})

    def choose_speakers(self, names: Sequence[str]) -> str | None:
        return self._choose({("speaker", "device"): list(names)})

    def set_volume(self, percent: int) -> str | None:
        return self._choose({("speaker", "volume"): max(0, min(percent, self._keeper.settings.speaker.max_volume))})

    def _choose(self, changes: Mapping[KeyName, Value]) -> str | None:
        sentence = self._keeper.choose(self._levers.file(), changes)
        self._levers.count_with()
        return sentence

    def _config(self, status: Status) -> ConfigFile:
        file = self._levers.file()
        return ConfigFile(
            path=self._keeper.path,
            writable=file is not None and why_not_writable(file) is None,
            loaded=status.config.loaded,
            problems=tuple(_problem(problem) for problem in (*self._keeper.problems, *self._keeper.warnings)),
            waiting=self._keeper.waiting,
            restart_needed=self._keeper.restart_needed,
        )

    def _microphone_in_use(self) -> str | None:
        keeper = self._controller.microphone
        in_session = self._controller.state.phase.in_session
        device = keeper.in_use if in_session else keeper.would_use()
        return ranked([device])[0].name if device else None

    def _shown_versions(self, status: Status) -> tuple[tuple[str, str], ...]:
        self._versions = self._versions or versions()
        known = {**self._versions, "livekit-client": status.livekit.client, "avatar": status.avatar.sdk}
        names = (*SHOWN_VERSIONS, "livekit-client", "avatar")
        return tuple((name, str(known[name])) for name in names if known.get(name))

    def _write_report(self) -> Path:
        folder = state_folder() / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        findings, scrub = collect(self._environ)
        path = folder / f"avatar-kiosk-report-{datetime.now().astimezone():%Y%m%d-%H%M%S}.zip"
        write_zip(path, members(findings), scrub)
        for old in sorted(folder.glob("avatar-kiosk-report-*.zip"))[:-REPORTS_KEPT]:
            old.unlink(missing_ok=True)
        return path


def _asked(command: Callable[[], None]) -> None:
    try:
        command()
    except CommandRefusedError as error:
        raise Refused(str(error)) from None


def _devices(devices: Sequence[AudioDevice], in_use: str | None) -> tuple[Device, ...]:
    return tuple(Device(name=one.name, is_default=one.is_default, in_use=one.name == in_use) for one in devices)


def _problem(problem: Problem) -> ConfigProblem:
    return ConfigProblem(
        line=problem.line,
        column=problem.column,
        key=problem.key,
        message=problem.message,
        severity="warning" if problem.severity is Severity.WARNING else "error",
    )


def _addresses() -> tuple[str, ...]:
    """This machine's own, as somebody who wants to reach it would type them."""
    from PySide6.QtNetwork import QNetworkInterface

    found = (address for address in QNetworkInterface.allAddresses() if not address.isLoopback())
    return tuple(address.toString() for address in found if not address.isLinkLocal())
