"""What the flight recorder notes of the session, of the log, and of what is told to the service manager.

Only fields that are named here are noted, so that a new event brings nobody's words or secrets into it unasked.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from kiosk import __version__
from kiosk.operations.flight_recorder import LONGEST_TEXT, FlightRecorder, Value
from kiosk.operations.journal import NEVER_ON_DISK, Journal
from kiosk.operations.redaction import Redactor
from kiosk.session import events, messages
from kiosk.session.events import Effect, Event
from kiosk.session.model import Recovery, Rung, State

EVENTS_LIMIT, TRANSCRIPT_LIMIT = 600_000, 200_000
"""Characters in one answer of the control socket; it takes a line of a megabyte."""

TRANSCRIPT = "kiosk.transcript"
"""The logger of what people say."""

_EFFECT_FIELDS = ("attempt", "language", "room", "kill")

_NOTED: dict[type, Callable[[Any], Mapping[str, Value]]] = {
    messages.Hello: lambda it: {"page": it.page, "livekit_client": it.livekit_client, "chromium": it.chromium},
    messages.Heartbeat: lambda it: {"marker": it.marker, "context_lost": it.context_lost},
    messages.Prepared: lambda it: {"sdk": it.sdk, "fallback": it.fallback, "cause": it.fallback_cause},
    messages.OperationFailed: lambda it: {
        "operation": it.operation.value,
        "attempt": it.attempt,
        "error": it.error.name,
        "status": it.error.status,
        "livekit_reason": it.error.reason,
    },
    messages.ConnectionStateChanged: lambda it: {"attempt": it.attempt, "state": it.state.value},
    messages.PlayerEvent: lambda it: {
        "attempt": it.attempt,
        "event": it.event,
        "livekit_reason": it.reason,
        "error": it.error.name if it.error else None,
    },
    messages.Published: lambda it: {"attempt": it.attempt, "label": it.label},
    messages.Agent: lambda it: {
        "attempt": it.attempt,
        "present": it.present,
        "audible": it.audible,
        "state": it.state,
    },
    messages.FirstSound: lambda it: {"attempt": it.attempt},
    messages.Devices: lambda it: {
        "inputs": [device.label for device in it.inputs],
        "outputs": [device.label for device in it.outputs],
    },
    messages.MicrophoneChanged: lambda it: {"attempt": it.attempt, "state": it.state, "label": it.label},
    messages.Intent: lambda it: {"action": it.action, "language": it.language},
    messages.Disposed: lambda it: {"attempt": it.attempt},
    messages.PageLog: lambda it: {"level": it.level},  # the text, if it matters, is in the log
    events.Slept: lambda it: {"seconds": round(it.seconds, 1)},
    events.StartRequested: lambda it: {"source": it.source, "language": it.language},
    events.StopRequested: lambda it: {"reason": it.reason.value},
    events.Granted: lambda it: {
        "attempt": it.attempt,
        "url": it.url,
        "room": it.room,
        "lifetime": round(it.expires_at - it.unix_now),
    },
    events.GrantRefused: lambda it: {"attempt": it.attempt, "reason": it.reason.value},
    events.Probed: lambda it: {"reason": it.reason.value if it.reason else None},
    events.RendererGone: lambda it: {"cause": it.cause},
    events.PageLoadFailed: lambda it: {"cause": it.cause},
    events.Reconfigured: lambda it: {"demo": it.demo, "blocked": it.blocked.value if it.blocked else None},
    events.HoursChanged: lambda it: {"open": it.open},
}


class Recorder:
    """The kiosk's flight recorder, a context manager; `folder` takes its files."""

    def __init__(self, redactor: Redactor, folder: Path) -> None:
        self._redactor = redactor
        self._ring = FlightRecorder()
        self._journal = Journal(self._ring, redactor, folder)
        self._handler = _Handler(self._ring)
        self._microphone: tuple[str, str | None] | None = None

    def __enter__(self) -> Self:
        self._ring.note("started", {"version": __version__})
        self._journal.start()
        logging.getLogger().addHandler(self._handler)
        return self

    def __exit__(self, *_error: object) -> None:
        logging.getLogger().removeHandler(self._handler)
        self._journal.close()

    def left(self, code: int) -> None:
        """The kiosk leaves in order, with this exit code: the last word of a run that did not crash."""
        self._ring.note("left", {"code": code})

    def note(self, kind: str, what: str) -> None:
        """Something outside the session: what was refused, what was configured."""
        self._ring.note(kind, {"what": what})

    def told(self, message: str) -> None:
        """A message to the service manager."""
        if message == "WATCHDOG=1" or message.startswith("EXTEND_TIMEOUT_USEC"):
            self._ring.tally(message.partition("=")[0].lower())
        else:
            self._ring.note("told", {"what": message})

    def happened(self, event: Event, before: State, after: State, effects: Sequence[Effect]) -> None:
        """One event of the session, and what it led to."""
        if not self._tallied(event):
            noted = _NOTED.get(type(event))
            self._ring.note(type(event).__name__, noted(event) if noted else None)
        if after.recovery is not before.recovery and (changes := _changes(before.recovery, after.recovery)):
            self._ring.note("recovery", changes)
        for effect in effects:
            if not isinstance(effect, events.Probe):
                particulars = {name: getattr(effect, name, None) for name in _EFFECT_FIELDS}
                self._ring.note(f"→ {type(effect).__name__}", particulars, grave=isinstance(effect, events.Restart))
        if before.phase is not after.phase or before.reason is not after.reason:
            self._ring.note("state", _transition(before, after), grave=True)

    def answer(self, *, transcripts: bool) -> dict[str, object]:
        """What the command `report` is told: this run's name and entries, without secrets, oldest first.

        `transcripts`: whether what was said may be in it.
        """
        entries = self._ring.entries()
        noted = [entry for entry in entries if entry["kind"] not in NEVER_ON_DISK]
        said = [entry for entry in entries if entry["kind"] in NEVER_ON_DISK]
        return {
            "run": self._journal.run,
            "transcripts": transcripts,
            "events": self._within_limit(noted),
            "transcript": self._within_limit(said, TRANSCRIPT_LIMIT) if transcripts else [],
        }

    def _within_limit(self, entries: Sequence[Mapping[str, Value]], limit: int = EVENTS_LIMIT) -> list[Any]:
        """The newest entries that fit, without secrets."""
        kept: deque[Any] = deque()
        clean = lru_cache(maxsize=None)(self._redactor.redact)  # nearly all texts are the same few words
        for entry in reversed(entries):
            safe = {name: _each_text(value, clean) for name, value in entry.items()}
            limit -= len(json.dumps(safe))
            if limit < 0:
                break
            kept.appendleft(safe)
        return list(kept)

    def _tallied(self, event: Event) -> bool:
        """Count what comes all the time, unless it says something new."""
        match event:
            case events.Tick() | messages.Said():
                """A tick is seen by what it leads to; words come with the log, if they may."""
            case messages.Heartbeat(marker=True, context_lost=False):
                figures = {"painted": event.painted, "received": event.frames_per_second}
                self._ring.tally("heartbeat", {**figures, "rendered": event.rendered_per_second})
            case messages.MicrophoneChanged() if self._microphone == (event.state, event.label):
                self._ring.tally("microphone level", {"level": event.level})
            case messages.MicrophoneChanged():
                self._microphone = (event.state, event.label)
                return False
            case events.MemoryMeasured():
                self._ring.tally("memory", {"bytes": event.renderer})
            case messages.Progress():
                self._ring.tally(f"progress {event.operation.value}", {"progress": event.progress})
            case messages.Activity():
                self._ring.tally(f"activity {event.kind}")
            case events.Probed(reason=None):
                self._ring.tally("probed well")
            case messages.PageLog(level="debug" | "info"):
                self._ring.tally(f"page log {event.level}")
            case _:
                return False
        return True


class _Handler(logging.Handler):
    """Notes what the log says at warning and above, and what was said where that is logged at all."""

    def __init__(self, ring: FlightRecorder) -> None:
        super().__init__(logging.INFO)
        self._ring = ring
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == TRANSCRIPT:
            self._ring.note("said", {"words": _message(record)})
        elif record.levelno >= logging.WARNING:
            trace = self._formatter.formatException(record.exc_info) if record.exc_info else ""
            line = {"level": record.levelname.lower(), "logger": record.name, "message": _message(record)}
            # A trace's end tells most.
            self._ring.note("log", {**line, "trace": trace[-LONGEST_TEXT:]}, grave=True)


def _each_text(value: Value, clean: Callable[[str], str]) -> Value:
    match value:
        case str():
            return clean(value)
        case list():
            return [clean(item) if isinstance(item, str) else item for item in value]
        case _:
            return value


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - whatever an argument's __str__ may raise
        return str(record.msg)


def _transition(before: State, after: State) -> dict[str, Value]:
    recovering = after.recovery.rung is not None and after.recovery.started is not None
    return {
        "from": before.phase.value,
        "to": after.phase.value,
        "reason": after.reason.value if after.reason else None,
        "rung": after.recovery.rung.word if recovering and after.recovery.rung is not None else None,
        "session": after.session.id if after.session else None,
        "attempt": after.attempt.id if after.attempt else None,
    }


def _changes(before: Recovery, after: Recovery) -> dict[str, Value]:
    """What is different, by name; the moments of the monotonic clock are in every entry anyway."""
    names = [field.name for field in fields(Recovery) if field.name != "started"]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: _plain(new) for name, (old, new) in pairs.items() if new != old}


def _plain(value: object) -> Value:
    match value:
        case Rung():
            return value.word
        case Enum():
            return str(value.value)
        case None:
            return "none"
        case bool() | int() | float() | str():
            return value
        case _:
            return type(value).__name__
