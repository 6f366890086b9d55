from __future__ import annotations

from dataclasses import dataclass

import pytest

from kiosk.window.placement import choose_screen


@dataclass
class Screen:
    label: str

    def name(self) -> str:
        return self.label


LEFT, RIGHT = Screen("HDMI-1"), Screen("DP-2")


@pytest.mark.parametrize(
    ("wanted", "chosen", "found"),
    [
        ("primary", RIGHT, True),
        (0, LEFT, True),
        (1, RIGHT, True),
        (2, RIGHT, False),
        (-1, RIGHT, False),
        ("hdmi-1", LEFT, True),
        ("VGA-1", RIGHT, False),
    ],
)
def test_the_wanted_screen_or_else_the_primary(wanted: int | str, chosen: Screen, found: bool) -> None:
    assert choose_screen(wanted, [LEFT, RIGHT], RIGHT) == (chosen, found)
