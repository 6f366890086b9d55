"""Whether what a hand does in the hidden corner asks for the admin panel. Pure: the opener brings input and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right", "none"]
Gesture = Literal["both", "taps", "press"]

ZONE = 0.12
"""Share of the picture's shorter side that is the corner."""
SMALLEST_ZONE = 72.0
"""Pixels: a finger finds it without looking."""
TAPS = 5
TAPS_WITHIN = 3.0
"""Seconds from the first touch to the last."""
PRESS = 3.0
"""Seconds a finger rests in the corner."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How the panel is opened.

    Attributes:
        corner: as the visitor sees the picture, whichever way it is turned; "none": no gesture opens it.
        gesture: which of the two does.
        keys: a key chord such as "Ctrl+Alt+Shift+A"; empty: none.
    """

    corner: Corner = "top-right"
    gesture: Gesture = "both"
    keys: str = "Ctrl+Alt+Shift+A"


@dataclass(frozen=True, slots=True)
class Touch:
    """What one finger, or the mouse, does.

    Attributes:
        kind: "wait" stands for time that goes by while a finger rests; "cancel" for input that means something else,
            such as a second finger.
        x, y: where, in pixels of the picture as the visitor sees it.
        width, height: of that picture.
        at: seconds of a monotonic clock.
    """

    kind: Literal["press", "move", "release", "cancel", "wait"]
    x: float
    y: float
    width: float
    height: float
    at: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of the touches so far. `taps`: when the last ones began; `down`: when the present one did."""

    taps: tuple[float, ...] = ()
    down: float | None = None


NOTHING = Trace()


def follow(trace: Trace, touch: Touch, opening: Opening) -> tuple[Trace, bool]:
    """The trace after `touch`, and whether the panel is asked for."""
    if opening.corner == "none" or touch.kind == "cancel" or not in_corner(touch, opening.corner):
        return NOTHING, False
    match touch.kind:
        case "press":
            recent = tuple(at for at in trace.taps if touch.at - at <= TAPS_WITHIN)
            return Trace((*recent, touch.at), touch.at), False
        case "release" if trace.down is not None:
            if _held(trace, touch.at, opening) or _tapped(trace, opening):
                return NOTHING, True
            return Trace(trace.taps), False
        case _ if _held(trace, touch.at, opening):
            return NOTHING, True
    return trace, False


def due(trace: Trace, opening: Opening) -> float | None:
    """When a "wait" would complete the gesture, if the finger stays where it is; None: never."""
    if trace.down is None or opening.gesture == "taps":
        return None
    return trace.down + PRESS


def in_corner(touch: Touch, corner: Corner) -> bool:
    """Whether the touch lies in the corner's square."""
    shorter = min(touch.width, touch.height)
    side = min(max(ZONE * shorter, SMALLEST_ZONE), shorter / 2)
    from_left = touch.x if corner.endswith("left") else touch.width - touch.x
    from_top = touch.y if corner.startswith("top") else touch.height - touch.y
    return 0 <= from_left <= side and 0 <= from_top <= side


def turned(x: float, y: float, width: float, height: float, turn: int) -> tuple[float, float, float, float]:
    """A place in a window, and the window's size, as places and sizes of the picture turned in it by `turn` degrees.

    Returns:
        x, y, width, height of the picture as the visitor sees it.
    """
    match turn % 360:
        case 90:
            return y, width - x, height, width
        case 180:
            return width - x, height - y, width, height
        case 270:
            return height - y, x, height, width
    return x, y, width, height


def _held(trace: Trace, now: float, opening: Opening) -> bool:
    at = due(trace, opening)
    return at is not None and now >= at


def _tapped(trace: Trace, opening: Opening) -> bool:
    return opening.gesture != "press" and len(trace.taps) >= TAPS
