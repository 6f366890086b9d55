"""npm's ``package-lock.json``: which packages lie where, and what each must be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.sdk.integrity import is_strong
from kiosk.sdk.problem import Kind, SdkError

LOCK_NAME = "package-lock.json"

PACKAGE_NAME = r"(?:@[A-Za-z0-9~_-][A-Za-z0-9._~-]*/)?[A-Za-z0-9~_-][A-Za-z0-9._~-]*"
"""A pattern for names; old packages have capital letters. None leads out of a folder."""

_PLACE = re.compile(rf"node_modules/{PACKAGE_NAME}(?:/node_modules/{PACKAGE_NAME})*")


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package of a lock.

    Attributes:
        place: its folder, as ``node_modules/@scope/name``, or deeper.
        name: its own name.
        version: exact.
        integrity: npm's text; empty: the lock has none.
        foreign: whether it comes from elsewhere than a registry: a link, a folder, an address.
    """

    place: str
    name: str
    version: str
    integrity: str
    foreign: bool


def read_lock(path: Path) -> tuple[LockedPackage, ...]:
    """The packages of the lock that a kiosk runs; those for development only are left out.

    Raises:
        SdkError: it cannot be read, or was written by an npm before 7.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))["packages"].items()
        return tuple(
            LockedPackage(
                _safe(place),
                str(entry.get("name") or place.rpartition("node_modules/")[2]),
                str(entry.get("version", "")),
                str(entry.get("integrity", "")),
                foreign=bool(entry.get("link")) or not _from_registry(str(entry.get("resolved", ""))),
            )
            for place, entry in table
            if place.startswith("node_modules/") and not entry.get("dev")
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise SdkError(
            Kind.UNUSABLE, f"{path} cannot be read as the lock of npm 7 or newer; write it anew with npm, or remove it."
        ) from None


def unsealed(packages: Iterable[LockedPackage]) -> list[str]:
    """The packages that nothing proves to be what they should: ``name@version``."""
    return [f"{one.name}@{one.version}" for one in packages if one.foreign or not is_strong(one.integrity)]


def _safe(place: str) -> str:
    if not _PLACE.fullmatch(place):
        raise ValueError(place)
    return place


def _from_registry(resolved: str) -> bool:
    """Locks of the kiosk name no hosts at all; others name a tarball on one."""
    return not resolved or resolved.startswith(("https://", "http://"))
