"""Asks for the microphones without a running kiosk: starts the probe, bounds it, reads its report. No Qt."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.audio.ranking import AudioDevice
from kiosk.installation import part_command
from kiosk.operations.probe_process import run_probe

PROBE_COMMAND = part_command("kiosk.operations.microphone_probe")
DEADLINE = 12.0
"""Seconds; above the probe's own limit of 8 s plus a cold start."""


class ProbeError(Exception):
    """The probe gave no report; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Probed:
    """The inputs each side sees. `problem`: why Chromium could not open any (a DOMException's name)."""

    qt: tuple[AudioDevice, ...]
    chromium: tuple[AudioDevice, ...]
    problem: str | None


def probe_microphones(
    environ: Mapping[str, str], command: Sequence[str] = PROBE_COMMAND, deadline: float = DEADLINE
) -> Probed:
    """Run the probe and return what it saw.

    Raises:
        ProbeError: it could not be started, crashed, hung, or said something else.
    """
    try:
        ended = run_probe(command, _clean(environ), deadline)
    except OSError as error:
        raise ProbeError(f"The microphone probe could not be started: {error}.") from None
    if ended is None:
        raise ProbeError(f"The microphone probe did not answer within {deadline:g} s; is the sound server alive?")
    if ended.code != 0:
        raise ProbeError(f"The microphone probe failed (code {ended.code}): {ended.last_words}")
    try:
        report = json.loads(ended.output)
        return Probed(_devices(report["qt"]), _devices(report["chromium"]), report["problem"])
    except (ValueError, KeyError, TypeError):
        raise ProbeError("The microphone probe's report could not be read.") from None


def _devices(entries: Sequence[Mapping[str, object]]) -> tuple[AudioDevice, ...]:
    return tuple(AudioDevice(**entry) for entry in entries)  # type: ignore[arg-type]  # our own child wrote it


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    """No foreign Chromium flags, no window, and as root no sandbox, without which Chromium refuses to start."""
    clean = {name: value for name, value in environ.items() if not name.startswith("QTWEBENGINE_")}
    clean["QT_QPA_PLATFORM"] = "offscreen"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        clean["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return clean
