import asyncio
import bisect
import itertools
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.editing import save
from kiosk.config.watch import ConfigWatcher, SettledChange


def test_a_change_is_told_when_two_looks_agree() -> None:
    change = SettledChange(b"a")
    assert [change.look(seen) for seen in (b"a", b"b", b"b", b"b")] == [False, False, True, False]


def test_many_saves_in_a_row_are_one_change() -> None:
    change = SettledChange(b"0")
    looks = [change.look(seen) for seen in (b"1", b"2", b"3", b"4", b"4", b"4")]
    assert looks == [False, False, False, False, True, False]


def test_what_comes_back_before_it_settles_is_no_change() -> None:
    """An editor that removes the file before it writes the same content again."""
    change = SettledChange(b"a")
    assert not any(change.look(seen) for seen in (b"gone", b"a", b"a"))


INTERVAL = 0.3
gaps = st.lists(st.floats(0, INTERVAL, exclude_max=True), min_size=9, max_size=9)


@given(gaps, st.floats(0, INTERVAL))
def test_ten_saves_in_a_second_are_one_change(between: list[float], first_look: float) -> None:
    """However they fall between the looks; and it is told within a second of the last one."""
    saves = list(itertools.accumulate(between, initial=INTERVAL))
    change = SettledChange(b"0")
    looks = itertools.takewhile(lambda at: at < 10, itertools.count(first_look, INTERVAL))
    (at,) = [look for look in looks if change.look(str(bisect.bisect_right(saves, look)).encode())]
    assert saves[-1] <= at <= saves[-1] + 2 * INTERVAL + 1e-6


class Watched:
    """A watched file; `told` counts the changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told = 0
        self.failing = False
        self._event = asyncio.Event()
        self.watcher = ConfigWatcher(path, self._on_change, interval=0.01)

    def _on_change(self) -> None:
        self.told += 1
        self._event.set()
        if self.failing:
            raise RuntimeError("on purpose")

    async def changes(self) -> None:
        """Wait for the next change."""
        async with asyncio.timeout(5):
            await self._event.wait()
        self._event.clear()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    path = tmp_path / "config.toml"
    path.write_text("1")
    watched = Watched(path)
    watched.watcher.start()
    yield watched
    await watched.watcher.aclose()


def in_place(path: Path) -> None:
    path.write_text("2")


def rename_over(path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text("2")
    fresh.rename(path)


def with_a_backup(path: Path) -> None:
    """vim: the old file becomes the backup, a new one takes its name, the backup goes."""
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text("2")
    backup.unlink()


def same_size_and_time(path: Path) -> None:
    """A tool that restores the times, or a share whose clock stands still."""
    before = path.stat()
    path.write_text("2")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def in_two_steps(path: Path) -> None:
    """nano and the like: the file is emptied, then written."""
    with path.open("w") as stream:
        stream.flush()
        os.fsync(stream.fileno())
        stream.write("2")


def by_the_panel(path: Path) -> None:
    path.write_text("[speaker]\n")
    save(path, {("speaker", "volume"): 60})


def remove(path: Path) -> None:
    path.unlink()


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


SAVES = [in_place, in_two_steps, rename_over, with_a_backup, same_size_and_time, by_the_panel]


@pytest.mark.parametrize("change", [*SAVES, remove, folder_instead, pipe_instead])
async def test_every_way_to_save_is_noticed(watched: Watched, change: Callable[[Path], None]) -> None:
    change(watched.path)
    await watched.changes()
    assert watched.told == 1


async def test_a_pipe_does_not_blind_the_watch(watched: Watched) -> None:
    """To open one waits for somebody who writes to it."""
    pipe_instead(watched.path)
    await watched.changes()
    watched.path.unlink()
    watched.path.write_text("1")
    await watched.changes()


async def test_a_moved_link_is_noticed(tmp_path: Path) -> None:
    """Configuration managers write a new folder and move one symbolic link."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").write_text(name)
    (tmp_path / "current").symlink_to("old")
    watched = Watched(tmp_path / "current" / "config.toml")
    watched.watcher.start()
    (tmp_path / "next").symlink_to("new")
    (tmp_path / "next").rename(tmp_path / "current")
    await watched.changes()
    await watched.watcher.aclose()


async def test_a_file_that_appears_is_noticed(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "config.toml")
    watched.watcher.start()
    watched.path.touch()
    await watched.changes()
    await watched.watcher.aclose()


async def test_a_failing_listener_does_not_end_the_watch(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    watched.failing = True
    watched.path.write_text("2")
    await watched.changes()
    watched.path.write_text("3")
    await watched.changes()
    assert "applying the changed configuration failed" in caplog.text


async def test_a_closed_watcher_is_quiet_and_may_be_closed_again(watched: Watched) -> None:
    await watched.watcher.aclose()
    await watched.watcher.aclose()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "watch the configuration"]
