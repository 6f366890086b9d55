"""Reading a file that somebody named, whatever it turns out to be, without ever being held up by it."""

import os
import stat
from pathlib import Path

_NEVER_WAIT: int = getattr(os, "O_NONBLOCK", 0)
"""To open a named pipe would otherwise wait until somebody writes to it: for ever."""


LONGEST_FILE = 1_000_000
"""Bytes. A configuration has a few thousand; anything longer is a wrong path, and reading it would stall the kiosk."""


class NotAFileError(OSError):
    """Something is there, but nothing to read from: a pipe, a socket, a device."""


def read_start(path: Path, longest: int) -> bytes:
    """The first `longest` bytes of a regular file, or all of it if it has no more.

    Raises:
        NotAFileError: it is neither a file nor a folder.
        OSError: it cannot be read; IsADirectoryError for a folder.
    """
    descriptor = os.open(path, os.O_RDONLY | _NEVER_WAIT)
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - a descriptor
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(f"{path} is a folder")
        if not stat.S_ISREG(kind):
            raise NotAFileError(f"{path} is not a file")
        return stream.read(longest)
