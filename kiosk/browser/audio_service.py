"""Chromium's audio service: the process of its own that talks with the sound server for all pages.

After the sound server was started anew it keeps a connection that is dead (Chromium 140): `enumerateDevices` finds
nothing, microphones cannot be opened. It has no command to connect again, but Chromium starts another one as soon as
somebody asks for sound.
"""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

log = logging.getLogger(__name__)

_MARK = b"--utility-sub-type=audio.mojom.AudioService"
_PROC = Path("/proc")


def end_audio_services(root: int | None = None, proc: Path = _PROC) -> int:
    """Kill the audio service below process `root` (None: this one); how many there were.

    Without `/proc` none is found.
    """
    found = [pid for pid in _audio_services(proc) if _is_below(pid, os.getpid() if root is None else root, proc)]
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("audio service %d had already ended", pid)
    return len(found)


def _audio_services(proc: Path) -> list[int]:
    found = []
    for file in proc.glob("[0-9]*/cmdline"):
        try:
            # On a machine with a session bus Chromium writes its arguments anew, with blanks between them.
            arguments = file.read_bytes().replace(b"\0", b" ").split()
        except OSError:
            continue  # it has just ended
        if _MARK in arguments:
            found.append(int(file.parent.name))
    return found


def _is_below(pid: int, root: int, proc: Path) -> bool:
    """Whether `root` is an ancestor: with the sandbox on, the zygote may stand between them."""
    while pid > 1:
        try:
            stat = (proc / str(pid) / "stat").read_bytes()
        except OSError:
            return False
        # The name in brackets may itself hold brackets; the parent is the second field after it.
        pid = int(stat.rpartition(b")")[2].split()[1])
        if pid == root:
            return True
    return False
