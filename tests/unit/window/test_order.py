"""The list of devices, and what its buttons make of the configuration's wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.window.admin.desk import Device
from kiosk.window.admin.order import moved, preferred, rows, without

JABRA = Device(name="Jabra Speak 510 Mono")
BUILT_IN = Device(name="Built-in Audio", is_default=True)
MONITOR = Device(name="Monitor of Built-in Audio")


def seen(*wish: str, devices: tuple[Device, ...] = (JABRA, BUILT_IN, MONITOR)) -> list[tuple[str, str, int | None]]:
    return [(row.name, row.kind, row.place) for row in rows(wish, devices)]


def test_the_wish_comes_first_in_its_order_then_what_else_is_there() -> None:
    assert seen("Sennheiser", "built-in audio") == [
        ("Sennheiser", "missing", 0),
        ("built-in audio", "device", 1),
        ("auto", "auto", None),
        ("Jabra Speak 510 Mono", "device", None),
    ]


def test_what_a_pattern_stands_for_is_not_listed_again() -> None:
    assert seen("Jabra*", "auto") == [
        ("Jabra*", "pattern", 0),
        ("auto", "auto", 1),
        ("Built-in Audio", "device", None),
    ]


def test_a_speakers_own_sound_is_listed_only_where_it_is_wished_for() -> None:
    assert "Monitor of Built-in Audio" not in [name for name, *_ in seen("auto")]
    assert ("Monitor of Built-in Audio", "device", 0) in seen("Monitor of Built-in Audio")


def test_each_row_knows_the_device_it_stands_for() -> None:
    found = {row.name: row.device for row in rows(("Jabra*", "Gone*", "auto"), (JABRA, BUILT_IN))}
    assert found == {"Jabra*": JABRA.name, "Gone*": None, "auto": BUILT_IN.name, BUILT_IN.name: BUILT_IN.name}


def test_without_any_device_auto_stands_for_none() -> None:
    (row,) = rows(("auto",), ())
    assert (row.kind, row.device, row.in_use) == ("auto", None, False)


@pytest.mark.parametrize(
    ("wish", "using"),
    [
        (("auto",), "auto"),
        (("Built-in Audio", "auto"), "Built-in Audio"),
        (("Jabra*", "auto"), "auto"),
        (("Jabra*",), "Built-in Audio"),
    ],
)
def test_one_row_is_in_use(wish: tuple[str, ...], using: str) -> None:
    """The first of the wish that stands for the device; where none does, the device's own row."""
    devices = (JABRA, Device(name=BUILT_IN.name, is_default=True, in_use=True))
    assert [row.name for row in rows(wish, devices) if row.in_use] == [using]


def test_a_pattern_stands_for_the_device_in_use() -> None:
    devices = (Device(name="USB Microphone"), Device(name="USB Headset", in_use=True))
    (row, *_) = rows(("USB*",), devices)
    assert (row.device, row.in_use) == ("USB Headset", True)


def test_what_is_preferred_comes_first_and_is_there_once() -> None:
    assert preferred(("auto",), "Jabra") == ("Jabra", "auto")
    assert preferred(("a", "b", "B  c"), "b c") == ("b c", "a", "b")


def test_what_is_left_out_leaves_the_rest_or_the_systems_choice() -> None:
    assert without(("a", "b", "c"), "B") == ("a", "c")
    assert without(("a",), "a") == ("auto",)


@pytest.mark.parametrize(
    ("place", "by", "result"),
    [(1, -1, "bac"), (1, 1, "acb"), (0, -1, "abc"), (2, 1, "abc"), (7, -1, "abc"), (-1, 1, "abc")],
)
def test_moving(place: int, by: int, result: str) -> None:
    assert moved("abc", place, by) == tuple(result)


@given(
    wish=st.lists(st.text(min_size=1), unique=True, min_size=1),
    place=st.integers(-2, 9),
    by=st.sampled_from([-1, 1]),
)
def test_moving_loses_nothing(wish: list[str], place: int, by: int) -> None:
    assert sorted(moved(wish, place, by)) == sorted(wish)
