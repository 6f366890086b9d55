"""Samples as devices hand them over, and back."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.pcm import FULL_SCALE, SampleForm, for_device, from_device, level, scaled, silence

SHORTS = st.lists(st.integers(-FULL_SCALE, FULL_SCALE), max_size=50).map(lambda values: array("h", values))
STEP = {SampleForm.BYTE: 257, SampleForm.SHORT: 0, SampleForm.LONG: 0, SampleForm.FLOAT: 1}
"""How far a sample may be off after it was in this form."""


@given(SHORTS, st.sampled_from(SampleForm), st.integers(1, 6))
def test_what_goes_to_a_device_of_any_form_comes_back_from_one(
    samples: array[int], form: SampleForm, channels: int
) -> None:
    back = from_device(for_device(samples, form, channels), form, channels)
    assert len(back) == len(samples)
    assert all(abs(one - other) <= STEP[form] for one, other in zip(back, samples, strict=True))


def test_channels_become_their_mean() -> None:
    assert from_device(array("h", [100, 300, -8, 8]).tobytes(), SampleForm.SHORT, 2) == array("h", [200, 0])
    assert from_device(array("f", [0.5, 0.0, 2.0, 2.0]).tobytes(), SampleForm.FLOAT, 2) == array(
        "h", [8192, FULL_SCALE]
    )


def test_silence_is_silence_in_every_form() -> None:
    for form in SampleForm:
        assert from_device(for_device(silence(9), form, 2), form, 2) == silence(9)


def test_a_torn_frame_is_left_out() -> None:
    assert from_device(array("h", [1, 2, 3]).tobytes() + b"\1", SampleForm.SHORT, 2) == array("h", [2])


@given(SHORTS)
def test_a_level_is_always_between_nothing_and_full_scale(samples: array[int]) -> None:
    assert 0.0 <= level(samples) <= 1.0


def test_levels() -> None:
    assert level(silence(100)) == 0.0
    assert level(silence(0)) == 0.0
    assert level(array("h", [FULL_SCALE, -FULL_SCALE])) == 1.0
    assert level(array("h", [-32768] * 4)) == 1.0
    assert level(array("h", [3277, -3277])) == pytest.approx(0.1, abs=1e-4)


def test_what_is_made_louder_is_clipped_and_not_wrapped() -> None:
    assert scaled(array("h", [20_000, -20_000, 10]), 2.0) == array("h", [FULL_SCALE, -FULL_SCALE, 20])
