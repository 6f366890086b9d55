"""What `avatar-kiosk report` writes: a zip for whoever helps, without secrets, pictures, or anybody's words."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.operations.journal import Run

SCREENS = 100
"""How many of the last screens are listed."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What there is to report.

    Attributes:
        answer: what the running kiosk said to the command `report`; None without one.
        silence: why there is no answer, as a sentence.
        runs: what is left on the disk, newest first.
        versions: by name.
        config_path: the configuration file; None: demo mode.
        config: its text without secrets; None when it cannot be read.
        problems: what is wrong with it, each a line.
        made: now.
    """

    answer: Mapping[str, Any] | None
    silence: str
    runs: Sequence[Run]
    versions: Mapping[str, object]
    config_path: Path | None
    config: str | None
    problems: Sequence[str]
    made: datetime

    @property
    def transcript(self) -> list[Any] | None:
        """What was said lately; None unless the running kiosk may keep it."""
        return self.answer["transcript"] if self.answer and self.answer["transcripts"] else None


def members(findings: Findings) -> dict[str, str]:
    """The files of the report by name."""
    events = _events(findings)
    files = {
        "about.txt": _about(findings, events),
        "versions.json": _pretty({**findings.versions, "livekit-client": _livekit_client(findings, events)}),
        "config-problems.txt": "".join(f"{line}\n" for line in findings.problems) or "None.\n",
        "screens.txt": _screens(events),
        **{f"events/{name}.jsonl": _lines(entries) for name, entries in events.items()},
    }
    if findings.answer is not None:
        files["status.json"] = _pretty(findings.answer["status"])
    if findings.config is not None:
        files["config.toml"] = findings.config
    if findings.transcript is not None:
        files["transcript.jsonl"] = _lines(findings.transcript)
    return files


def write_zip(path: Path, files: Mapping[str, str], scrub: Callable[[str], str]) -> None:
    """Write the zip for its owner's eyes only, whole or not at all.

    Args:
        path: must not be there yet.
        files: by name.
        scrub: takes secrets out of a text; everything goes through it once more.

    Raises:
        FileExistsError: `path` is there.
        OSError: it cannot be written.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in files.items():
                    archive.writestr(_member(name), scrub(text))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"avatar-kiosk-report/{name}")
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _events(findings: Findings) -> dict[str, list[dict[str, Any]]]:
    """The entries of each run by its name, newest run first: the running kiosk's memory joined with the disk."""
    events = {run.name: run.entries for run in findings.runs}
    if findings.answer is not None:
        name, fresh = findings.answer["run"], findings.answer["events"]
        known = {entry["n"] for entry in fresh}
        older = [entry for entry in events.pop(name, []) if entry["n"] not in known]
        joined = sorted([*older, *fresh], key=lambda entry: int(entry["n"]))
        events = {name: joined, **events}
    return events


def _livekit_client(findings: Findings, events: Mapping[str, Sequence[Mapping[str, Any]]]) -> object:
    """The page's own word: of the running one, or the last that is on the disk."""
    if findings.answer is not None and (version := findings.answer["status"]["livekit"]["client"]):
        return version
    hellos = (entry for entries in events.values() for entry in reversed(entries) if entry["kind"] == "Hello")
    return next((hello.get("livekit_client") for hello in hellos), None)


def _about(findings: Findings, events: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    answer = findings.answer
    if answer is not None:
        status = answer["status"]
        kiosk = f"A kiosk was running: {status['state']} since {status['since']}."
    else:
        kiosk = f"{findings.silence} What follows comes from the disk."
    if findings.transcript is not None:
        words = (
            "THE TRANSCRIPT IS ON (log.transcripts): transcript.jsonl holds what people have said lately. "
            "Take it out before you pass this report on to anybody who must not read it."
        )
    else:
        words = "It holds nothing that anybody said."
    left = {run.name: run.left_in_order for run in findings.runs}
    unreadable = {run.name: run.unreadable for run in findings.runs}
    running = answer["run"] if answer else None
    lines = [
        f"Report of the Avatar Kiosk, made {findings.made.isoformat(timespec='seconds')}.",
        kiosk,
        words,
        "It holds no pictures, and no secrets: they were taken out wherever they were known or looked like one.",
        "",
        f"Configuration: {findings.config_path or 'none (demo mode)'}"
        f"{'' if findings.config is not None or findings.config_path is None else ', which cannot be read'}",
        "",
        "Runs, the latest first (events/):",
    ]
    for name, entries in events.items():
        end = "runs" if name == running else "left in order" if left.get(name) else "ended without a last word"
        damaged = f", {unreadable[name]} damaged lines left out" if unreadable.get(name) else ""
        lines.append(f"  {name}: {len(entries)} entries, {end}{damaged}")
    if not events:
        lines.append("  none")
    return "\n".join(lines) + "\n"


def _screens(events: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Which screen was shown from when on, oldest first. Of the screens themselves no picture is ever taken."""
    lines = [
        f"{entry.get('at')} {entry.get('to')}{_because(entry)}\n"
        for name in sorted(events)
        for entry in events[name]
        if entry["kind"] == "state"
    ]
    return "".join(lines[-SCREENS:]) or "None.\n"


def _because(entry: Mapping[str, Any]) -> str:
    return f" ({entry['reason']})" if entry.get("reason") else ""


def _pretty(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _lines(entries: Iterable[object]) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
