"""Who asks for the admin panel: five taps or a long press, in one corner, and nothing else."""

from __future__ import annotations

from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.window.admin.gesture import (
    NOTHING,
    Corner,
    Opening,
    Touch,
    due,
    follow,
    in_corner,
    turned,
)

WIDTH, HEIGHT = 1080.0, 1920.0
IN, OUT = (1040.0, 30.0), (500.0, 900.0)
"""In the top right corner, and where a visitor taps."""

Kind = Literal["press", "move", "release", "cancel", "wait"]
Step = tuple[Kind, tuple[float, float], float]


def asked(steps: list[Step], opening: Opening | None = None) -> list[int]:
    """Which of the steps ask for the panel, counted from 0."""
    trace, found = NOTHING, []
    for number, (kind, (x, y), at) in enumerate(steps):
        trace, asks = follow(trace, Touch(kind, x, y, WIDTH, HEIGHT, at), opening or Opening())
        if asks:
            found.append(number)
    return found


def taps(*at: float, where: tuple[float, float] = IN) -> list[Step]:
    """A short tap at each of the moments."""
    return [step for moment in at for step in (("press", where, moment), ("release", where, moment + 0.1))]


def test_five_taps_within_three_seconds_ask_with_the_last_release() -> None:
    assert asked(taps(0, 0.7, 1.4, 2.1, 2.9)) == [9]


def test_four_taps_do_not() -> None:
    assert asked(taps(0, 0.5, 1.0, 1.5)) == []


def test_five_slow_taps_do_not_but_the_quick_ones_among_them_count() -> None:
    assert asked(taps(0, 1, 2, 3, 4, 5)) == []
    assert asked(taps(0, 2.5, 3.0, 3.5, 4.0, 4.5)) == [11]


def test_a_tap_elsewhere_begins_anew() -> None:
    assert asked([*taps(0, 0.2, 0.4, 0.6), *taps(0.8, where=OUT), *taps(1.0)]) == []


def test_a_second_finger_begins_anew() -> None:
    assert asked([*taps(0, 0.2, 0.4, 0.6), ("cancel", IN, 0.7), *taps(0.8)]) == []


def test_once_it_has_asked_it_begins_anew() -> None:
    assert asked(taps(*(0.2 * number for number in range(9)))) == [9]


def test_a_press_of_three_seconds_asks_while_the_finger_rests() -> None:
    steps: list[Step] = [("press", IN, 0), ("wait", IN, 2.9), ("wait", IN, 3.0), ("release", IN, 3.2)]
    assert asked(steps) == [2]


def test_a_finger_that_trembles_in_the_corner_rests() -> None:
    steps: list[Step] = [("press", IN, 0), ("move", (1020.0, 40.0), 1), ("move", IN, 3.1)]
    assert asked(steps) == [2]


def test_a_finger_that_leaves_the_corner_and_comes_back_does_not_ask() -> None:
    steps: list[Step] = [("press", IN, 0), ("move", OUT, 1), ("move", IN, 2), ("wait", IN, 4), ("release", IN, 5)]
    assert asked(steps) == []


def test_a_finger_that_comes_from_elsewhere_does_not_ask() -> None:
    steps: list[Step] = [("press", OUT, 0), ("move", IN, 1), ("wait", IN, 9), ("release", IN, 10)]
    assert asked(steps) == []


@pytest.mark.parametrize(
    ("gesture", "by_taps", "by_press"), [("both", True, True), ("taps", True, False), ("press", False, True)]
)
def test_only_the_chosen_gesture_asks(gesture: Literal["both", "taps", "press"], by_taps: bool, by_press: bool) -> None:
    opening = Opening(gesture=gesture)
    held: list[Step] = [("press", IN, 0), ("wait", IN, 3.5), ("release", IN, 4)]
    assert bool(asked(taps(0, 0.2, 0.4, 0.6, 0.8), opening)) is by_taps
    assert bool(asked(held, opening)) is by_press


def test_no_corner_no_panel() -> None:
    opening = Opening(corner="none")
    assert asked(taps(0, 0.2, 0.4, 0.6, 0.8), opening) == []
    trace, _ = follow(NOTHING, Touch("press", *IN, WIDTH, HEIGHT, 0), opening)
    assert due(trace, opening) is None


def test_what_is_due() -> None:
    opening = Opening()
    trace, _ = follow(NOTHING, Touch("press", *IN, WIDTH, HEIGHT, 7.0), opening)
    assert due(trace, opening) == 10.0
    assert due(trace, Opening(gesture="taps")) is None
    trace, _ = follow(trace, Touch("release", *IN, WIDTH, HEIGHT, 7.5), opening)
    assert due(trace, opening) is None


@pytest.mark.parametrize(
    ("corner", "place"),
    [
        ("top-left", (5, 5)),
        ("top-right", (1075, 5)),
        ("bottom-left", (5, 1915)),
        ("bottom-right", (1075, 1915)),
    ],
)
def test_each_corner_is_its_own(corner: Corner, place: tuple[float, float]) -> None:
    touch = Touch("press", *place, WIDTH, HEIGHT, 0)
    assert [other for other in get_args(Corner) if other != "none" and in_corner(touch, other)] == [corner]


@pytest.mark.parametrize(
    ("width", "height", "side"), [(1080, 1920, 129.6), (320, 480, 72), (2160, 3840, 259.2), (100, 100, 50)]
)
def test_how_large_the_corner_is(width: float, height: float, side: float) -> None:
    inside = Touch("press", side - 0.5, side - 0.5, width, height, 0)
    outside = Touch("press", side + 0.5, side - 0.5, width, height, 0)
    assert in_corner(inside, "top-left")
    assert not in_corner(outside, "top-left")


@pytest.mark.parametrize(("turn", "place"), [(0, (1070, 10)), (90, (1070, 1910)), (180, (10, 1910)), (270, (10, 10))])
def test_the_corner_turns_with_the_picture(turn: int, place: tuple[float, float]) -> None:
    """A picture turned clockwise by a quarter has its top right corner at the window's bottom right."""
    x, y, width, height = turned(*place, 1080, 1920, turn)
    assert in_corner(Touch("press", x, y, width, height, 0), "top-right")
    assert (width, height) == ((1080, 1920) if turn % 180 == 0 else (1920, 1080))


@given(
    x=st.floats(0, 1080, allow_nan=False),
    y=st.floats(0, 1920, allow_nan=False),
    turn=st.sampled_from([0, 90, 180, 270]),
)
def test_every_place_in_the_window_is_in_the_picture(x: float, y: float, turn: int) -> None:
    u, v, width, height = turned(x, y, 1080, 1920, turn)
    assert 0 <= u <= width
    assert 0 <= v <= height
