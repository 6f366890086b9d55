"""The folder that holds the control socket and the lock of the single instance."""

from __future__ import annotations

import os
from pathlib import Path


class UnsafeFolderError(OSError):
    """The folder could be in the hands of another user; the text is a sentence for the operator."""


def prepare_folder(folder: Path) -> None:
    """Create it for this user alone, or make sure that an existing one is this user's or the system's.

    In a shared `/tmp` another user might have laid it out beforehand, to be asked in the kiosk's place.

    Raises:
        UnsafeFolderError: it belongs to another user.
        OSError: it cannot be created.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not hasattr(os, "getuid"):
        return  # Windows: nobody shares the folder for temporary files
    for found in (folder.lstat(), folder.stat()):  # a link's own owner counts as much as its target's
        if found.st_uid not in (os.getuid(), 0):
            raise UnsafeFolderError(f"{folder} belongs to another user; remove it or set AVATAR_KIOSK_SOCKET.")
