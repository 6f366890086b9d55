"""How much memory processes take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.operations.memory import process_memory

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


def test_a_process_that_has_ended_takes_nothing_to_speak_of() -> None:
    process = _hoarder(1, "")
    process.communicate()
    assert process_memory(process.pid) is None


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


@pytest.mark.parametrize("share", ["", "Rss: 4 kB\n"])
def test_an_empty_account_counts_as_hidden(tmp_path: Path, share: str) -> None:
    _fake(tmp_path, 10, 1, resident_pages=2, share=share)
    assert process_memory(10, tmp_path) == 2 * os.sysconf("SC_PAGE_SIZE")


def test_a_system_that_does_not_tell_is_no_error(tmp_path: Path) -> None:
    assert process_memory(10, tmp_path / "none") is None


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


THREADED = """
import ctypes, sys, threading
from kiosk.operations.memory import keep_heap_small
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
if sys.argv[1] == "small":
    assert keep_heap_small()
together = threading.Barrier(8)
def work():
    libc.malloc(ctypes.c_size_t(2000))
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
"""


@pytest.mark.parametrize(("how", "few"), [("small", True), ("as it comes", False)])
def test_threads_share_two_heaps(how: str, few: bool, tmp_path: Path) -> None:
    """glibc lists its heaps itself; without the setting each thread gets its own, as far as there are processors."""
    listing = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", THREADED, how, str(listing)], check=True, timeout=30)
    assert (listing.read_text().count("<heap nr=") <= 2) is few
