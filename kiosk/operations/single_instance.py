"""One kiosk per user: the second launch brings the first one's window to the front and leaves."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QLockFile

from kiosk.operations.control_client import ControlCommand, ControlError, request
from kiosk.operations.runtime_folder import prepare_folder

PATIENCE = 4.0
"""Seconds a second launch waits for a first one that is just starting or leaving; an orderly end takes up to 3."""


class AlreadyRunningError(Exception):
    """Another kiosk holds the lock. `pid` is its process, `raised` whether it brought its window to the front."""

    def __init__(self, pid: int | None, *, raised: bool) -> None:
        self.pid = pid
        self.raised = raised
        who = f"A kiosk is already running (process {pid})" if pid else "A kiosk is already running"
        outcome = "its window was brought to the front" if raised else "it does not answer"
        super().__init__(f"{who}; {outcome}.")


class SingleInstance:
    """The lock beside the control socket, held as long as the process may touch the socket."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._lock = QLockFile(f"{socket}.lock")
        self._lock.setStaleLockTime(0)  # a kiosk runs for months: never stale by age

    def acquire(self) -> bool:
        """Take the lock if it is free or its holder is dead.

        Raises:
            OSError: the folder cannot be created, or is not this user's.
        """
        prepare_folder(self._socket.parent)
        if self._lock.tryLock(0):
            return True
        # Qt takes a lock for live while any process has the dead holder's number. The kernel's own lock on the file
        # ended with the holder, and `removeStaleLockFile` removes nothing that somebody still has locked in this way.
        return self._lock.removeStaleLockFile() and self._lock.tryLock(0)

    def holder(self) -> int | None:
        """The process that holds the lock, as far as the file tells."""
        pid = self._lock.getLockInfo()[0]
        return pid if pid > 0 else None

    def release(self) -> None:
        self._lock.unlock()


def claim(socket: Path, patience: float = PATIENCE) -> SingleInstance:
    """Become the one kiosk of this user.

    A holder that does not answer may just be starting (not listening yet) or leaving (not listening any more), so
    both lock and socket are tried until `patience` seconds are over.

    Raises:
        AlreadyRunningError: another one is; it has been asked to raise its window.
        OSError: the lock's folder cannot be used.
    """
    instance = SingleInstance(socket)
    deadline = time.monotonic() + patience
    while not instance.acquire():
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise AlreadyRunningError(instance.holder(), raised=False)
        try:
            request(socket, ControlCommand.RAISE, timeout=max(remaining, 0.1))
        except ControlError:
            time.sleep(0.1)
        else:
            raise AlreadyRunningError(instance.holder(), raised=True)
    if _answers(socket):  # its lock was deleted
        instance.release()
        raise AlreadyRunningError(None, raised=True)
    return instance


def _answers(socket: Path) -> bool:
    try:
        request(socket, ControlCommand.RAISE, timeout=2.0)
    except ControlError:
        return False
    return True
