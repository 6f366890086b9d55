"""What the kiosk is made of, as plain values: Python packages, npm packages, and what comes inside of them.

Read from the environment this runs in and from package-lock.json; licences are what each part says of itself.
"""

from __future__ import annotations

import base64
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import PySide6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import qVersion
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""The end of those trove classifiers that mean one licence; "BSD License" may mean any of four."""

INSTALLED = "node_modules/"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the kiosk is made of.

    Attributes:
        purl: its package URL, by which others refer to it.
        licences: in SPDX's terms or in words, the most exact first; empty: it does not say.
        needs: the package URLs of what it asks for or brings along.
        sha512: of the archive it comes in, in hexadecimal; "": not pinned.
    """

    purl: PackageURL
    licences: tuple[str, ...]
    needs: tuple[PackageURL, ...] = ()
    sha512: str = ""


def python_parts(requirements: Iterable[str]) -> list[Part]:
    """The distributions that satisfy the requirements here, those they ask for in turn, and what they bring along.

    Raises:
        metadata.PackageNotFoundError: one of them is not installed.
    """
    extras: dict[str, set[str]] = {}
    pending = _counting(requirements)
    while pending:
        wanted = pending.pop()
        name = str(canonicalize_name(wanted.name))
        if name in extras and wanted.extras <= extras[name]:
            continue
        extras.setdefault(name, set()).update(wanted.extras)
        pending += _counting(metadata.requires(name) or (), extras[name])
    brought = _brought_along()
    parts = [part for inside in brought.values() for part in inside]
    for name, asked in sorted(extras.items()):
        needs = [python_purl(one.name) for one in _counting(metadata.requires(name) or (), asked)]
        needs += [part.purl for part in brought.get(name, ())]
        parts.append(Part(python_purl(name), _licences(metadata.metadata(name)), tuple(dict.fromkeys(needs))))
    return parts


def python_needs(requirements: Iterable[str]) -> tuple[PackageURL, ...]:
    """What satisfies these requirements here."""
    return tuple(python_purl(wanted.name) for wanted in _counting(requirements))


def python_purl(name: str) -> PackageURL:
    return PackageURL("pypi", None, canonicalize_name(name), metadata.version(name))


def _counting(requirements: Iterable[str], extras: Iterable[str] = ()) -> list[Requirement]:
    """Those that count on this system and for these extras."""
    parsed = [Requirement(requirement) for requirement in requirements]
    cases = [{"extra": extra} for extra in ("", *sorted(extras))]
    return [one for one in parsed if one.marker is None or any(map(one.marker.evaluate, cases))]


def _licences(about: metadata.PackageMetadata) -> tuple[str, ...]:
    told = [str(about[key]) for key in ("License-Expression", "License") if key in about]
    classifiers = [str(line).rpartition(" :: ")[2] for line in about.get_all("Classifier") or ()]
    return tuple(text for text in (*told, *(CLASSIFIERS.get(line, "") for line in classifiers)) if text)


def _brought_along() -> dict[str, list[Part]]:
    """What is inside of Python packages, by the package that brings it."""
    brought = {"pyside6-essentials": [Part(_generic("qt", str(qVersion())), ("LGPL-3.0-only",))]}
    chromium = Part(_generic("chromium", str(qWebEngineChromiumVersion())), ("BSD-3-Clause",))
    brought.setdefault(_bringer("QtWebEngineProcess"), []).append(chromium)
    ffmpeg = Part(_generic("ffmpeg", _ffmpeg_version()), ("LGPL-2.1-or-later",))
    brought.setdefault(_bringer("libffmpegmediaplugin.so"), []).append(ffmpeg)
    return brought


def _bringer(file: str) -> str:
    """The distribution of Qt that a file comes with: they differ from release to release."""
    for name in ("pyside6-webengine", "pyside6-addons", "pyside6-essentials"):
        try:
            files = metadata.files(name) or ()
        except metadata.PackageNotFoundError:
            continue
        if any(path.name == file for path in files):
            return name
    raise FileNotFoundError(f"No package of Qt brings {file}; look into packaging/sbom/materials.py.")


def _ffmpeg_version() -> str:
    """As its library says it; to load that one asks for the OpenSSL it was made with."""
    library = next(Path(PySide6.__file__).parent.glob("Qt/lib/libavutil.so.*"))
    told = re.search(rb"FFmpeg version n?([0-9.]+)", library.read_bytes())
    if told is None:
        raise ValueError(f"{library} does not say which FFmpeg it is of; look into packaging/sbom/materials.py.")
    return told[1].decode()


def interpreter() -> Part:
    """Python itself, which the frozen program brings."""
    return Part(_generic("python", platform.python_version()), ("PSF-2.0",))


def typeface() -> Part:
    """The page's own letters."""
    return Part(PackageURL("generic", None, "figtree"), ("OFL-1.1",))


def _generic(name: str, version: str) -> PackageURL:
    return PackageURL("generic", None, name, version)


def npm_parts(lock: Mapping[str, Any]) -> list[Part]:
    """The packages a wheel brings for the page.

    Args:
        lock: package-lock.json.
    """
    return [
        Part(
            npm_purl(place, lock), _words(package.get("license")), npm_needs(place, lock), _sha512(package["integrity"])
        )
        for place, package in sorted(lock["packages"].items())
        if place and _counts(package)
    ]


def npm_needs(place: str, lock: Mapping[str, Any]) -> tuple[PackageURL, ...]:
    """What the package at this place of `packages` asks for; "": the page."""
    package = lock["packages"][place]
    names = sorted({*package.get("dependencies", {}), *package.get("peerDependencies", {})})
    places = (_place_of(name, place, lock) for name in names)
    return tuple(npm_purl(found, lock) for found in places if found is not None and _counts(lock["packages"][found]))


def npm_purl(place: str, lock: Mapping[str, Any]) -> PackageURL:
    scope, _, name = place.rpartition(INSTALLED)[2].rpartition("/")
    return PackageURL("npm", scope or None, name, lock["packages"][place]["version"])


def _counts(package: Mapping[str, Any]) -> bool:
    """Whether a run needs it; what is optional imports nothing here."""
    return not package.get("dev") and not package.get("optional")


def _place_of(name: str, importer: str, lock: Mapping[str, Any]) -> str | None:
    """Where Node finds the package that `importer` asks for: inside of it, or further out."""
    folders: Iterator[PurePosixPath] = iter((PurePosixPath(importer), *PurePosixPath(importer).parents))
    places = (str(folder / INSTALLED / name) for folder in folders)
    return next((place for place in places if place in lock["packages"]), None)


def _words(licence: object) -> tuple[str, ...]:
    return (licence,) if isinstance(licence, str) else ()


def _sha512(integrity: str) -> str:
    return base64.b64decode(integrity.removeprefix("sha512-"), validate=True).hex()
