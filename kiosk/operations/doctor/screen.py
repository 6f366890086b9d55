"""Gathers whether the screen goes dark by itself: from the X server, or from GNOME's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kiosk.operations.doctor.facts import Blanking
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.doctor.programs import ask

CAGE = "cage"
"""Set by the boot unit's kiosk-session: the compositor that shows nothing but the kiosk."""

_IDLE_DELAY = ("gsettings", "get", "org.gnome.desktop.session", "idle-delay")
_INHIBITED = (
    *("busctl", "--user", "--auto-start=no", "call", "org.gnome.SessionManager", "/org/gnome/SessionManager"),
    *("org.gnome.SessionManager", "IsInhibited", "u", "8"),
)
"""Whether somebody, such as the kiosk, keeps GNOME from counting the time without a touch (8)."""
_SCREEN_SAVER = (
    *("busctl", "--user", "--auto-start=no", "call", "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    *("org.freedesktop.ScreenSaver", "GetActive"),
)


def blanking(environ: Mapping[str, str]) -> Blanking | Untold:
    """Ask whoever rules over the screen that `environ` names."""
    if environ.get("WAYLAND_DISPLAY"):
        return _under_wayland(environ)
    if not environ.get("DISPLAY"):
        return Untold("no screen is to be reached from here")
    answer = ask(("xset", "q"), environ)
    if answer is None:
        return Untold("xset does not answer", advice="sudo apt-get install x11-xserver-utils")
    found = read_xset(answer)
    if (gnome := _of_gnome(environ)) is None:
        return found
    delays = [seconds for seconds in (found.after, gnome.after) if seconds is not None]
    return replace(found, after=min(delays, default=None))


def _under_wayland(environ: Mapping[str, str]) -> Blanking | Untold:
    """Every compositor has its own way. cage leaves the screen on."""
    dark = ask(_SCREEN_SAVER, environ) == "b true\n"
    if (gnome := _of_gnome(environ)) is not None:
        return replace(gnome, dark=dark)
    if dark or CAGE in _desktop(environ):
        return Blanking(None, dark)
    return Untold("no way to ask this Wayland desktop", advice="See its power settings.")


def _of_gnome(environ: Mapping[str, str]) -> Blanking | None:
    """GNOME counts by itself, on X11 too, unless it is asked not to. None: it is not GNOME, or does not say."""
    if "GNOME" not in _desktop(environ) or (answer := ask(_IDLE_DELAY, environ)) is None:
        return None
    counts = ask(_INHIBITED, environ) != "b true\n"
    return Blanking(read_idle_delay(answer) if counts else None, dark=False)


def _desktop(environ: Mapping[str, str]) -> set[str]:
    return set(environ.get("XDG_CURRENT_DESKTOP", "").split(":"))


def read_xset(answer: str) -> Blanking:
    """What `xset q` says: the screen saver's time-out, and DPMS', which counts while it is on."""
    saver = _number(r"timeout:\s+(\d+)", answer)
    standby = [_number(rf"{name}:\s+(\d+)", answer) for name in ("Standby", "Suspend", "Off")]
    powered = standby if "DPMS is Enabled" in answer else []
    times = [seconds for seconds in (saver, *powered) if seconds]
    dark = re.search(r"Monitor is (?:Off|in Standby|in Suspend)", answer) is not None
    return Blanking(min(times, default=None), dark)


def read_idle_delay(answer: str) -> int | None:
    """GNOME's `uint32 300`; 0 is never."""
    return _number(r"uint32 (\d+)", answer) or None


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None
