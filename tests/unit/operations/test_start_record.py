"""Starts that came to nothing are counted from one process to the next, and never get in the way of a start."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kiosk.operations.start_record import FORGOTTEN_AFTER, StartRecord


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def start(folder: Path, clock: Clock) -> tuple[StartRecord, int]:
    record = StartRecord(folder / "state" / "starts.json", clock)
    return record, record.begin()


def test_every_start_that_just_vanishes_counts(tmp_path: Path, clock: Clock) -> None:
    assert [start(tmp_path, clock)[1] for _ in range(4)] == [0, 1, 2, 3]


def test_proven_health_wipes_the_slate(tmp_path: Path, clock: Clock) -> None:
    start(tmp_path, clock)
    record, before = start(tmp_path, clock)
    assert before == 1
    record.healthy()
    assert start(tmp_path, clock)[1] == 0


def test_leaving_because_somebody_asked_is_no_failure_and_no_proof(tmp_path: Path, clock: Clock) -> None:
    start(tmp_path, clock)
    record, before = start(tmp_path, clock)
    assert before == 1
    record.ended_well()
    assert start(tmp_path, clock)[1] == 1


def test_a_machine_that_was_off_meanwhile_begins_anew(tmp_path: Path, clock: Clock) -> None:
    start(tmp_path, clock)
    clock.now += FORGOTTEN_AFTER + 1
    assert start(tmp_path, clock)[1] == 0


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_a_clock_that_jumps_hides_no_kiosk_behind_a_pause(tmp_path: Path, clock: Clock, jump: float) -> None:
    for _ in range(3):
        start(tmp_path, clock)
    clock.now += jump
    assert start(tmp_path, clock)[1] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\x00",
        b"[]",
        b"null",
        b'{"failed_starts": "many", "at": 0}',
        b'{"failed_starts": 1e400, "at": 1}',
    ],
)
def test_a_damaged_record_is_begun_anew(
    tmp_path: Path, clock: Clock, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state" / "starts.json"
    file.parent.mkdir()
    file.write_bytes(content)
    assert start(tmp_path, clock)[1] == 0
    assert str(file) in caplog.text
    assert json.loads(file.read_text())["failed_starts"] == 1


def test_a_pipe_in_its_place_holds_nobody_up(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "state" / "starts.json"
    file.parent.mkdir()
    os.mkfifo(file)
    assert start(tmp_path, clock)[1] == 0
    assert json.loads(file.read_text())["failed_starts"] == 1


def test_a_count_beyond_reason_is_none(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "state" / "starts.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"failed_starts": 10**9, "at": clock.now}))
    assert start(tmp_path, clock)[1] == 0


def test_a_folder_that_cannot_be_made_is_said_once_and_survived(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    record, before = start(tmp_path, clock)
    record.healthy()
    assert before == 0
    assert caplog.text.count("record of starts cannot be written") == 1
