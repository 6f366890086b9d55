"""The processes Chromium works with below a program of QtWebEngine, found from outside."""

from __future__ import annotations

from pathlib import Path

from tests.bench.process_tree import ProcessTree

PROC = Path("/proc")


def renderers(root: int) -> list[int]:
    """The processes that run the pages of program `root`."""
    if named := engine_processes(root, "--type=renderer"):
        return named  # where there is a session bus they say what they are
    zygotes = set(engine_processes(root, "--type=zygote"))
    # Renderers are forked from a zygote and keep its arguments; a zygote itself has children or is no zygote's child.
    parents = {pid: _parent(pid) for pid in zygotes}
    return [pid for pid, parent in parents.items() if parent in zygotes and pid not in parents.values()]


def engine_processes(root: int, argument: str) -> list[int]:
    """The processes below program `root` that were started with this argument, like `--type=utility`."""
    return [pid for pid in ProcessTree(root).pids() if pid != root and argument in _arguments(pid)]


def _arguments(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ").split()
    except OSError:
        return []  # it has just ended


def _parent(pid: int) -> int:
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
