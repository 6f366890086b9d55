"""Does the microphone hear anything? Pure bookkeeping over the levels the page reports while a session runs.

Levels are RMS of full scale, 0..1, about one a second; decibels here are relative to full scale (dBFS, ≤ 0).
An open microphone in a quiet lobby lies between -70 and -50 dBFS, speech at arm's length above -45 dBFS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

FLOOR_DBFS = -96.0
"""What silence of 16-bit samples is reported as; a logarithm of zero has no value."""


class MicrophoneHealth(StrEnum):
    UNKNOWN = "unknown"
    """No fresh level: not capturing, or the page does not report. Never guessed at."""
    HEARING = "hearing"
    """It picks up sound, or did so a moment ago."""
    QUIET = "quiet"
    """The room's noise but nothing as loud as speech for a while: nobody speaks, or the gain is too low."""
    DEAD = "dead"
    """Not even noise: muted in hardware or mixer, unplugged, or a virtual device without a source."""


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """Where the lines are, in dBFS and seconds."""

    speech_above: float = -45.0
    """Speech at arm's length reaches it on a microphone of usual gain; a quiet lobby's noise does not."""
    quiet_after: float = 20.0
    """Longer than an agent's answer, during which a visitor listens without a word."""
    dead_below: float = -92.0
    """Less than the last bit of a 16-bit converter (-90 dBFS): only digital silence. Noise suppression brings a quiet
    room down to about -85, and a visitor who listens must not be told that they cannot be heard."""
    dead_after: float = 6.0
    """Long enough for a device that opens late, short enough to tell the visitor within the first sentence."""
    stale_after: float = 3.0
    """Three reports missed in a row."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What has been heard so far; times on the caller's monotonic clock. Start with `listening(now)`."""

    since: float
    level_dbfs: float = FLOOR_DBFS
    last_report: float | None = None
    last_speech: float | None = None
    last_noise: float | None = None


def dbfs(level: float) -> float:
    """An RMS level of 0..1 in decibels; what lies outside, or is not a number, becomes the nearest bound."""
    if not level > 0:
        return FLOOR_DBFS
    return min(0.0, max(FLOOR_DBFS, 20 * math.log10(level)))


def listening(now: float) -> Hearing:
    """A capture begins: nothing heard yet."""
    return Hearing(since=now)


def observe(hearing: Hearing, level: float, now: float, limits: HealthLimits | None = None) -> Hearing:
    """Take one reported RMS level into account."""
    limits = limits or HealthLimits()
    decibels = dbfs(level)
    return replace(
        hearing,
        level_dbfs=decibels,
        last_report=now,
        last_speech=now if decibels >= limits.speech_above else hearing.last_speech,
        last_noise=now if decibels >= limits.dead_below else hearing.last_noise,
    )


def assess(hearing: Hearing, now: float, limits: HealthLimits | None = None) -> MicrophoneHealth:
    """The microphone's health at `now`."""
    limits = limits or HealthLimits()
    if hearing.last_report is None or now - hearing.last_report > limits.stale_after:
        return MicrophoneHealth.UNKNOWN
    if now - (hearing.since if hearing.last_noise is None else hearing.last_noise) >= limits.dead_after:
        return MicrophoneHealth.DEAD
    if now - (hearing.since if hearing.last_speech is None else hearing.last_speech) >= limits.quiet_after:
        return MicrophoneHealth.QUIET
    return MicrophoneHealth.HEARING
