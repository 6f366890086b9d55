"""Every way to install the kiosk, its size, its set-up and its start: `python -m tests.bench.packages`.

Measured of what `packaging/release` has put into `dist/`, and of a new clone. Each is set up in a folder of its own, as
its user would do it, with warm caches of pip and npm: the network is not measured. A start is measured from the
process to the lobby screen in the screen's own pixels, in demo mode; the first one after the set-up fills the caches
and stands apart from the median of the others.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from kiosk import __version__
from kiosk.config import Settings
from tests.bench.command import progress
from tests.bench.watched_screen import WatchedScreen
from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.processes import ChildProcess
from tests.support.pulse import PulseServer

DIST = PROJECT / "dist"
BUTTON_SHARE = 0.05
"""Share of the screen that the button's colour covers on the lobby screen, at least."""
START_TIMEOUT = 90.0
STARTS = 5
CONSTRAINTS = PROJECT / "packaging" / "constraints.txt"


@dataclass(frozen=True)
class Way:
    """One way to install it.

    Attributes:
        name: as the table calls it.
        file: what somebody is given; None: a clone.
        set_up: makes it ready in an empty folder, and returns the command that starts the kiosk.
    """

    name: str
    file: Path | None
    set_up: Callable[[Path], Sequence[str]]


@dataclass(frozen=True)
class Measured:
    """Sizes in bytes, times in seconds."""

    way: Way
    ready: float
    size: int
    first: float
    starts: tuple[float, ...]


def ways() -> list[Way]:
    """Those that can be measured here.

    Raises:
        SystemExit: `dist/` lacks a file.
    """
    return [
        Way("clone, `packaging/run`", None, set_up_clone),
        Way("wheel in a virtual environment", _built("avatar_kiosk-*.whl"), set_up_wheel),
        Way("Debian package", _built("avatar-kiosk_*.deb"), set_up_debian_package),
        Way("tarball", _built("avatar-kiosk-*-linux-*.tar.*"), set_up_tarball),
    ]


def _built(pattern: str) -> Path:
    found = sorted(DIST.glob(pattern))
    if len(found) != 1:
        sys.exit(f"dist/ has {len(found)} files {pattern} where one is needed; make them with packaging/release.")
    return found[0]


def set_up_clone(folder: Path) -> Sequence[str]:
    clone = folder / "avatar-kiosk"
    _run("git", "clone", "--quiet", "--no-local", str(PROJECT), str(clone))
    run = str(clone / "packaging" / "run")
    _run(run, "--version")
    return [run]


def set_up_wheel(folder: Path) -> Sequence[str]:
    _run(sys.executable, "-m", "venv", str(folder / "venv"))
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run(*pip, "--constraint", str(CONSTRAINTS), str(_built("avatar_kiosk-*.whl")))
    return [str(folder / "venv" / "bin" / "avatar-kiosk"), "run"]


def set_up_debian_package(folder: Path) -> Sequence[str]:
    """Its files only: what dpkg does beyond that takes no time."""
    _run("dpkg-deb", "--extract", str(_built("avatar-kiosk_*.deb")), str(folder))
    return [str(folder / "opt" / "avatar-kiosk" / "avatar-kiosk"), "run"]


def set_up_tarball(folder: Path) -> Sequence[str]:
    _run("tar", "--extract", "--file", str(_built("avatar-kiosk-*-linux-*.tar.*")), "--directory", str(folder))
    return [str(folder / f"avatar-kiosk-{__version__}" / "avatar-kiosk"), "run"]


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def size_of(folder: Path) -> int:
    """Bytes of all files below; of hard links one."""
    files = (path.lstat() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sum({(file.st_dev, file.st_ino): file.st_size for file in files}.values())


def measure(way: Way, starts: int, folder: Path, screen: WatchedScreen, surroundings: dict[str, str]) -> Measured:
    """Set it up and start it so many times and once more."""
    began = time.monotonic()
    place = folder / "installed"
    place.mkdir(parents=True)
    command = way.set_up(place)
    ready = time.monotonic() - began
    size = size_of(place)
    progress(f"{way.name}: ready after {ready:.0f} s, {megabytes(size)}")
    seconds = [_start(command, folder, screen, surroundings) for _ in range(starts + 1)]
    progress(f"{way.name}: {', '.join(f'{value:.2f}' for value in seconds)} s")
    shutil.rmtree(place)
    return Measured(way, ready, size, seconds[0], tuple(seconds[1:]))


def _start(command: Sequence[str], folder: Path, screen: WatchedScreen, surroundings: dict[str, str]) -> float:
    """Seconds from the process to the lobby screen."""
    colour = Settings().appearance.accent
    home = folder / "home"
    home.mkdir(exist_ok=True)
    screen.wait_until_without(colour)
    with tempfile.TemporaryDirectory(prefix="kiosk-", ignore_cleanup_errors=True) as sockets:
        environment = {**bare_environment(home, Path(sockets)), **surroundings}
        began = time.monotonic()
        kiosk = ChildProcess("kiosk", [*command, "--demo"], folder / "kiosk.log", environment=environment)
        try:
            return screen.wait_for_colour(colour, BUTTON_SHARE, START_TIMEOUT) - began
        finally:
            kiosk.stop()


def megabytes(size: int) -> str:
    """In words, with a digit where it is small."""
    return f"{size / 1e6:.1f} MB" if size < 10e6 else f"{size / 1e6:.0f} MB"


def table(rows: Sequence[Measured]) -> str:
    """In Markdown."""
    lines = ["| installed as | file | set-up | on disk | first start | start |", "|---|---|---|---|---|---|"]
    for row in rows:
        file = megabytes(row.way.file.stat().st_size) if row.way.file is not None else "–"
        cells = (row.way.name, file, f"{row.ready:.0f} s", megabytes(row.size))
        lines.append(f"| {' | '.join(cells)} | {row.first:.1f} s | {median(row.starts):.2f} s |")
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.packages", description="Measure every installation.")
    parser.add_argument("-n", "--starts", type=int, default=STARTS, metavar="N", help="starts of each (%(default)s)")
    starts = max(1, parser.parse_args().starts)
    rows = []
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        with WatchedScreen(folder) as screen, PulseServer(folder) as pulse:
            pulse.add_microphone("desk", "Front Desk Microphone", default=True)
            surroundings = {**screen.environment, **pulse.environment}
            for number, way in enumerate(ways()):
                rows.append(measure(way, starts, folder / str(number), screen, surroundings))
    print(table(rows))
    print(f"\nStarts: process to lobby screen; the last column is the median of {starts}. {os.cpu_count()} processors.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
