"""Rooms whose every property is known, and what the sound check makes of them."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.machine import RATE
from kiosk.audio.pcm import scaled
from kiosk.audio.sound_check import SoundVerdict, Take, evaluate
from kiosk.audio.sweep import Sweep
from tests.unit.audio.rooms import SWEEP, Room

LEVEL = Sweep().level_dbfs


def test_a_quiet_room_is_good_and_its_figures_are_true() -> None:
    check = evaluate(Room(delay=0.123, gain=-14.0, noise=-62.0).record())
    assert check.verdict is SoundVerdict.GOOD
    assert check.noise_db == pytest.approx(-62.0, abs=0.3)
    assert check.level_db == pytest.approx(LEVEL - 14.0, abs=0.3)
    assert check.gain_db == pytest.approx(-14.0, abs=0.1)
    assert check.delay_ms == pytest.approx(123.0, abs=0.5)


@settings(max_examples=25)
@given(
    delay=st.floats(0.0, 1.4),
    gain=st.floats(-35.0, 6.0),
    noise=st.floats(-90.0, -30.0),
    seed=st.integers(0, 1000),
)
def test_level_and_delay_are_found_whatever_they_are(delay: float, gain: float, noise: float, seed: int) -> None:
    """Also where the noise is twice as loud as the sweep: it is known which frequency has to come when."""
    noise = min(noise, LEVEL + gain + 6)
    check = evaluate(Room(delay=delay, gain=gain, noise=noise).record(seed=seed))
    assert check.delay_ms == pytest.approx(1000 * delay, abs=0.6)
    assert check.level_db == pytest.approx(LEVEL + gain, abs=1.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [None, -85.0, -50.0, -20.0, -3.0])
def test_noise_alone_is_never_taken_for_the_sweep(noise: float | None, seed: int) -> None:
    check = evaluate(Room(gain=-200.0, noise=noise).record(seed=seed))
    assert check.verdict is SoundVerdict.NOT_HEARD
    assert (check.level_db, check.delay_ms, check.echo_db) == (None, None, None)


def test_somebody_who_goes_on_speaking_is_not_taken_for_the_sweep() -> None:
    """Bursts of tones, louder than most microphones hear a voice."""
    random = np.random.default_rng(3)
    take = Room(gain=-200.0, noise=-60.0).record()
    voice = np.frombuffer(take.recorded, np.int16).astype(float)
    for start in range(0, len(voice) - RATE // 4, RATE // 4):
        pitch = random.uniform(90, 3000)
        times = np.arange(RATE // 5) / RATE
        voice[start : start + len(times)] += 6000 * np.sin(2 * np.pi * pitch * times) * np.hanning(len(times))
    spoken = replace(take, recorded=array("h", voice.astype(np.int16).tolist()))
    assert evaluate(spoken).verdict is SoundVerdict.NOT_HEARD


@pytest.mark.parametrize("late", [-25.0, -15.0, -8.0, -3.0])
def test_the_strength_of_the_echo_is_measured(late: float) -> None:
    check = evaluate(Room(gain=-10.0, noise=-80.0, late=late).record())
    assert check.echo_db == pytest.approx(late, abs=1.0)


def test_an_echo_that_lasts_longer_has_a_longer_tail() -> None:
    tails = [
        evaluate(Room(gain=-10.0, noise=-85.0, late=-6.0, reverberation=seconds).record()).tail_ms
        for seconds in (0.2, 0.4, 0.8)
    ]
    assert tails == sorted(tails)
    assert tails[0] == pytest.approx(100, abs=35)  # 30 dB are half of the 60 that make up the reverberation
    assert tails[2] == pytest.approx(400, abs=80)


def test_an_echo_under_the_noise_is_not_invented() -> None:
    check = evaluate(Room(gain=-10.0, noise=-55.0).record())
    assert check.echo_db is not None
    assert check.echo_db < -30.0
    assert check.tail_ms is not None
    assert check.tail_ms < 15.0


@pytest.mark.parametrize(
    ("room", "verdict"),
    [
        (Room(gain=-40.0, noise=-80.0), SoundVerdict.TOO_QUIET),
        (Room(gain=-40.0, noise=-60.0), SoundVerdict.TOO_QUIET),
        (Room(gain=0.0, overdriven=20.0), SoundVerdict.TOO_LOUD),
        (Room(gain=14.0, noise=-60.0), SoundVerdict.TOO_LOUD),
        (Room(gain=-20.0, noise=-40.0), SoundVerdict.NOISY),
        (Room(gain=-20.0, noise=-60.0, hum=-35.0), SoundVerdict.NOISY),
        (Room(delay=0.6), SoundVerdict.SLOW),
        (Room(delay=0.49), SoundVerdict.GOOD),
        (Room(gain=-30.0, noise=-62.0, late=-6.0), SoundVerdict.GOOD),
        (Room(delay=0.9, gain=-20.0, noise=-40.0), SoundVerdict.NOISY),
    ],
)
def test_the_verdict(room: Room, verdict: SoundVerdict) -> None:
    assert evaluate(room.record()).verdict is verdict


def test_clipping_is_seen_although_the_sweep_alone_is_not_too_loud() -> None:
    """A hum takes up the converter's range; together they do not fit."""
    check = evaluate(Room(gain=6.0, noise=-60.0, hum=-4.5).record())
    assert check.verdict is SoundVerdict.TOO_LOUD
    assert check.level_db is not None
    assert check.level_db < -9.0
    assert evaluate(Room(gain=6.0, noise=-60.0, hum=-14.0).record()).verdict is SoundVerdict.NOISY


def test_a_knock_on_the_table_is_no_clipping() -> None:
    take = Room().record()
    take.recorded[30_000:30_010] = array("h", [32767] * 10)
    assert evaluate(take).verdict is SoundVerdict.GOOD


def test_the_sound_itself_counts_although_a_wall_sends_back_more() -> None:
    take = Room(delay=0.2, gain=-12.0, noise=-70.0).record()
    wall = Room(delay=0.203, gain=-9.0, noise=None).record()
    both = array("h", (one + other for one, other in zip(take.recorded, wall.recorded, strict=True)))
    assert evaluate(replace(take, recorded=both)).delay_ms == pytest.approx(200.0, abs=1.0)


def test_the_volume_that_was_played_with_is_taken_into_account() -> None:
    check = evaluate(Room(gain=-6.0).record(scaled(SWEEP, 0.25)))
    assert check.gain_db == pytest.approx(-6.0, abs=0.2)
    assert check.level_db == pytest.approx(LEVEL - 6.0 - 12.04, abs=0.3)


def test_a_recording_that_ends_too_soon_is_refused() -> None:
    take = Room().record()
    with pytest.raises(ValueError, match="shorter"):
        evaluate(replace(take, recorded=take.recorded[: 2 * RATE]))
    with pytest.raises(ValueError, match="shorter"):
        evaluate(Take(take.recorded, take.played, RATE, 0))
