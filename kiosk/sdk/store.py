"""Where installations lie: the present one, the one before it, and how one takes the place of the other.

    sdk              → sdk-versions/3      what the kiosk reads
    sdk-versions/2                         the one before, to go back to
    sdk-versions/3
    sdk-versions/4.part                    one that is being made

``sdk`` is a symbolic link, and is replaced as a whole: whoever looks sees the old installation or the new one. Where
links cannot be made (Windows asks for a privilege) it is a file that holds the path; `kiosk.config.sdk_folder` follows
both.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.sdk.problem import Kind, SdkError

_PART = ".part"


class Store:
    """The installations of one user."""

    def __init__(self, place: Path) -> None:
        """`place`: what the kiosk reads, `kiosk.config.paths.sdk_place()`. Nothing is made before it is needed."""
        self.place = place
        self._versions = place.with_name(f"{place.name}-versions")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes anything meanwhile. What an installation that was killed has left behind is removed.

        Raises:
            SdkError: somebody does just now, or the folder may not be written.
        """
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            lock = (self._versions / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise storage_trouble(error, self._versions) from None
        with lock:  # the system ends the lock with the file, however this process ends
            if not _lock(lock.fileno()):
                raise SdkError(
                    Kind.BUSY, "Another `avatar-kiosk sdk install` is under way; wait until it is done, and try again."
                )
            for left in self._versions.glob(f"*{_PART}"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder to make an installation in; what is in it at the end is gone unless it was `adopt`ed."""
        number = max(self._numbers(), default=0) + 1
        folder = self._versions / f"{number}{_PART}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, staging: Path) -> Path:
        """Put a finished installation in the place of the present one, which is kept; older ones go.

        Returns:
            Its folder.

        Raises:
            OSError: that was not possible; then the present one is as it was.
        """
        before = self.present()
        folder = staging.with_name(staging.name.removesuffix(_PART))
        staging.rename(folder)
        try:
            self._switch(folder)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for number in self._numbers():
            if (other := self._versions / str(number)) not in (folder, before):
                shutil.rmtree(other, ignore_errors=True)
        return folder

    def go_back(self) -> Path:
        """Change places with the installation that was kept; going back twice is where one began.

        Returns:
            Its folder.

        Raises:
            SdkError: none was kept.
            OSError: that was not possible; then all is as it was.
        """
        kept = self.kept()
        if kept is None:
            raise SdkError(
                Kind.NOTHING_KEPT, "No earlier installation is kept; install packages with: avatar-kiosk sdk install"
            )
        self._switch(kept)
        return kept

    def present(self) -> Path | None:
        """The folder of the present installation; None: there is none of ours."""
        numbers = self._numbers()
        return next((self._versions / str(number) for number in numbers if self._leads_to(number)), None)

    def kept(self) -> Path | None:
        """The folder of the installation before."""
        present = self.present()
        others = [folder for number in self._numbers() if (folder := self._versions / str(number)) != present]
        return others[-1] if others else None

    def foreign(self) -> bool:
        """Whether somebody has put a folder, or a link to one, in our place by hand: it is not ours to replace."""
        return self.place.is_dir() and self.present() is None

    def _switch(self, folder: Path) -> None:
        sync = getattr(os, "sync", None)
        if sync is not None:
            sync()  # a machine that is switched off now must not come up with a link to empty files
        meant = f"{self._versions.name}/{folder.name}"
        draft = self.place.with_name(f"{self.place.name}.draft")
        draft.unlink(missing_ok=True)
        try:
            draft.symlink_to(meant, target_is_directory=True)
        except (OSError, NotImplementedError):
            draft.write_text(meant, encoding="utf-8")
        draft.replace(self.place)

    def _leads_to(self, number: int) -> bool:
        with suppress(OSError):
            link = self.place.is_symlink()
            meant = self.place.readlink().as_posix() if link else self.place.read_text(encoding="utf-8")
            return meant == f"{self._versions.name}/{number}"
        return False

    def _numbers(self) -> list[int]:
        """All finished installations, the oldest first."""
        with suppress(FileNotFoundError):
            return sorted(int(entry.name) for entry in self._versions.iterdir() if entry.name.isdecimal())
        return []


def storage_trouble(error: OSError, folder: Path) -> SdkError:
    """What to tell when the disk does not take the packages."""
    where, why = error.filename or folder, error.strerror or error
    return SdkError(
        Kind.STORAGE, f"{where} cannot be used ({why}); make room, or give this user the right to read and write there."
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> bool:
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(number: int) -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
