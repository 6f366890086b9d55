"""The sweep and the chime: as loud as they are said to be, without a click, and in the right order."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.audio import chime
from kiosk.audio.health import dbfs
from kiosk.audio.machine import RATE
from kiosk.audio.pcm import Samples, level
from kiosk.audio.sweep import Sweep, render
from tests.support.sound import Sound

CHIME = chime.render(RATE)


def test_the_sweep_is_as_long_and_as_loud_as_asked_for() -> None:
    sweep = Sweep(seconds=0.8, level_dbfs=-24.0)
    samples = render(sweep, RATE)
    assert len(samples) == 38_400
    assert dbfs(level(samples[10_000:30_000])) == pytest.approx(-24.0, abs=0.1)


def test_the_sweep_glides_upwards_from_the_lowest_to_the_highest_frequency() -> None:
    sweep = Sweep()
    samples = render(sweep, RATE)
    # Each octave takes the same time: the middle of the time is the geometric mean of the frequencies.
    pitches = [_pitch(samples, at) for at in (0.1, 0.5, 0.9)]
    expected = [sweep.low * (sweep.high / sweep.low) ** at for at in (0.1, 0.5, 0.9)]
    assert pitches == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("sound", [render(Sweep(), RATE), CHIME], ids=["sweep", "chime"])
def test_no_sound_begins_or_ends_with_a_click(sound: Samples) -> None:
    steps = np.abs(np.diff(np.frombuffer(sound, np.int16).astype(float)))
    assert sound[0] == 0
    assert abs(sound[-1]) < 40
    assert max(steps[:50]) < 0.3 * max(steps)
    assert max(steps[-50:]) < 0.3 * max(steps)


def test_the_chime_has_its_three_notes_one_after_the_other() -> None:
    samples = CHIME
    heard = [_pitch(samples, onset + 0.08, 0.15) for onset in chime.ONSETS]
    assert heard == pytest.approx(chime.NOTES_HZ, rel=0.02)


def test_the_chime_is_as_loud_as_it_is_said_to_be_and_fades_away() -> None:
    samples = CHIME
    assert len(samples) == round(chime.SECONDS * RATE)
    assert 20 * np.log10(max(map(abs, samples)) / 32767) == pytest.approx(chime.PEAK_DBFS, abs=0.1)
    assert level(samples[-RATE // 4 :]) < 0.2 * level(samples[: RATE // 2])


def _pitch(samples: Samples, at: float, seconds: float = 0.02) -> float:
    first, count = round((at - seconds / 2) * RATE), round(seconds * RATE)
    piece = np.frombuffer(samples, np.int16)[first : first + count].astype(np.float32) / 32768
    return Sound(np.pad(piece * np.hanning(len(piece)), (0, 20_000)).astype(np.float32), RATE).dominant_hz
