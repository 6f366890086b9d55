"""How much memory processes take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.operations.memory import process_memory, tree_memory

MEGABYTE = 1_000_000
HOARD = "import sys; hoard = bytearray(b'x') * {size}; print(len(hoard), flush=True); {then}"


def _hoarder(size: int, then: str = "sys.stdin.read()") -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOARD.format(size=size, then=then)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_what_a_process_takes_is_counted() -> None:
    with _hoarder(40 * MEGABYTE) as process:
        taken = process_memory(process.pid)
        process.communicate()
    assert taken is not None
    assert 40 * MEGABYTE < taken < 80 * MEGABYTE


def test_the_children_of_children_count_too() -> None:
    inner = HOARD.format(size=30 * MEGABYTE, then="sys.stdin.read()")
    outer = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {inner!r}], stdout=subprocess.PIPE);"
        "print(p.stdout.readline(), flush=True); p.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        alone, all_in_all = process_memory(process.pid), tree_memory(process.pid)
        process.communicate()
    assert alone is not None
    assert all_in_all is not None
    assert all_in_all - alone > 30 * MEGABYTE


def test_without_a_number_it_is_this_process() -> None:
    assert (tree_memory() or 0) > 5 * MEGABYTE


def test_a_process_that_has_ended_takes_nothing_to_speak_of() -> None:
    process = _hoarder(1, "")
    process.communicate()
    assert process_memory(process.pid) is None
    assert tree_memory(process.pid) is None


def _fake(proc: Path, pid: int, parent: int, *, resident_pages: int = 0, share: str | None = None) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "stat").write_text(f"{pid} (a (strange) name) S {parent} 1 1 0")
    (folder / "statm").write_text(f"9999 {resident_pages} 1 1 0 1 0")
    if share is not None:
        (folder / "smaps_rollup").write_text(share)


def test_where_the_share_is_hidden_the_resident_size_counts(tmp_path: Path) -> None:
    _fake(tmp_path, 10, 1, share="00-ff ---p 00 00:00 0 [rollup]\nRss:  300 kB\nPss:  200 kB\nPss_Anon: 7 kB\n")
    _fake(tmp_path, 11, 10, resident_pages=3)
    _fake(tmp_path, 12, 1, resident_pages=1000)
    assert process_memory(10, tmp_path) == 200 * 1024
    assert process_memory(11, tmp_path) == 3 * os.sysconf("SC_PAGE_SIZE")
    assert tree_memory(10, tmp_path) == 200 * 1024 + 3 * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("share", ["", "Rss: 4 kB\n"])
def test_an_empty_account_counts_as_hidden(tmp_path: Path, share: str) -> None:
    _fake(tmp_path, 10, 1, resident_pages=2, share=share)
    assert process_memory(10, tmp_path) == 2 * os.sysconf("SC_PAGE_SIZE")


def test_a_system_that_does_not_tell_is_no_error(tmp_path: Path) -> None:
    assert process_memory(10, tmp_path / "none") is None
    assert tree_memory(10, tmp_path / "none") is None


FORGETFUL = """
import os
from kiosk.operations.memory import give_back, process_memory
before = process_memory(os.getpid())
parts = [bytes(50_000) for _ in range(1000)]
keeper = parts[-1]  # at the end of the heap: without a trim the rest below it stays
full = process_memory(os.getpid())
del parts
print(give_back(), full - before, process_memory(os.getpid()) - before, len(keeper))
"""


def test_freed_memory_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", FORGETFUL], check=True, capture_output=True, text=True)
    given, taken, left, _ = done.stdout.split()
    assert given == "True"
    assert int(taken) > 40 * MEGABYTE
    assert int(left) < 10 * MEGABYTE
