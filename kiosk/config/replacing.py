"""Put a new file in the place of an old one so that nobody ever sees half of it, also after a power cut."""

import errno
import os
import stat
import tempfile
from pathlib import Path

from kiosk.config.reading import LONGEST_FILE, NotAFileError, read_start


class ObstacleError(Exception):
    """The file cannot be replaced. The text says why, as half a sentence that begins with "it" or "its"."""


def look_for_obstacle(target: Path) -> None:
    """What can be said beforehand without writing anything. A full disk is noticed by `replace_file` only.

    Raises:
        ObstacleError: there is one.
    """
    try:
        old = _stat(target)
        folder = next(folder for folder in target.parents if folder.is_dir())
        read_only = os.name == "posix" and os.statvfs(folder).f_flag & os.ST_RDONLY
    except OSError as error:
        raise ObstacleError(reason(error)) from None
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise ObstacleError("it is not a file")
    if old is not None and not old.st_mode & 0o222:
        # A rename asks the folder only, and root may do anything; but a write-protected file means what it says.
        raise ObstacleError("it is write-protected")
    if read_only:
        raise ObstacleError("its disk is read-only")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ObstacleError("its folder is closed to this user")
    if old is not None and os.name == "posix" and os.geteuid() not in (0, old.st_uid):
        raise ObstacleError("it belongs to another user")


def read_whole(target: Path) -> bytes | None:
    """The file's bytes; None: there is no file.

    Raises:
        ObstacleError: it cannot be read, or is too long to be a configuration.
    """
    try:
        content = read_start(target, LONGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise ObstacleError("it is closed to this user") from None
    except OSError as error:
        raise ObstacleError(reason(error)) from None
    if len(content) > LONGEST_FILE:
        raise ObstacleError("it is too long to be a configuration")
    return content


def replace_file(target: Path, before: bytes | None, after: bytes) -> bool:
    """Make ``after`` the content of ``target``; False if that no longer holds ``before``, and nothing is done.

    Mode and owner stay; what is made new is for its owner alone, as are folders on the way to it.

    Raises:
        ObstacleError: it cannot be done; ``target`` is as it was.
    """
    look_for_obstacle(target)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _replace(target, before, after)
    except OSError as error:
        raise ObstacleError(reason(error)) from None


def reason(error: OSError) -> str:
    """Why a file cannot be written, as half a sentence."""
    if isinstance(error, NotAFileError | IsADirectoryError):
        return "it is not a file"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "its disk is full"
        case errno.EROFS:
            return "its disk is read-only"
        case errno.EACCES | errno.EPERM:
            return "its folder is closed to this user"
        case errno.EBUSY:
            return "it is mounted by itself, and cannot be replaced"
    return f"its disk says: {error.strerror or type(error).__name__}"


def _replace(target: Path, before: bytes | None, after: bytes) -> bool:
    old = _stat(target)
    # mkstemp: readable by its owner only, from the first moment on.
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(after)
            stream.flush()
            if old is not None and os.name == "posix":  # Windows lets the folder say who may do what
                _take_after(descriptor, old)
            os.fsync(descriptor)
        if read_whole(target) != before:
            return False
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return True


def _take_after(descriptor: int, old: os.stat_result) -> None:
    made = os.fstat(descriptor)
    if (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            raise ObstacleError("it belongs to another user or group, and would become this one's") from None
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))  # after the owner, whose change takes bits away


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut. The file is in its place even where a file system cannot do that."""
    if os.name != "posix":
        return  # Windows opens no folder, and writes names at once
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _stat(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None
