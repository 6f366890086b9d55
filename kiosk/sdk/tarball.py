"""npm's tarballs, unpacked without npm: regular files below one folder, and nothing else."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kiosk.sdk.integrity import integrity_of
from kiosk.sdk.npm_lock import PACKAGE_NAME
from kiosk.sdk.problem import Kind, SdkError

SUFFIXES = (".tgz", ".tar.gz")

MOST_FILES = 20_000
MOST_BYTES = 1_000_000_000
"""The vendor's packages have some dozens of files and some megabytes; a tarball can hold any amount of zeros."""

_MANIFEST = PurePosixPath("package.json")
_LONGEST_MANIFEST = 1_000_000
_VERSION = re.compile(r"[0-9A-Za-z.+-]+")


@dataclass(frozen=True, slots=True)
class Tarball:
    """A package as npm packs it. `integrity` is its own, computed: what it must be is for others to say."""

    file: Path
    name: str
    version: str
    integrity: str


def read_tarball(file: Path) -> Tarball:
    """Look into the tarball.

    Raises:
        SdkError: it is none, or not that of a package.
    """
    manifest: object = None
    with _opened(file) as archive:
        for member, place in _files(archive, file):
            if place == _MANIFEST:
                manifest = _manifest(archive, member, file)
        integrity = integrity_of(file)
    if manifest is None:
        raise _unusable(file, f"it has no {_MANIFEST}")
    name, version = _identity(manifest)
    if not (re.fullmatch(PACKAGE_NAME, name) and _VERSION.fullmatch(version)):
        raise _unusable(file, f"its {_MANIFEST} gives no name and version")
    return Tarball(file, name, version, integrity)


def unpack(tarball: Tarball, folder: Path) -> None:
    """Put the package's files into `folder`, which is made.

    Raises:
        SdkError: something in it may not be unpacked; `folder` then holds a part.
        OSError: the disk is full, or may not be written.
    """
    folder.mkdir(parents=True)
    with _opened(tarball.file) as archive:
        for member, place in _files(archive, tarball.file):
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            if content is None:
                raise _unusable(tarball.file, f"{member.name} cannot be read")
            with content, target.open("wb") as stream:
                shutil.copyfileobj(content, stream)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    """The archive; whatever is wrong with it, now or later, becomes one kind of error."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _unusable(file, f"it is damaged ({error})") from None
    except FileNotFoundError as error:
        if error.filename != str(file):
            raise
        raise SdkError(Kind.UNUSABLE, f"There is no file {file}; name one that is there.") from None


def _files(archive: tarfile.TarFile, file: Path) -> Iterator[tuple[tarfile.TarInfo, PurePosixPath]]:
    """The regular files, each with its place in the package: npm drops the first folder, whatever its name."""
    count = total = 0
    for member in archive:
        if member.isdir():
            continue
        count, total = count + 1, total + member.size
        if count > MOST_FILES or total > MOST_BYTES:
            raise _unusable(file, f"it holds more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB")
        if not member.isreg():
            raise _unusable(file, f"{member.name} is a link or a device")
        yield member, _place(member.name, file)


def _place(name: str, file: Path) -> PurePosixPath:
    parts = name.split("/")
    # A colon or a backslash leads elsewhere on Windows only, and no package needs one.
    if len(parts) < 2 or any(part in {"", ".", ".."} or re.search(r"[\\:\x00-\x1f]", part) for part in parts):
        raise _unusable(file, f"the name {name!r} in it could lead out of its folder")
    return PurePosixPath(*parts[1:])


def _identity(manifest: object) -> tuple[str, str]:
    """Name and version; empty where there is none."""
    if not isinstance(manifest, dict):
        return "", ""
    return str(manifest.get("name", "")), str(manifest.get("version", ""))


def _manifest(archive: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> object:
    content = archive.extractfile(member)
    if content is None or member.size > _LONGEST_MANIFEST:
        raise _unusable(file, f"its {_MANIFEST} cannot be read")
    try:
        return json.loads(content.read())
    except ValueError:
        raise _unusable(file, f"its {_MANIFEST} cannot be read") from None


def _unusable(file: Path, why: str) -> SdkError:
    return SdkError(Kind.UNUSABLE, f"{file} is no npm package: {why}. Get it anew with: npm pack NAME@VERSION")
