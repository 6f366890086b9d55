"""Which packages the page gets from some ``node_modules``, and which are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.browser.importmap import Package

MANIFEST = "package.json"
NODE_MODULES = "node_modules"


@dataclass(frozen=True, slots=True)
class Found:
    """One package. `root`: its folder, links resolved."""

    name: str
    version: str
    root: Path


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `missing`: names, each with the package that needs it; the page itself is ``the page``."""

    packages: tuple[Found, ...]
    missing: tuple[tuple[str, str], ...]


def survey(modules: Sequence[Path], names: Sequence[str]) -> Survey:
    """Follow the packages the page names through all that they need.

    Args:
        modules: the ``node_modules`` to look in, the first one that has a package wins.
        names: what the page imports.
    """
    found: dict[Path, Found] = {}
    missing: dict[str, str] = {}
    waiting: list[tuple[str, Package | None]] = [(name, None) for name in names]
    while waiting:
        name, importer = waiting.pop(0)
        root = _find(name, importer.root if importer else None, modules)
        if root is None:
            missing.setdefault(name, importer.name if importer else "the page")
        elif root not in found:
            package = Package(name, root, read_manifest(root), url="")
            found[root] = Found(name, package.version, root)
            waiting += [(needed, package) for needed, optional in package.dependencies() if not optional]
    return Survey(tuple(found.values()), tuple(missing.items()))


def read_manifest(package: Path) -> Mapping[str, Any]:
    """The package's manifest; empty if there is none that can be read."""
    try:
        manifest = json.loads((package / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def version_of(package: Path) -> str:
    """The version in the package's manifest; empty if there is none."""
    return str(read_manifest(package).get("version", ""))


def _find(name: str, importer: Path | None, modules: Sequence[Path]) -> Path | None:
    """The package as `importer` (nothing: the page) sees it: as Node looks for it, then in the other folders."""
    nearest = _node_places(importer, name) if importer else iter(())
    for place in (*nearest, *(folder / name for folder in modules)):
        if (place / MANIFEST).is_file():
            return place.resolve()
    return None


def _node_places(importer: Path, name: str) -> Iterator[Path]:
    for folder in (importer, *importer.parents):
        if folder.name != NODE_MODULES:
            yield folder / NODE_MODULES / name
