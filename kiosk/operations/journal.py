"""The flight recorder's disk: what was noted, in JSON lines, so that it survives the process.

One folder, a pair of files for each run of the kiosk: `<run>.jsonl`, and `<run>.old.jsonl` once that has been full. A
thread of its own writes; a disk that is full, read-only or stuck costs the kiosk nothing but these lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.config.reading import read_start
from kiosk.operations.flight_recorder import FlightRecorder
from kiosk.operations.redaction import Redactor

FOLDER = "recorder"
"""In the kiosk's state folder."""

SOON = 3.0
"""Seconds between two writes at the least: what is grave waits no longer than this."""
LATE = 60.0
"""Seconds until what is not grave is written, too. Tallies alone are not worth a write."""
AFTER_FAILURE = 30.0
"""Seconds until a disk that took nothing is tried again."""
SEGMENT = 200_000
"""Bytes of one file."""
KEPT_RUNS = 10

NEVER_ON_DISK = frozenset({"said"})
"""Kinds of entries that stay in memory: what people said."""

_NEVER_WAIT: int = getattr(os, "O_NONBLOCK", 0)
"""A pipe in a file's place must not hold anybody up; Windows has none there."""

_RUN_FILE = re.compile(r"(?P<run>\d{8}T\d{6}Z-\d+)(?:\.old)?\.jsonl")


class Journal:
    """Writes what `recorder` notes into `folder`, from `start()` to `close()`."""

    def __init__(self, recorder: FlightRecorder, redactor: Redactor, folder: Path) -> None:
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
        self._recorder = recorder
        self._redactor = redactor
        self._folder = folder
        self._written = 0
        self._torn = False
        self._grave = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_writing, name="flight recorder", daemon=True)

    def start(self) -> None:
        self._recorder.stirred = self._grave.set
        self._thread.start()

    def close(self, within: float = 0.5) -> None:
        """Write what is left, for at most `within` seconds."""
        self._closing.set()
        self._grave.set()
        if self._thread.is_alive():
            self._thread.join(within)

    def _keep_writing(self) -> None:
        while not self._closing.is_set():
            grave = self._grave.wait(LATE)
            self._grave.clear()
            pause = SOON
            if grave or self._recorder.waiting(self._written):
                pause = SOON if self._write() else AFTER_FAILURE
            self._closing.wait(pause)
        self._write()

    def _write(self) -> bool:
        """Append what is not written yet; whether the disk took it."""
        entries = self._recorder.entries(after=self._written)
        lines = [self._line(entry) for entry in entries if entry["kind"] not in NEVER_ON_DISK]
        try:
            if lines:
                self._append("".join(lines).encode())
        except OSError:
            return False  # nobody to tell: the log lies on the same disk, and would be noted here again
        if entries:
            self._written = int(str(entries[-1]["n"]))
        return True

    def _line(self, entry: Any) -> str:
        return json.dumps(self._redactor.redact_data(entry), ensure_ascii=False) + "\n"

    def _append(self, text: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{self.run}.jsonl"
        if path.is_file() and path.stat().st_size + len(text) > SEGMENT:
            path.replace(self._folder / f"{self.run}.old.jsonl")
        new = not path.exists()
        how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NEVER_WAIT
        with os.fdopen(os.open(path, how, 0o600), "wb", buffering=0) as file:
            # A full disk may have taken half a line: the next one begins afresh.
            whole = b"\n" + text if self._torn else text
            self._torn = True
            self._torn = file.write(whole) != len(whole)
        if new:
            self._clear_away()
        if self._torn:
            raise OSError("the disk took only a part")

    def _clear_away(self) -> None:
        for run in sorted(_files_of_runs(self._folder), reverse=True)[KEPT_RUNS:]:
            for path in _files_of_runs(self._folder)[run]:
                with contextlib.suppress(OSError):
                    path.unlink()


@dataclass(frozen=True)
class Run:
    """What is left on the disk of one run of the kiosk.

    Attributes:
        name: when it began (UTC) and its process, as `20260301T093000Z-4711`.
        entries: oldest first.
        unreadable: lines that were damaged, and left out.
    """

    name: str
    entries: list[dict[str, Any]]
    unreadable: int

    @property
    def left_in_order(self) -> bool:
        """Whether its last word is on the disk: otherwise it crashed, was killed, lost its power, or runs still."""
        return bool(self.entries) and self.entries[-1]["kind"] == "left"


def read_runs(folder: Path, most: int = KEPT_RUNS) -> list[Run]:
    """The runs on the disk, newest first. What cannot be read is left out and counted, never raised."""
    try:
        files = _files_of_runs(folder)
    except OSError:
        return []
    return [_read_run(name, files[name]) for name in sorted(files, reverse=True)[:most]]


def _files_of_runs(folder: Path) -> dict[str, list[Path]]:
    """The files of each run, the older one first."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: not path.name.endswith(".old.jsonl")):
        if match := _RUN_FILE.fullmatch(path.name):
            found.setdefault(match["run"], []).append(path)
    return found


def _read_run(name: str, paths: list[Path]) -> Run:
    entries: list[dict[str, Any]] = []
    unreadable = 0
    for path in paths:
        try:
            content = read_start(path, 2 * SEGMENT)
        except OSError:
            unreadable += 1
            continue
        for line in filter(None, content.split(b"\n")):
            entry = _parsed(line)
            if entry is None:
                unreadable += 1
            elif not entries or entry["n"] > entries[-1]["n"]:  # a disk that took only half got the rest again
                entries.append(entry)
    return Run(name, entries, unreadable)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    well = isinstance(entry, dict) and isinstance(entry.get("kind"), str) and isinstance(entry.get("n"), int)
    return entry if well else None
