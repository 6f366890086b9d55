"""Which of the present microphones (or speakers) a configuration means.

A *wish* is what `microphone.device` holds: `"auto"`, one name, or a list of names in order of preference. Names
are compared without regard to case and to runs of white space; `*` and `?` are wildcards. Every other character
is literal: PulseAudio's names are full of square brackets. `"auto"` may also stand in a list, usually at its end.

Labels are not unique (two microphones of one model), so a device is named by label and ordinal: the second
"USB Microphone" is called "USB Microphone #2", in configurations as well as on screen. The ids of Chromium's
devices change with every load of the page, so an id only ever tells devices of one enumeration apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

AUTO = "auto"
MONITOR_PREFIX = "monitor of"
"""How PulseAudio labels the loopback of an output: a "microphone" on which the avatar would hear itself."""

_ALIAS_IDS = frozenset({"default", "communications"})
"""Chromium lists these beside the devices they stand for, without a label of their own under QtWebEngine."""

Wish = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """One input or output. `ordinal` counts the devices of equal label from 0, in the order of enumeration."""

    id: str
    label: str
    ordinal: int = 0
    is_default: bool = False

    @property
    def name(self) -> str:
        """The label, with "#2", "#3"… for the further devices of the same label."""
        return self.label if self.ordinal == 0 else f"{self.label} #{self.ordinal + 1}"

    @property
    def is_monitor(self) -> bool:
        return _normal(self.label).startswith(MONITOR_PREFIX)


class Reason(StrEnum):
    """Why a choice is what it is."""

    WANTED = "wanted"
    """The first device of the wish."""
    FALLBACK = "fallback"
    """A later one of the wish: what it names first is not there."""
    KEPT = "kept"
    """A better one is there, but changing it in a running session would be heard."""
    NONE = "none"
    """Nothing present fits the wish."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`candidates` are all devices that fit the wish, best first; `device` is the one to use now."""

    device: AudioDevice | None
    candidates: tuple[AudioDevice, ...]
    reason: Reason


def enumerated(devices: Iterable[tuple[str, str]], default_id: str | None = None) -> tuple[AudioDevice, ...]:
    """Devices from `(id, label)` pairs in the order of enumeration, with their ordinals.

    Entries that are no device are left out: Chromium's aliases and the nameless one it shows before the grant.
    """
    seen: Counter[str] = Counter()
    result = []
    for identity, label in devices:
        if not identity or identity in _ALIAS_IDS:
            continue
        result.append(AudioDevice(identity, label, seen[label], is_default=identity == default_id))
        seen[label] += 1
    return tuple(result)


def with_default(devices: Iterable[AudioDevice], default: AudioDevice | None) -> tuple[AudioDevice, ...]:
    """`devices` with the one marked that is called like `default`.

    Chromium does not say which of its devices is the system's default; Qt does, under the same label.
    """
    return tuple(replace(device, is_default=default is not None and device.name == default.name) for device in devices)


def rank(wish: Wish, devices: Sequence[AudioDevice]) -> tuple[AudioDevice, ...]:
    """All devices that fit the wish, best first, each once.

    Among the devices of one name, exact names go before wildcards' finds, then the order of enumeration holds.
    "auto" means the system's default, then every other device, and never a monitor; a monitor is chosen only by
    a name that itself begins with "Monitor".
    """
    real = [device for device in devices if device.id and device.id not in _ALIAS_IDS]
    ranked: dict[AudioDevice, None] = {}
    for name in _names(wish):
        fitting = _automatic(real) if name == AUTO else _matching(name, real)
        ranked.update(dict.fromkeys(fitting))
    return tuple(ranked)


def choose(wish: Wish, devices: Sequence[AudioDevice], *, current: AudioDevice | None = None) -> Choice:
    """The device to use now.

    Args:
        wish: the configuration's `device`.
        devices: what is present.
        current: what a running session uses. It stays as long as it is present, also when a better one returns;
            between sessions leave it out, and the best present one is chosen.
    """
    candidates = rank(wish, devices)
    kept = _still_present(current, devices) if current else None
    if kept is not None and kept not in candidates[:1]:
        return Choice(kept, candidates, Reason.KEPT)
    if not candidates:
        return Choice(None, (), Reason.NONE)
    first_wish_present = bool(rank(_names(wish)[0], devices))
    return Choice(candidates[0], candidates, Reason.WANTED if first_wish_present else Reason.FALLBACK)


def _names(wish: Wish) -> tuple[str, ...]:
    """The wish as normalised names; an empty wish is "auto", so that a kiosk is never deaf by omission."""
    names = (wish,) if isinstance(wish, str) else tuple(wish)
    return tuple(normal for normal in map(_normal, names) if normal) or (AUTO,)


def _automatic(devices: Sequence[AudioDevice]) -> list[AudioDevice]:
    usable = [device for device in devices if not device.is_monitor]
    return sorted(usable, key=lambda device: not device.is_default)


def _matching(name: str, devices: Sequence[AudioDevice]) -> list[AudioDevice]:
    exact = [device for device in devices if name in _spellings(device)]
    pattern = name.replace("[", "[[]")
    monitors_meant = name.startswith("monitor")
    loose = [
        device
        for device in devices
        if (monitors_meant or not device.is_monitor)
        and any(fnmatchcase(spelling, pattern) for spelling in _spellings(device))
    ]
    return exact + loose


def _spellings(device: AudioDevice) -> tuple[str, ...]:
    return _normal(device.label), _normal(device.name)


def _still_present(current: AudioDevice, devices: Sequence[AudioDevice]) -> AudioDevice | None:
    """By id within one load of the page, by name after a reload gave every device a new id."""
    by_id = next((device for device in devices if device.id == current.id), None)
    return by_id or next((device for device in devices if device.name == current.name), None)


def _normal(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()
