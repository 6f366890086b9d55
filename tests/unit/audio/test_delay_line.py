"""One hears oneself a moment later, and a howl stays small and ends."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.delay_line import GAIN, HOWLS_AFTER, LOUDEST, DelayLine
from kiosk.audio.machine import RATE
from kiosk.audio.pcm import Samples, level, scaled, silence

BLOCK = 1000


def wave(loudness: float, count: int = BLOCK) -> Samples:
    """A square wave has its amplitude as level."""
    height = round(loudness * 32767)
    return array("h", [height, -height] * (count // 2))


@given(st.lists(st.integers(1, 700), min_size=1, max_size=30))
def test_what_goes_in_comes_out_after_the_delay_whatever_the_blocks(sizes: list[int]) -> None:
    line = DelayLine(delay=0.01, rate=RATE)
    said = array("h", (10 + number % 100 for number in range(sum(sizes))))
    heard, at = silence(0), 0
    for size in sizes:
        due = line.pass_on(said[at : at + size])
        assert len(due) == size
        heard, at = heard + due, at + size
    assert heard == silence(min(480, len(said))) + scaled(said[: max(0, len(said) - 480)], GAIN)


@pytest.mark.parametrize("loudness", [0.001, 0.04])
def test_a_voice_is_made_louder(loudness: float) -> None:
    line = DelayLine(delay=0.0, rate=RATE)
    assert level(line.pass_on(wave(loudness))) == pytest.approx(GAIN * loudness, rel=0.02)


@pytest.mark.parametrize("loudness", [0.1, 0.5, 1.0])
def test_nothing_is_louder_than_a_loud_voice(loudness: float) -> None:
    line = DelayLine(delay=0.0, rate=RATE)
    assert level(line.pass_on(wave(loudness))) == pytest.approx(LOUDEST, rel=0.02)


def test_sound_that_goes_round_and_round_is_a_howl_after_a_while() -> None:
    line = DelayLine(delay=0.5, rate=RATE)
    block, passed = wave(0.01), 0.0
    while not line.howls:
        block = scaled(line.pass_on(block), 1.5)  # the room makes it louder
        if not any(block):
            block = wave(0.01)
        passed += BLOCK / RATE
        assert passed < 60.0
    assert passed > HOWLS_AFTER


def test_a_loud_voice_that_takes_a_breath_is_no_howl() -> None:
    line = DelayLine(delay=0.1, rate=RATE)
    for _ in range(10):
        for _ in range(round(0.9 * HOWLS_AFTER * RATE / BLOCK)):
            line.pass_on(wave(0.5))
        for _ in range(round(0.3 * RATE / BLOCK)):
            line.pass_on(wave(0.001))
        assert not line.howls
