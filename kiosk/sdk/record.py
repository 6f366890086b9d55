"""What an installation writes down about itself: ``sdk.json`` beside the packages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

RECORD_NAME = "sdk.json"


class Source(StrEnum):
    """Where packages came from."""

    REGISTRY = "registry"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Installed:
    """One package. `integrity`: npm's text, ``sha512-…``; empty: nobody has said what it must be."""

    name: str
    version: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Record:
    """One installation.

    Attributes:
        generation: of the vendor's packages, 1 to 3.
        packages: all that the page gets from it, what the vendor's packages need included.
        source: where they came from.
        since: when they were installed.
        proved_by: the files they were held against; empty: none.
        chromium: the engine that has loaded them, as its version.
    """

    generation: int
    packages: tuple[Installed, ...]
    source: Source
    since: datetime
    proved_by: tuple[str, ...]
    chromium: str

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "source": self.source.value, "since": self.since.isoformat(timespec="seconds")}

    def write(self, folder: Path) -> None:
        """Raises OSError."""
        (folder / RECORD_NAME).write_text(json.dumps(self.to_json(), indent=2) + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record | None:
    """The record in `folder`; None: there is none that can be read, so somebody else has put the packages there."""
    try:
        written = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
        return Record(
            generation=int(written["generation"]),
            packages=_packages(written["packages"]),
            source=Source(written["source"]),
            since=datetime.fromisoformat(written["since"]),
            proved_by=tuple(str(name) for name in written["proved_by"]),
            chromium=str(written["chromium"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _packages(written: Sequence[Mapping[str, object]]) -> tuple[Installed, ...]:
    return tuple(Installed(str(one["name"]), str(one["version"]), str(one["integrity"])) for one in written)
