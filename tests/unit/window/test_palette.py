"""The panel stays readable whatever colours a site has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.window.admin.palette import COMFORTABLE, READABLE, contrast, mixed, palette, until

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#2f6fed", "#ffffff", 4.55),
        ("#abc123", "#abc123", 1),
    ],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert contrast(second, first) == contrast(first, second)


@given(surface=colours, accent=colours)
def test_every_text_can_be_read(surface: str, accent: str) -> None:
    made = palette(surface, accent)
    for ground in (made.ground, made.card, made.well):
        assert contrast(made.ink, ground) >= READABLE
        for ink in (made.soft, made.accent_ink, made.good, made.warn, made.bad):
            assert contrast(ink, ground) >= READABLE, (surface, accent, ink, ground)
    assert contrast(made.on_accent, made.accent) >= READABLE
    assert contrast(made.on_danger, made.danger) >= READABLE


@pytest.mark.parametrize(("surface", "dark"), [("#10141d", True), ("#efe8de", False), ("#ffffff", False)])
def test_a_good_surface_stays(surface: str, dark: bool) -> None:
    made = palette(surface, "#2f6fed")
    assert made.ground == surface
    assert made.dark is dark
    assert made.accent == "#2f6fed"


def test_a_surface_nothing_can_be_read_on_is_replaced() -> None:
    made = palette("#808080", "#2f6fed")
    assert made.ground != "#808080"
    assert contrast(made.ink, made.ground) >= COMFORTABLE


def test_a_colour_is_moved_no_further_than_needed() -> None:
    assert until("#3fb27f", "#ffffff", "#10141d", READABLE) == "#3fb27f"
    assert until("#111111", "#ffffff", "#111111", READABLE) not in ("#111111", "#ffffff")


def test_mixing() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#123456", "#ffffff", 0) == "#123456"
