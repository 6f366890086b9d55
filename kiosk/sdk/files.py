"""Packages that somebody has brought along, for sites without internet: a folder with ``node_modules``, or tarballs.

What comes from a folder is copied as it is; tarballs are unpacked here, so no npm is needed.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.sdk.contents import MANIFEST, NODE_MODULES, version_of
from kiosk.sdk.npm_lock import LOCK_NAME
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.seals import Seals, seals_in
from kiosk.sdk.tarball import SUFFIXES, Tarball, read_tarball, unpack


def bring(places: Sequence[Path], target: Path) -> dict[str, str]:
    """Put the packages of `places` into `target`/node_modules, and a ``package-lock.json`` beside them if there is one.

    Args:
        places: one folder that holds ``node_modules``, or any number of tarballs and folders of tarballs. Each is held
            against the ``package-lock.json`` and ``SHA256SUMS`` in its folder, as far as there are any.
        target: an empty folder.

    Returns:
        The integrity of each package by its place below `target`, as far as it is known.

    Raises:
        SdkError: there are none, they may not be unpacked, or are not what a list says.
        OSError: the disk is full, or may not be written.
    """
    folder = _folder_of_modules(places[0]) if len(places) == 1 else None
    return _bring_folder(folder, target) if folder is not None else _bring_tarballs(places, target)


def proofs(places: Sequence[Path]) -> tuple[str, ...]:
    """The names of the lists that `bring` holds the packages against.

    Raises:
        SdkError: one of them cannot be read.
    """
    folders = {_folder_of_modules(place) or (place if place.is_dir() else place.parent) for place in places}
    return tuple(sorted({name for folder in folders for name in seals_in(folder).names}))


def _folder_of_modules(place: Path) -> Path | None:
    if place.name == NODE_MODULES and place.is_dir():
        return place.parent
    return place if (place / NODE_MODULES).is_dir() else None


def _bring_folder(folder: Path, target: Path) -> dict[str, str]:
    seals = seals_in(folder)
    source = folder / NODE_MODULES
    for package in _packages(source):
        seals.check_installed(package.relative_to(folder).as_posix(), version_of(package))
    for file in _tree(source):
        copy = target / NODE_MODULES / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.is_symlink():
            _copy_link(file, source, copy)
        else:
            seals.check_file(file)
            shutil.copyfile(file, copy)
    if seals.lock is None:
        return {}
    shutil.copyfile(folder / LOCK_NAME, target / LOCK_NAME)
    return {locked.place: locked.integrity for locked in seals.lock if (target / locked.place).is_dir()}


def _packages(modules: Path) -> Iterator[Path]:
    """The folders of packages in a ``node_modules``, and in those of the packages themselves."""
    for entry in sorted(modules.iterdir()):
        if entry.name.startswith("."):
            continue
        for package in sorted(entry.iterdir()) if entry.name.startswith("@") else [entry]:
            if (package / MANIFEST).is_file() and not package.is_symlink():
                yield package
                if (package / NODE_MODULES).is_dir():
                    yield from _packages(package / NODE_MODULES)


def _tree(folder: Path) -> Iterator[Path]:
    """Files and links below `folder`, which may be a link itself; npm's own commands are left out."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = folder / entry.name
        if entry.is_symlink():
            if path.parent.name != ".bin":
                yield path
        elif entry.is_dir():
            yield from _tree(path)
        elif entry.is_file():
            yield path
        else:
            raise SdkError(Kind.UNUSABLE, f"{path} is neither a file nor a folder; remove it.")


def _copy_link(link: Path, source: Path, copy: Path) -> None:
    """pnpm links packages to each other: such links lead to the same place in the copy."""
    top, meant = source.resolve(), link.resolve()
    if not meant.is_relative_to(top) or not meant.exists():
        raise SdkError(
            Kind.UNUSABLE, f"{link} leads out of {source}, or to nothing; name a folder that holds all it needs."
        )
    copy.symlink_to(os.path.relpath(meant, link.parent.resolve()))


def _bring_tarballs(places: Sequence[Path], target: Path) -> dict[str, str]:
    seals: dict[Path, Seals] = {}
    found: dict[str, list[tuple[Tarball, Seals]]] = defaultdict(list)
    for file in (file for place in places for file in _tarballs(place)):
        if file.parent not in seals:
            seals[file.parent] = seals_in(file.parent)
        tarball = read_tarball(file)
        seals[file.parent].check_tarball(tarball)
        found[tarball.name].append((tarball, seals[file.parent]))
    integrities: dict[str, str] = {}
    # Outer folders first: what is nested in a package comes after it.
    for place, tarball in sorted(_places(found).items()):
        unpack(tarball, target / place)
        integrities[place] = tarball.integrity
    locks = [folder / LOCK_NAME for folder, sealed in seals.items() if sealed.lock is not None]
    if len(locks) == 1:
        shutil.copyfile(locks[0], target / LOCK_NAME)
    return integrities


def _tarballs(place: Path) -> list[Path]:
    if place.is_dir():
        files = sorted(file for file in place.iterdir() if file.name.endswith(SUFFIXES) and file.is_file())
        if not files:
            raise SdkError(
                Kind.UNUSABLE, f"{place} holds neither {NODE_MODULES} nor tarballs ({SUFFIXES[0]}); name one that does."
            )
        return files
    if not place.is_file():
        raise SdkError(Kind.UNUSABLE, f"There is no {place}; name a folder or a tarball that is there.")
    return [place]


def _places(found: dict[str, list[tuple[Tarball, Seals]]]) -> dict[str, Tarball]:
    """Where each tarball goes: where the lock says, else beside all others."""
    places: dict[str, Tarball] = {}
    for name, tarballs in found.items():
        for tarball, seals in tarballs:
            locked = [one.place for one in seals.places_of(name, tarball.version)]
            for place in locked or [f"{NODE_MODULES}/{name}"]:
                other = places.setdefault(place, tarball)
                if other.integrity != tarball.integrity:
                    raise SdkError(
                        Kind.UNFIT,
                        f"{other.file} and {tarball.file} are two of one name; leave one out, or add the "
                        f"{LOCK_NAME} that says where each goes.",
                    )
    return places
