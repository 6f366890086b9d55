"""Levels in, health out, on a clock of our own."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.health import FLOOR_DBFS, HealthLimits, Hearing, MicrophoneHealth, assess, dbfs, listening, observe

LIMITS = HealthLimits()
SPEECH, ROOM, STILL = 0.05, 0.001, 0.0


def heard(levels: Iterable[float], start: float = 100.0) -> tuple[Hearing, float]:
    """One report a second, as the page sends them."""
    hearing, now = listening(start), start
    for level in levels:
        now += 1
        hearing = observe(hearing, level, now)
    return hearing, now


@pytest.mark.parametrize(
    ("level", "decibels"),
    [(1.0, 0.0), (0.1, -20.0), (0.001, -60.0), (0.0, FLOOR_DBFS), (-1.0, FLOOR_DBFS), (7.0, 0.0), (1e-9, FLOOR_DBFS)],
)
def test_decibels_of_full_scale(level: float, decibels: float) -> None:
    assert dbfs(level) == pytest.approx(decibels)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_decibels_are_always_within_bounds(level: float) -> None:
    assert FLOOR_DBFS <= dbfs(level) <= 0
    assert math.isfinite(dbfs(level))


def test_before_the_first_report_nothing_is_claimed() -> None:
    assert assess(listening(100), 100) is MicrophoneHealth.UNKNOWN
    assert assess(listening(100), 1000) is MicrophoneHealth.UNKNOWN


def test_speech_and_a_quiet_room_are_a_working_microphone() -> None:
    hearing, now = heard([ROOM, SPEECH, ROOM])
    assert assess(hearing, now) is MicrophoneHealth.HEARING
    assert hearing.level_dbfs == pytest.approx(-60)


def test_a_room_without_speech_becomes_quiet_and_speech_ends_that() -> None:
    hearing, now = heard([ROOM] * int(LIMITS.quiet_after - 1))
    assert assess(hearing, now) is MicrophoneHealth.HEARING
    hearing, now = heard([ROOM] * int(LIMITS.quiet_after))
    assert assess(hearing, now) is MicrophoneHealth.QUIET
    assert assess(observe(hearing, SPEECH, now + 1), now + 1) is MicrophoneHealth.HEARING


def test_perfect_stillness_is_a_dead_microphone_until_noise_returns() -> None:
    hearing, now = heard([SPEECH] * 3 + [STILL] * int(LIMITS.dead_after - 1))
    assert assess(hearing, now) is MicrophoneHealth.HEARING
    hearing, now = heard([SPEECH] * 3 + [STILL] * int(LIMITS.dead_after))
    assert assess(hearing, now) is MicrophoneHealth.DEAD
    assert assess(observe(hearing, ROOM, now + 1), now + 1) is MicrophoneHealth.HEARING


def test_still_from_the_beginning_is_dead_as_well() -> None:
    hearing, now = heard([STILL] * int(LIMITS.dead_after))
    assert assess(hearing, now) is MicrophoneHealth.DEAD


def test_old_reports_prove_nothing() -> None:
    hearing, now = heard([SPEECH])
    assert assess(hearing, now + LIMITS.stale_after) is MicrophoneHealth.HEARING
    assert assess(hearing, now + LIMITS.stale_after + 0.1) is MicrophoneHealth.UNKNOWN


def test_limits_are_the_callers_to_set() -> None:
    limits = HealthLimits(dead_after=1)
    hearing = observe(listening(0), STILL, 1, limits)
    assert assess(hearing, 1, limits) is MicrophoneHealth.DEAD
