"""What each page of the panel says about a snapshot: finished sentences for QML to lay out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from kiosk.window.admin.desk import ConfigFile, ConfigProblem, Device, Recovery, Snapshot, SoundCheckResult
from kiosk.window.admin.order import Row
from kiosk.window.admin.texts import Texts

Tone = Literal["good", "busy", "calm", "warn", "bad"]
"""What a page paints beside a sentence."""

View = dict[str, object]
"""Values by name, of the plain kinds that QML takes."""

_TONES: dict[str, Tone] = {
    "starting": "busy",
    "idle": "good",
    "connecting": "busy",
    "live": "good",
    "recovering": "busy",
    "ending": "busy",
    "offline": "warn",
    "closed": "calm",
    "faulted": "bad",
}
_VERDICTS: dict[str, Tone] = {"good": "good", "not_heard": "bad", "too_loud": "bad"}
_ASSURANCES: dict[Tone, str] = {"good": "nothing_wrong", "calm": "closed_text", "busy": "busy_text"}
_SHOWN_RECOVERIES = 6


def status_view(snapshot: Snapshot, texts: Texts, now: datetime) -> View:
    """The first page: how the kiosk is, and what is wrong."""
    tone = _TONES.get(snapshot.state, "busy")
    if tone == "good" and (snapshot.reason or _lacking(snapshot)):
        tone = "warn"
    return {
        "tone": tone,
        "title": texts.word("state", snapshot.state),
        "since": texts.say("since", moment=texts.moment(snapshot.since, now)),
        "reason": _reason(snapshot, texts, tone),
        "sentence": snapshot.sentence,
        "talking": snapshot.session_started is not None,
        "facts": [
            _conversation(snapshot, texts, now),
            _device("microphone", snapshot.microphones, texts),
            _device("speaker", snapshot.speakers, texts),
            _file_fact(snapshot.config, texts),
            _last_recovery(snapshot.recoveries, texts, now),
        ],
    }


def config_view(config: ConfigFile, texts: Texts, now: datetime) -> View:
    """The page about the configuration file."""
    errors = [problem for problem in config.problems if problem.severity == "error"]
    about = "file_none" if config.path is None else "file_writable" if config.writable else "file_read_only"
    return {
        "path": str(config.path) if config.path else "",
        "about": texts.say(about),
        "writable": config.path is None or config.writable,
        "loaded": texts.say("since", moment=texts.moment(config.loaded, now)) if config.loaded else "",
        "summary": count_of(config.problems, texts) or texts.say("problems_none"),
        "advice": texts.say(_advice(config.problems)),
        "tone": "bad" if errors else "warn" if config.problems else "good",
        "problems": [_problem(problem, texts) for problem in config.problems],
        "waiting": list(config.waiting),
        "restart": list(config.restart_needed),
    }


def device_view(snapshot: Snapshot, texts: Texts, now: datetime) -> View:
    """The page about the machine and the program."""
    return {
        "versions": [
            {"label": texts.words.get(f"version_{name}", name), "value": version, "tone": ""}
            for name, version in snapshot.versions
        ],
        "addresses": "\n".join(snapshot.addresses) or texts.say("addresses_none"),
        "connected": bool(snapshot.addresses),
        "uptime": texts.span(snapshot.uptime),
        "recoveries": [_recovery(one, texts, now) for one in snapshot.recoveries[:_SHOWN_RECOVERIES]],
    }


def row_view(row: Row, texts: Texts) -> View:
    """One microphone or speaker."""
    return {
        "name": row.name,
        "title": texts.say("automatic") if row.kind == "auto" else row.name,
        "text": _row_text(row, texts),
        "kind": row.kind,
        "place": -1 if row.place is None else row.place,
        "device": row.device or "",
        "inUse": row.in_use,
        "present": row.device is not None,
    }


def check_view(result: SoundCheckResult, texts: Texts) -> View:
    """What came of a sound check."""
    nothing = texts.say("check_nothing")
    level, delay, echo = result.level_db, result.delay_ms, result.echo_db
    figures = [
        ("check_level", nothing if level is None else texts.say("decibels", number=_signed(level))),
        ("check_delay", nothing if delay is None else texts.say("milliseconds", number=round(delay))),
        ("check_echo", nothing if echo is None else texts.say("decibels", number=_signed(echo))),
    ]
    return {
        "tone": _VERDICTS.get(result.verdict, "warn"),
        "title": texts.word("verdict", result.verdict),
        "text": texts.words.get(f"verdict_{result.verdict}_text", ""),
        "facts": [{"label": texts.say(key), "value": value, "tone": ""} for key, value in figures],
    }


def count_of(problems: Sequence[ConfigProblem], texts: Texts) -> str:
    """How many problems and warnings there are; empty when there is none."""
    warnings = sum(problem.severity == "warning" for problem in problems)
    counts = [("problems", len(problems) - warnings), ("warnings", warnings)]
    return ", ".join(texts.count(key, number) for key, number in counts if number)


def _reason(snapshot: Snapshot, texts: Texts, tone: Tone) -> str:
    if snapshot.reason:
        return texts.word("reason", snapshot.reason)
    key = _lacking(snapshot) or _ASSURANCES.get(tone)
    return texts.say(key) if key else ""


def _lacking(snapshot: Snapshot) -> str | None:
    """What says that visitors and avatar cannot hear each other, because of what is plugged in."""
    if not snapshot.microphones:
        return "no_microphone_text"
    return None if snapshot.speakers else "no_speaker_text"


def _advice(problems: Sequence[ConfigProblem]) -> str:
    if not problems:
        return "problems_none_text"
    return "problems_text" if any(problem.severity == "error" for problem in problems) else "warnings_text"


def _conversation(snapshot: Snapshot, texts: Texts, now: datetime) -> View:
    if snapshot.session_started is None:
        value = texts.say("conversation_none")
    else:
        value = texts.say("conversation_running", span=texts.span((now - snapshot.session_started).total_seconds()))
        if snapshot.agent_state:
            value = f"{value}, {texts.word('agent', snapshot.agent_state)}"
    return {"label": texts.say("conversation"), "value": value, "tone": ""}


def _device(key: str, devices: Sequence[Device], texts: Texts) -> View:
    using = next((device.name for device in devices if device.in_use), None)
    return {"label": texts.say(key), "value": using or texts.say("device_none"), "tone": "" if using else "bad"}


def _file_fact(config: ConfigFile, texts: Texts) -> View:
    tone = ""
    if config.problems:
        value = count_of(config.problems, texts)
        tone = "bad" if any(problem.severity == "error" for problem in config.problems) else "warn"
    else:
        value = texts.say("configuration_well" if config.path else "configuration_demo")
    return {"label": texts.say("configuration"), "value": value, "tone": tone}


def _last_recovery(recoveries: Sequence[Recovery], texts: Texts, now: datetime) -> View:
    value = texts.say("recoveries_none")
    if recoveries:
        last = recoveries[0]
        value = f"{texts.moment(last.at, now)} · {_in_short(last.reason, texts)}"
    return {"label": texts.say("last_recovery"), "value": value, "tone": ""}


def _recovery(one: Recovery, texts: Texts, now: datetime) -> View:
    if one.seconds is None:
        outcome = texts.say("not_recovered")
    elif one.rung is None:
        outcome = texts.say("recovered", number=texts.number(one.seconds))
    else:
        outcome = texts.say("recovered_rung", number=texts.number(one.seconds), rung=texts.word("rung", one.rung))
    return {
        "when": texts.moment(one.at, now),
        "why": _in_short(one.reason, texts),
        "outcome": outcome,
        "tone": "good" if one.seconds is not None else "warn",
    }


def _in_short(reason: str, texts: Texts) -> str:
    """What it was, without the advice: it is over."""
    what, more, _ = texts.word("reason", reason).partition(". ")
    return f"{what}." if more else what


def _problem(problem: ConfigProblem, texts: Texts) -> View:
    if problem.line is None:
        place = texts.say("whole_file") if not problem.key else ""
    elif problem.column is None:
        place = texts.say("place_line", line=problem.line)
    else:
        place = texts.say("place", line=problem.line, column=problem.column)
    return {
        "place": place,
        "key": problem.key,
        "message": problem.message,
        "tone": "bad" if problem.severity == "error" else "warn",
    }


def _row_text(row: Row, texts: Texts) -> str:
    if row.device is None:
        return texts.say("automatic_text" if row.kind == "auto" else "not_connected")
    if row.kind == "auto":
        return texts.say("automatic_device", device=row.device)
    if row.kind == "pattern":
        return texts.say("pattern_device", device=row.device)
    return texts.say("system_default") if row.is_default else ""


def _signed(value: float) -> str:
    """With the sign that a reader takes for one."""
    whole = round(value)
    return f"−{-whole}" if whole < 0 else str(whole)
