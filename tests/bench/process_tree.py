"""What a program and all its children take of the machine."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_CPU_FIELDS = slice(11, 15)
"""Own user and system time, and those of children who have ended, among the fields that `_stat` gives."""


class ProcessTree:
    """A process that leads a session of its own, with all its descendants, and what else lives in its session."""

    def __init__(self, root: int) -> None:
        self._root = root

    def pids(self) -> set[int]:
        """Everybody in it now."""
        children: dict[int, list[int]] = defaultdict(list)
        tree = {self._root}
        for folder in PROC.iterdir():
            stat = _stat(folder) if folder.name.isdigit() else None
            if stat is not None:
                pid, parent, session = int(folder.name), int(stat[1]), int(stat[3])
                children[parent].append(pid)
                if session == self._root:  # a helper that has detached itself from its parent
                    tree.add(pid)
        unseen = list(tree)
        while unseen:
            for child in children[unseen.pop()]:
                if child not in tree:
                    tree.add(child)
                    unseen.append(child)
        return tree

    def memory(self) -> float:
        """Megabytes (10⁶ bytes) of main memory, what is shared with others counted by its share (PSS)."""
        return sum(_pss(PROC / str(pid)) for pid in self.pids()) / 1e6

    def strangers(self) -> int:
        """How many processes outside of it run the programs of its children.

        They share those programs' pages with it, which makes `memory` less than it would be without them.
        """
        tree = self.pids()
        programs = {_program(PROC / str(pid)) for pid in tree - {self._root}} - {None}
        others = (folder for folder in PROC.iterdir() if folder.name.isdigit() and int(folder.name) not in tree)
        return sum(_program(other) in programs for other in others)

    def cpu(self, seconds: float) -> float:
        """Per cent of one core that it takes on average over the next `seconds`."""
        before, started = self.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        return 100.0 * (self.cpu_seconds() - before) / (time.monotonic() - started)

    def cpu_seconds(self) -> float:
        """Processor time of everybody in it so far, with that of children who have ended."""
        stats = [_stat(PROC / str(pid)) for pid in self.pids()]
        return sum(int(field) for stat in stats if stat is not None for field in stat[_CPU_FIELDS]) / _TICKS


def _stat(process: Path) -> list[str] | None:
    """The fields of its `stat` from the state on; None: it has ended."""
    try:
        return (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _pss(process: Path) -> int:
    """Bytes."""
    try:
        lines = (process / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _program(process: Path) -> Path | None:
    """The path of its executable file; None: it has ended, or belongs to the kernel or to somebody else."""
    try:
        return (process / "exe").readlink()
    except OSError:
        return None
