"""`avatar-kiosk status` for people: the status JSON as rows, most important first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.audio.health import dbfs
from kiosk.operations.terminal import Row, Tone

_STATE_TONES = {
    "idle": Tone.GOOD,
    "live": Tone.GOOD,
    "recovering": Tone.DOUBTFUL,
    "offline": Tone.BAD,
    "faulted": Tone.BAD,
}
_MICROPHONE_TONES = {"muted": Tone.DOUBTFUL, "silent": Tone.DOUBTFUL, "missing": Tone.BAD}


def status_rows(status: Mapping[str, Any], now: datetime) -> list[Row]:
    """The rows for one answer of a running kiosk; `now` is aware of its time zone."""
    state = status["state"]
    tone = _STATE_TONES.get(state, Tone.PLAIN)
    rows = [Row("state", f"{state} {_for(status['since'], now)}", tone)]
    if status["sentence"]:
        rows.append(Row("", status["sentence"], tone))
    rows += [
        Row("session", _session(status["session"], now)),
        _microphone(status["microphone"]),
        _avatar(status["avatar"]),
        _recovery(status["recovery"]),
        Row("page", _page(status["page"])),
        Row("livekit", _livekit(status["livekit"])),
        *_config(status["config"], now),
        Row("version", status["version"]),
    ]
    return rows


def _session(session: Mapping[str, Any], now: datetime) -> str:
    if session["id"] is None:
        return "none"
    agent = f"agent {session['agent_state']}" if session["agent_state"] else "no agent yet"
    return _joined(session["id"], session["room"] and f"room {session['room']}", _for(session["started"], now), agent)


def _microphone(microphone: Mapping[str, Any]) -> Row:
    wanted = microphone["wanted"]
    wish = wanted if isinstance(wanted, str) else ", ".join(wanted)
    level = microphone["level"]
    text = _joined(
        microphone["active"] or "none",
        microphone["state"],
        None if level is None else f"{dbfs(level):.0f} dBFS",
        f"wanted: {wish}",
    )
    return Row("microphone", text, _MICROPHONE_TONES.get(microphone["state"], Tone.PLAIN))


def _avatar(avatar: Mapping[str, Any]) -> Row:
    rate = avatar["frames_per_second"]
    text = _joined(
        avatar["sdk"],
        "loaded" if avatar["loaded"] else "not loaded",
        None if rate is None else f"{rate:.0f} frames a second",
    )
    return Row("avatar", text, Tone.PLAIN if avatar["loaded"] else Tone.DOUBTFUL)


def _recovery(recovery: Mapping[str, Any]) -> Row:
    if not recovery["count"] and not recovery["rung"]:
        return Row("recoveries", "none")
    text = _joined(
        str(recovery["count"]),
        recovery["last_reason"] and f"last: {recovery['last_reason']}",
        None if recovery["last_ms"] is None else f"took {recovery['last_ms'] / 1000:.1f} s",
        recovery["rung"] and f"now: {recovery['rung']}",
    )
    return Row("recoveries", text, Tone.DOUBTFUL if recovery["rung"] else Tone.PLAIN)


def _page(page: Mapping[str, Any]) -> str:
    beat = page["heartbeat_ms"]
    return _joined(
        "no sign of life yet" if beat is None else f"sign of life {beat / 1000:.1f} s ago",
        page["renderer_pid"] and f"renderer {page['renderer_pid']}",
        page["chromium"] and f"Chromium {page['chromium']}",
    )


def _livekit(livekit: Mapping[str, Any]) -> str:
    return _joined(livekit["url"] or "no server", livekit["client"] and f"livekit-client {livekit['client']}")


def _config(config: Mapping[str, Any], now: datetime) -> list[Row]:
    problems = config["problems"]
    summary = _joined(
        config["path"] or "no file: demo mode",
        config["loaded"] and f"in force {_for(config['loaded'], now)}",
        problems and f"{len(problems)} problem{'s'[: len(problems) > 1]}, the last good settings run on",
    )
    rows = [Row("config", summary, Tone.DOUBTFUL if problems else Tone.PLAIN)]
    for problem in problems:
        place = "" if problem["line"] is None else f"line {problem['line']}, column {problem['column']}: "
        rows.append(Row("", f"  {place}{problem['message']}", Tone.DOUBTFUL))
    if config["restart_needed"]:
        keys = ", ".join(config["restart_needed"])
        rows.append(Row("", f"  Changed, and in force from the next start on: {keys}", Tone.DOUBTFUL))
    return rows


def _joined(*facts: str | None) -> str:
    return " · ".join(fact for fact in facts if fact)


def _for(moment: str | None, now: datetime) -> str:
    """How long ago an ISO 8601 moment was, in the coarsest unit that says enough."""
    if moment is None:
        return ""
    age = max(now - datetime.fromisoformat(moment).astimezone(UTC), timedelta())
    seconds = int(age.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"for {count} {unit}{'s'[: count > 1]}"
    return f"for {seconds} s"
