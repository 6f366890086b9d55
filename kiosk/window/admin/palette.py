"""The panel's colours, made of the site's own two so that everything stays readable. Pure; colours are `#rrggbb`."""

from __future__ import annotations

from dataclasses import asdict, dataclass

READABLE = 4.5
"""The contrast WCAG asks of running text (AA)."""
COMFORTABLE = 7.0
"""The contrast it asks of text for everybody (AAA); a ground that gives less is not used."""
VISIBLE = 3.0
"""The contrast it asks of what is no text: edges, symbols, meters."""

_DARK_GROUND, _LIGHT_GROUND = "#10141d", "#efe8de"
_DARK_INK, _LIGHT_INK = "#f7f3ec", "#1c2231"
_TONES = {True: ("#3fb27f", "#e0a030", "#e5604d"), False: ("#1c7a50", "#8f5a00", "#bb3420")}
"""Good, warn and bad, in the dark and in the light."""
_DANGER = "#b3412f"
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Palette:
    """Attributes:
    ground: behind everything; crest: its upper end; card: of what lies on it; well: of what is sunk into a card.
    line: edges. ink, soft: text, and text that stands back.
    accent: the site's own; on_accent: text on it; accent_ink: text and symbols of that colour on a card.
    good, warn, bad: text and symbols on a card; danger: a button's ground that text in `on_danger` stands on.
    """

    ground: str
    crest: str
    card: str
    well: str
    line: str
    ink: str
    soft: str
    accent: str
    on_accent: str
    accent_ink: str
    good: str
    warn: str
    bad: str
    danger: str
    on_danger: str
    dark: bool

    def plain(self) -> dict[str, object]:
        return asdict(self)


def palette(surface: str, accent: str) -> Palette:
    """Colours for a window of `surface`. A surface on which no ink reads well is replaced by the theme's own."""
    dark = contrast(surface, _DARK_INK) > contrast(surface, _LIGHT_INK)
    ink = _DARK_INK if dark else _LIGHT_INK
    ground = surface if contrast(surface, ink) >= COMFORTABLE else (_DARK_GROUND if dark else _LIGHT_GROUND)
    card = mixed(ground, "#ffffff", 0.065 if dark else 0.72)
    # What text may stand on at the worst: a row that is marked, a notice.
    readable = mixed(ground, "#ffffff", 0.12) if dark else mixed(ground, "#1c2231", 0.04)
    good, warn, bad = (until(tone, ink, readable, READABLE) for tone in _TONES[dark])
    return Palette(
        ground=ground,
        crest=mixed(ground, "#5a78b8", 0.14) if dark else mixed(ground, "#ffffff", 0.5),
        card=card,
        well=mixed(ground, "#000000", 0.22) if dark else mixed(ground, "#ffffff", 0.25),
        line=mixed(ground, "#ffffff", 0.16) if dark else mixed(ground, "#1c2231", 0.14),
        ink=ink,
        soft=until(mixed(ink, ground, 0.36), ink, readable, READABLE),
        accent=accent,
        on_accent=_text_on(accent),
        accent_ink=until(accent, ink, readable, READABLE),
        good=good,
        warn=warn,
        bad=bad,
        danger=_DANGER,
        on_danger=_text_on(_DANGER),
        dark=dark,
    )


def contrast(first: str, second: str) -> float:
    """WCAG's ratio of two colours, 1..21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(base: str, tint: str, share: float) -> str:
    """`base` with `share` (0..1) of it replaced by `tint`."""
    pairs = zip(_channels(base), _channels(tint), strict=True)
    return "#" + "".join(f"{round(b + (t - b) * share):02x}" for b, t in pairs)


def until(colour: str, ink: str, ground: str, wanted: float) -> str:
    """`colour`, moved towards `ink` as little as gives it the wanted contrast on `ground`."""
    for step in range(_STEPS + 1):
        moved = mixed(colour, ink, step / _STEPS)
        if contrast(moved, ground) >= wanted:
            return moved
    return ink


def _text_on(ground: str) -> str:
    """White where it can be read, for that is what eyes expect on a colour; black elsewhere."""
    return "#ffffff" if contrast("#ffffff", ground) >= READABLE else "#000000"


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
