"""The rig's clock, disk and screen break as they should, and are whole again."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.small_disk import SmallDisk
from tests.support.virtual_screen import VirtualScreen
from tests.support.waiting import wait_until
from tests.support.wall_clock import WallClock

TELL = """
import sys, time
for line in sys.stdin:
    print(time.time(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME), flush=True)
"""


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_the_clock_of_a_running_program_is_set_and_set_back(tmp_path: Path, seconds: int) -> None:
    clock = WallClock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", TELL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **clock.environment},
    ) as program:

        def offsets() -> tuple[float, float, float]:
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write(b"now?\n")
            program.stdin.flush()
            wall, monotonic, boot = map(float, program.stdout.readline().split())
            return wall - time.time(), monotonic - time.monotonic(), boot - time.clock_gettime(time.CLOCK_BOOTTIME)

        def jumped(to: int) -> bool:
            wall, *steady = offsets()
            assert all(abs(offset) < 1 for offset in steady)
            return abs(wall - to) < 1

        assert jumped(0)
        clock.set(seconds)
        wait_until(lambda: jumped(seconds), "the clock to jump")
        clock.set(0)
        wait_until(lambda: jumped(0), "the clock to be right again")


def test_a_full_disk_takes_nothing_until_it_is_freed(tmp_path: Path) -> None:
    with SmallDisk(tmp_path / "disk", megabytes=2) as disk:
        disk.folder.joinpath("before").write_text("x")
        disk.fill()
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            disk.folder.joinpath("during").write_text("x" * 5000)
        disk.free()
        disk.folder.joinpath("after").write_text("x" * 5000)
    assert not (tmp_path / "disk" / "before").exists()


def test_a_read_only_disk_takes_nothing_until_it_is_writable_again(tmp_path: Path) -> None:
    with SmallDisk(tmp_path / "disk", megabytes=2) as disk:
        assert disk.make_read_only()
        with pytest.raises(OSError, match=os.strerror(errno.EROFS)):
            disk.folder.joinpath("during").write_text("x")
        disk.make_writable()
        disk.folder.joinpath("after").write_text("x")


def test_a_screen_comes_back_with_its_number(tmp_path: Path) -> None:
    with VirtualScreen(tmp_path) as screen:
        number = screen.display
        screen.stop()
        with pytest.raises(AssertionError):
            screen.pixels()
        screen.start()
        assert screen.display == number
        assert screen.pixels().shape == (screen.height, screen.width, 3)
