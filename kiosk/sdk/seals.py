"""What lies beside packages to prove them: a ``package-lock.json``, or a ``SHA256SUMS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.sdk.integrity import has_integrity, read_sums, sha256_of
from kiosk.sdk.npm_lock import LOCK_NAME, LockedPackage, read_lock
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.tarball import Tarball

SUMS_NAME = "SHA256SUMS"

_GET_ANEW = "Get it anew from whom you had it, with its list."


@dataclass(frozen=True, slots=True)
class Seals:
    """The lists in one folder; None: there is no such list."""

    folder: Path
    lock: tuple[LockedPackage, ...] | None
    sums: Mapping[str, str] | None

    @property
    def names(self) -> tuple[str, ...]:
        """What there is, for whoever asks later what proved these packages."""
        both = ((LOCK_NAME, self.lock), (SUMS_NAME, self.sums))
        return tuple(name for name, content in both if content is not None)

    def check_file(self, file: Path) -> None:
        """Hold a file below the folder against SHA256SUMS, if there is one.

        Raises:
            SdkError: it is not in the list, or not what the list says.
        """
        if self.sums is None:
            return
        name = file.relative_to(self.folder).as_posix()
        if name not in self.sums:
            raise SdkError(Kind.DAMAGED, f"{file} is not in {self.folder / SUMS_NAME}. {_GET_ANEW}")
        if sha256_of(file) != self.sums[name]:
            raise SdkError(Kind.DAMAGED, f"{file} is not what {SUMS_NAME} beside it says. {_GET_ANEW}")

    def check_tarball(self, tarball: Tarball) -> None:
        """Hold a tarball in the folder against every list there is.

        Raises:
            SdkError: it is missing in one, or not what it says.
        """
        self.check_file(tarball.file)
        if self.lock is None:
            return
        locked = self.places_of(tarball.name, tarball.version)
        if not locked:
            who = f"{tarball.name}@{tarball.version} ({tarball.file})"
            raise SdkError(Kind.DAMAGED, f"{who} is not in {self.folder / LOCK_NAME}. {_GET_ANEW}")
        if not all(has_integrity(tarball.file, one.integrity) for one in locked):
            raise SdkError(Kind.DAMAGED, f"{tarball.file} is not what {LOCK_NAME} beside it says. {_GET_ANEW}")

    def check_installed(self, place: str, version: str) -> None:
        """Hold a package that npm has unpacked at `place` against the lock: npm's digests are those of tarballs.

        Raises:
            SdkError: the lock does not know it, or in another version.
        """
        if self.lock is None:
            return
        wanted = next((one.version for one in self.lock if one.place == place), None)
        if wanted != version:
            says = f"has {wanted}" if wanted else "does not know it"
            raise SdkError(
                Kind.DAMAGED,
                f"{self.folder / place} holds version {version}, but {LOCK_NAME} {says}. Run npm ci there.",
            )

    def places_of(self, name: str, version: str) -> tuple[LockedPackage, ...]:
        """Where the lock puts a package."""
        return tuple(one for one in self.lock or () if (one.name, one.version) == (name, version))


def seals_in(folder: Path) -> Seals:
    """The lists in `folder`.

    Raises:
        SdkError: one of them cannot be read.
    """
    lock, sums = folder / LOCK_NAME, folder / SUMS_NAME
    return Seals(folder, read_lock(lock) if lock.is_file() else None, _sums(sums) if sums.is_file() else None)


def _sums(file: Path) -> Mapping[str, str]:
    try:
        return read_sums(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SdkError(
            Kind.UNUSABLE, f"{file} cannot be read ({error}); write it anew with sha256sum, or remove it."
        ) from None
