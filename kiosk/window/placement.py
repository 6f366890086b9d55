"""Where on which screen the window goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

Rotation = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Placement:
    """How to show the window."""

    screen: int | str = "primary"
    """Position in the system's list, counted from 0, or a screen's name, or "primary"."""
    fullscreen: bool = True
    rotation: Rotation = 0
    """Degrees clockwise by which the picture is turned, for a screen that hangs turned the other way."""
    size: tuple[int, int] = (1080, 1920)
    """Width and height while not full screen."""


class NamedScreen(Protocol):
    def name(self) -> str: ...


Screen = TypeVar("Screen", bound=NamedScreen)


def choose_screen(wanted: int | str, screens: Sequence[Screen], primary: Screen) -> tuple[Screen, bool]:
    """The screen to use, and whether it is the wanted one: a missing screen must not leave the lobby without one."""
    if wanted == "primary":
        return primary, True
    if isinstance(wanted, int):
        return (screens[wanted], True) if 0 <= wanted < len(screens) else (primary, False)
    for screen in screens:
        if screen.name().casefold() == wanted.casefold():
            return screen, True
    return primary, False
