"""What is installed, and whether it is used: for people and for tools."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.browser import NodeModules, PackageProblem, import_map
from kiosk.browser.generations import GENERATIONS, generation_of, search_order
from kiosk.config.schema import Avatar
from kiosk.operations.terminal import Row, Tone
from kiosk.sdk.contents import NODE_MODULES
from kiosk.sdk.record import Installed, Record, Source, read_record
from kiosk.sdk.store import Store

INSTALL = "avatar-kiosk sdk install"
_TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Overview:
    """What `sdk show` says.

    Attributes:
        folder: what holds ``node_modules``; None: nothing is installed.
        record: how it came there; None: nobody knows.
        problem: why the kiosk cannot use it, as a sentence; empty: it can.
        kept: the record of the installation before; None: there is none.
        avatar: the settings.
    """

    folder: Path | None
    record: Record | None
    problem: str
    kept: Record | None
    avatar: Avatar

    @property
    def in_use(self) -> bool:
        """Whether the configuration asks for it."""
        return self.folder is not None and self.avatar.sdk == "installed"

    @property
    def others(self) -> tuple[str, ...]:
        """Those of `avatar.packages` that are installed in another version, or not at all."""
        there = {f"{one.name}@{one.version}" for one in (self.record.packages if self.record else ())}
        return tuple(package for package in self.avatar.packages if package not in there)

    def to_json(self) -> dict[str, object]:
        return {
            "installed": self.folder is not None,
            "folder": str(self.folder) if self.folder else None,
            **(_nothing_known() if self.record is None else self.record.to_json()),
            "problem": self.problem or None,
            "avatar_sdk": str(self.avatar.sdk),
            "in_use": self.in_use,
            "wanted": list(self.avatar.packages),
            "kept": self.kept.to_json() if self.kept else None,
        }

    def rows(self) -> list[Row]:
        if self.folder is None:
            return [
                Row("", "No packages of the vendor are installed; the built-in avatar is shown."),
                Row("", f"Install those of avatar.packages ({', '.join(self.avatar.packages)}) with: {INSTALL}"),
            ]
        rows = _told(self.record) if self.record else [Row("packages", "put there by hand", Tone.DOUBTFUL)]
        rows.append(self._state())
        rows.append(self._use())
        if self.record and self.others:
            rows.append(Row("not installed", f"{', '.join(self.others)} of avatar.packages", Tone.DOUBTFUL))
        if self.kept:
            rows.append(Row("before", f"{_vendors(self.kept)}; back to it with: {INSTALL} --back"))
        rows.append(Row("folder", str(self.folder)))
        return [*rows, *(_package(one) for one in (self.record.packages if self.record else ()))]

    def _state(self) -> Row:
        if self.problem:
            return Row("check", f"{self.problem} Install them anew: {INSTALL}", Tone.BAD)
        if self.record is None:
            return Row("check", "all is there; no engine has tried it")
        return Row("check", f"passed: Chromium {self.record.chromium} loads what the page uses", Tone.GOOD)

    def _use(self) -> Row:
        if self.in_use:
            return Row("in use", 'yes, avatar.sdk is "installed"', Tone.GOOD)
        if isinstance(self.avatar.sdk, Path):
            return Row("in use", f"no, avatar.sdk names {self.avatar.sdk}", Tone.DOUBTFUL)
        what = "" if self.avatar.app_id else ", app_id, avatar_id and api_key"
        advice = f'give sdk = "installed"{what} in [avatar]'
        return Row("in use", f'no, avatar.sdk is "builtin"; {advice}', Tone.DOUBTFUL)


def look(store: Store, own: Path, avatar: Avatar) -> Overview:
    """See what is there. `own`: the kiosk's own ``node_modules``; `avatar`: the settings."""
    folder = store.place if store.foreign() else store.present()
    kept = store.kept()
    return Overview(
        folder,
        read_record(folder) if folder else None,
        _problem(folder, own) if folder else "",
        read_record(kept) if kept else None,
        avatar,
    )


def _problem(folder: Path, own: Path) -> str:
    generation = generation_of(folder / NODE_MODULES)
    if generation is None:
        return f"{folder} holds no packages that the page knows."
    try:
        modules = search_order(generation, folder / NODE_MODULES, own)
        import_map(NodeModules(modules), generation.page_imports)
    except PackageProblem as problem:
        return str(problem)
    return ""


def _told(record: Record) -> list[Row]:
    source = "from the registry" if record.source is Source.REGISTRY else "from files"
    proof = f"held against {' and '.join(record.proved_by)}" if record.proved_by else "held against no checksums"
    since = record.since.astimezone().strftime(_TIME)
    return [
        Row("packages", f"{_vendors(record)} (generation {record.generation})"),
        Row("installed", f"{since} {source}, {proof}", Tone.PLAIN if record.proved_by else Tone.DOUBTFUL),
    ]


def _vendors(record: Record) -> str:
    """The packages the vendor's documents name."""
    names = {name for generation in GENERATIONS for name in generation.packages}
    return ", ".join(f"{one.name} {one.version}" for one in record.packages if one.name in names)


def _package(one: Installed) -> Row:
    return Row(f"{one.name}", f"{one.version}  {one.integrity or 'no checksum known'}")


def _nothing_known() -> dict[str, object]:
    return dict.fromkeys(("generation", "packages", "source", "since", "proved_by", "chromium"))
