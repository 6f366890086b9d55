"""How well one colour can be told from another: WCAG 2's contrast. Pure."""

from typing import Literal, NamedTuple

WHITE = "#ffffff"
DARK = "#10141d"
"""The two colours that texts on the accent can have; see `resources/web/app/ui/colour.js`."""

FOR_TEXT = 4.5
FOR_SHAPES = 3.0
"""The contrast that WCAG asks for (level AA), for texts and for everything else one has to see."""


class Theme(NamedTuple):
    """A theme's own colours; `resources/web/styles/theme.css` has the same."""

    ground: str
    ink: str


ThemeName = Literal["dark", "light"]

THEMES: dict[ThemeName, Theme] = {
    "dark": Theme(DARK, "#f7f3ec"),
    "light": Theme("#efe8de", "#1c2231"),
}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ``#rrggbb``: from 1, the same, to 21, black on white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
