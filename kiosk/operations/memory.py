"""What processes take of the machine's memory, read from `/proc` in a few milliseconds.

Counted by share (PSS): a page that three processes have in common counts a third in each. The kernel shows that only
of processes this user may look into; a sandboxed renderer is none of those, and its resident size takes the place,
which counts common pages in full. A figure is for watching growth, so either will do as long as it stays the same one.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

PROC = Path("/proc")

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""glibc's numbers for `mallopt`, from its malloc.h."""
_ARENAS = 2
_RETURNED_FROM = 128 * 1024
"""Bytes; glibc's own start value, which it raises up to 32 MB by itself unless it is set."""


def process_memory(pid: int, proc: Path = PROC) -> int | None:
    """Bytes that one process takes; None: it has ended, or this system does not tell."""
    share = _share(proc / str(pid))
    return _resident(proc / str(pid)) if share is None else share


def keep_heap_small() -> bool:
    """Let glibc keep less of what is freed. To be called before there are threads.

    It gives each of a kiosk's thirty threads a heap of its own, in which freed memory lies about: 30 of 160 MB, and
    more with every visitor. Two heaps do, at no measurable cost in time. False: this is no glibc.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library without a name
        return False
    options = {_M_ARENA_MAX: _ARENAS, _M_TRIM_THRESHOLD: _RETURNED_FROM, _M_MMAP_THRESHOLD: _RETURNED_FROM}
    taken = [bool(set_option(option, value)) for option, value in options.items()]
    return all(taken)


def give_back() -> bool:
    """Return to the system what this process has freed but glibc keeps for later, up to 40 MB after some sessions.

    Takes some 10 ms, in which the caller's thread does nothing else. False: there was nothing, or this is no glibc.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library without a name
        return False


def _share(process: Path) -> int | None:
    """A process that has ended but is not yet cleared away has an empty file."""
    try:
        with (process / "smaps_rollup").open("rb") as stream:
            for line in stream:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _resident(process: Path) -> int | None:
    try:
        return int((process / "statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return None
