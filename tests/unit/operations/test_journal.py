"""What the flight recorder leaves on the disk."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.operations import journal
from kiosk.operations.flight_recorder import FlightRecorder
from kiosk.operations.journal import KEPT_RUNS, Journal, read_runs
from kiosk.operations.redaction import Redactor
from tests.support.waiting import wait_until

SECRET = "Tr0ub4dor-and-3"

Begin = Callable[[], tuple[FlightRecorder, Journal]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "recorder"


@pytest.fixture
def begin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Starts a recorder with its journal; impatient ones."""
    monkeypatch.setattr(journal, "SOON", 0.02)
    monkeypatch.setattr(journal, "LATE", 0.1)
    monkeypatch.setattr(journal, "AFTER_FAILURE", 0.02)
    begun: list[Journal] = []

    def start() -> tuple[FlightRecorder, Journal]:
        ring = FlightRecorder()
        made = Journal(ring, Redactor([SECRET]), folder)
        made.start()
        begun.append(made)
        return ring, made

    yield start
    for made in begun:
        made.close()


def kinds(folder: Path) -> list[str]:
    return [entry["kind"] for run in read_runs(folder) for entry in run.entries]


def test_what_is_grave_is_written_at_once_with_all_before_it_for_its_owner_alone(folder: Path, begin: Begin) -> None:
    ring, made = begin()
    ring.note("agent", {"token": f"Bearer {SECRET}"})
    ring.note("state", {"to": SECRET}, grave=True)
    wait_until(lambda: kinds(folder) == ["agent", "state"], "both on the disk", 10)
    path = folder / f"{made.run}.jsonl"
    assert SECRET not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_rest_is_written_later_and_tallies_alone_never(folder: Path, begin: Begin) -> None:
    ring, made = begin()
    ring.tally("heartbeat")
    with pytest.raises(AssertionError):
        wait_until(lambda: kinds(folder), "nothing", 0.5)
    ring.note("agent")
    wait_until(lambda: kinds(folder) == ["heartbeat", "agent"], "both on the disk", 10)
    made.close()


def test_what_people_said_is_never_written(folder: Path, begin: Begin) -> None:
    ring, made = begin()
    ring.note("said", {"words": "visitor: my name is Alice"})
    ring.note("state", grave=True)
    made.close()
    assert kinds(folder) == ["state"]
    assert "Alice" not in (folder / f"{made.run}.jsonl").read_text()


def test_closing_writes_what_is_left(folder: Path, begin: Begin) -> None:
    ring, made = begin()
    ring.note("agent")
    ring.note("left", {"code": 0})
    made.close()
    run = read_runs(folder)[0]
    assert run.left_in_order
    assert [entry["kind"] for entry in run.entries] == ["agent", "left"]


def test_a_kill_leaves_what_was_grave(folder: Path) -> None:
    code = f"""
import os, signal, time
from pathlib import Path
from kiosk.operations.flight_recorder import FlightRecorder
from kiosk.operations.journal import Journal
from kiosk.operations.redaction import Redactor
ring = FlightRecorder()
Journal(ring, Redactor(), Path({str(folder)!r})).start()
ring.note("state", {{"to": "recovering"}}, grave=True)
while not list(Path({str(folder)!r}).glob("*.jsonl")):
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    run = read_runs(folder)[0]
    assert [entry["to"] for entry in run.entries] == ["recovering"]
    assert not run.left_in_order


def test_files_stay_small_and_few(folder: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT", 3000)
    folder.mkdir(parents=True)
    for number in range(20):
        (folder / f"20260101T0000{number:02}Z-1.jsonl").write_text('{"n": 1, "kind": "started"}\n')
    (folder / "notes.txt").write_text("not ours")
    ring, made = begin()
    for number in range(200):
        ring.note("state", {"number": number, "filler": "x" * 50}, grave=True)
        wait_until(lambda: not ring.waiting(made._written), "it to be written", 10, every=0.001)
    made.close()
    sizes = [path.stat().st_size for path in folder.glob(f"{made.run}*")]
    assert len(sizes) == 2
    assert max(sizes) <= 3000
    runs = read_runs(folder)
    assert len(runs) == KEPT_RUNS
    assert runs[0].name == made.run, "the newest first"
    assert runs[0].entries[-1]["number"] == 199
    numbers = [entry["n"] for entry in runs[0].entries]
    assert numbers == list(range(numbers[0], 201))
    assert (folder / "notes.txt").exists()


def test_a_folder_that_cannot_be_is_survived_and_used_once_it_can(folder: Path, begin: Begin) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where a folder has to be")
    ring, made = begin()
    ring.note("state", {"to": "offline"}, grave=True)
    wait_until(lambda: not made._grave.is_set(), "a try to write", 5)
    folder.unlink()
    ring.note("state", {"to": "idle"}, grave=True)
    wait_until(lambda: len(kinds(folder)) == 2, "both on the disk", 10)


def test_a_disk_that_takes_half_a_line_gets_the_whole_again(folder: Path) -> None:
    """A limit on the size of files stands in for the full disk: the kernel takes what fits and refuses the rest."""
    code = f"""
import resource, signal, time
from pathlib import Path
from kiosk.operations import journal
from kiosk.operations.flight_recorder import FlightRecorder
from kiosk.operations.redaction import Redactor
journal.SOON = journal.AFTER_FAILURE = 0.02
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (150, hard))
ring = FlightRecorder()
made = journal.Journal(ring, Redactor(), Path({str(folder)!r}))
made.start()
for number in range(5):
    ring.note("state", {{"number": number}}, grave=True)
file = Path({str(folder)!r}) / f"{{made.run}}.jsonl"
while not (file.exists() and file.stat().st_size == 150):
    time.sleep(0.01)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
ring.note("left", {{"code": 0}}, grave=True)
made.close(10)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    run = read_runs(folder)[0]
    assert [entry["n"] for entry in run.entries] == [1, 2, 3, 4, 5, 6]
    assert run.left_in_order


@pytest.mark.parametrize(
    "damage",
    [b"\x00" * 100, b'{"n": 1}', b'{"n": "1", "kind": "x"}', b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"n": 7, "ki'],
)
def test_damaged_lines_are_counted_and_left_out(folder: Path, damage: bytes) -> None:
    folder.mkdir(parents=True)
    good = [json.dumps({"n": n, "kind": "state"}).encode() for n in (1, 2)]
    (folder / "20260101T000000Z-1.jsonl").write_bytes(b"\n".join([good[0], damage, good[1]]) + b"\n")
    run = read_runs(folder)[0]
    assert [entry["n"] for entry in run.entries] == [1, 2]
    assert run.unreadable == 1


def test_no_folder_a_file_and_a_folder_in_a_files_place_are_no_runs(tmp_path: Path) -> None:
    assert read_runs(tmp_path / "nowhere") == []
    (tmp_path / "file").write_text("")
    assert read_runs(tmp_path / "file") == []
    (tmp_path / "20260101T000000Z-1.jsonl").mkdir()
    os.mkfifo(tmp_path / "20260101T000000Z-2.jsonl")
    assert [run.entries for run in read_runs(tmp_path)] == [[], []]


def test_a_pipe_in_its_place_holds_nobody_up(folder: Path) -> None:
    ring = FlightRecorder()
    made = Journal(ring, Redactor(), folder)
    folder.mkdir(parents=True)
    os.mkfifo(folder / f"{made.run}.jsonl")
    made.start()
    ring.note("state", grave=True)
    made.close(20)
    assert not made._thread.is_alive()
