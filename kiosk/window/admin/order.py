"""The list of devices as the panel shows it, and what moving its rows makes of the configuration's wish. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.audio.ranking import AudioDevice, rank
from kiosk.window.admin.desk import AUTO, Device

Kind = Literal["auto", "device", "pattern", "missing"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    Attributes:
        name: as the configuration has it, or would have it.
        kind: "pattern" has wildcards; "missing" is wished for and not there.
        place: its place in the wish, from 0; None: not wished for.
        device: the device it stands for now.
        is_default, in_use: of that device. Only one row is in use.
    """

    name: str
    kind: Kind
    place: int | None
    device: str | None
    is_default: bool = False
    in_use: bool = False


def rows(wish: Sequence[str], devices: Sequence[Device]) -> tuple[Row, ...]:
    """First what is wished for, best first; then "auto", if it is not, and every other device that is there.

    Left out, unless they are wished for: what a pattern stands for already, and microphones that are a speaker's sound.
    """
    by_name = {device.name: device for device in devices}
    known = [AudioDevice(device.name, device.name, is_default=device.is_default) for device in devices]
    chosen = [_row(name, place, known, by_name) for place, name in enumerate(wish)]
    named = {_plain(row.name) for row in chosen}
    others = [] if AUTO in named else [_row(AUTO, None, known, by_name)]
    named |= {_plain(row.device) for row in chosen if row.kind == "pattern" and row.device is not None}
    others += [
        _row(device.name, None, known, by_name)
        for device in known
        if _plain(device.name) not in named and not device.is_monitor
    ]
    found = [*chosen, *others]
    using = next((row for row in found if row.in_use and row.kind != "auto"), None)
    using = next((row for row in chosen if row.in_use), using)
    return tuple(_once_in_use(row, using) for row in found)


def preferred(wish: Sequence[str], name: str) -> tuple[str, ...]:
    """The wish with `name` before all others."""
    return (name, *(other for other in wish if _plain(other) != _plain(name)))


def without(wish: Sequence[str], name: str) -> tuple[str, ...]:
    """The wish without `name`; nothing left means the system's own choice."""
    return tuple(other for other in wish if _plain(other) != _plain(name)) or (AUTO,)


def moved(wish: Sequence[str], place: int, by: int) -> tuple[str, ...]:
    """The wish with the name at `place` moved `by` places, -1 up or 1 down, as far as there is room."""
    names = list(wish)
    if not 0 <= place < len(names):
        return tuple(names)
    name = names.pop(place)
    names.insert(max(0, min(len(names), place + by)), name)
    return tuple(names)


def _row(name: str, place: int | None, known: Sequence[AudioDevice], by_name: dict[str, Device]) -> Row:
    fitting = rank((name,), known)
    device = by_name[fitting[0].name] if fitting else None
    if device is not None and _plain(name) != AUTO:
        # Of all that fit a pattern the one in use is worth knowing; else the first.
        device = next((by_name[found.name] for found in fitting if by_name[found.name].in_use), device)
    return Row(
        name=name,
        kind=_kind(name, present=device is not None),
        place=place,
        device=device.name if device else None,
        is_default=device is not None and device.is_default,
        in_use=device is not None and device.in_use,
    )


def _kind(name: str, *, present: bool) -> Kind:
    if _plain(name) == AUTO:
        return "auto"
    if "*" in name or "?" in name:
        return "pattern"
    return "device" if present else "missing"


def _once_in_use(row: Row, using: Row | None) -> Row:
    same = using is not None and row.name == using.name and row.place == using.place
    return Row(row.name, row.kind, row.place, row.device, row.is_default, same)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
