"""Stages end in order and in time, whatever they do."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import time

import pytest

from kiosk.operations.shutdown import Outcome, Stage, shut_down


class Log:
    def __init__(self) -> None:
        self.names: list[str] = []

    def stage(self, name: str, deadline: float = 0.1) -> Stage:
        async def action() -> None:
            self.names.append(name)

        return Stage(name, action, deadline)


async def fail() -> None:
    raise ValueError("the server says no")


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_stages_run_in_their_order() -> None:
    log = Log()
    results = await shut_down([log.stage("session"), log.stage("room"), log.stage("page")])
    assert log.names == ["session", "room", "page"]
    assert [(result.name, result.outcome) for result in results] == [
        ("session", Outcome.DONE),
        ("room", Outcome.DONE),
        ("page", Outcome.DONE),
    ]


async def test_a_stage_that_fails_is_logged_with_its_cause_and_passed(caplog: pytest.LogCaptureFixture) -> None:
    log = Log()
    results = await shut_down([Stage("room", fail, 0.1), log.stage("page")])
    assert [result.outcome for result in results] == [Outcome.FAILED, Outcome.DONE]
    assert log.names == ["page"]
    assert "the server says no" in caplog.text


async def test_a_stage_that_hangs_is_left_at_its_deadline() -> None:
    log = Log()
    started = time.monotonic()
    results = await shut_down([Stage("room", for_ever, 0.1), log.stage("page")])
    assert [result.outcome for result in results] == [Outcome.OVERRAN, Outcome.DONE]
    assert 0.1 <= results[0].seconds <= time.monotonic() - started


async def test_a_stage_that_resists_its_cancellation_is_left_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    let_go = asyncio.Event()

    async def resist() -> None:
        try:
            await for_ever()
        except asyncio.CancelledError:
            await let_go.wait()
            raise RuntimeError("too late to matter") from None

    before = asyncio.all_tasks()
    results = await shut_down([Stage("room", resist, 0.05)])
    assert results[0].outcome is Outcome.OVERRAN
    let_go.set()
    await asyncio.wait(asyncio.all_tasks() - before)
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_a_stage_that_cancels_itself_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    async def cancel() -> None:
        raise asyncio.CancelledError

    results = await shut_down([Stage("page", cancel, 0.1)])
    assert results[0].outcome is Outcome.FAILED
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_deadlines_that_do_not_fit_the_limit_are_refused() -> None:
    log = Log()
    with pytest.raises(ValueError, match="reach the limit"):
        await shut_down([log.stage("session", 2), log.stage("room", 1)])
    assert log.names == []


LAST_RESORT = """
import time
from kiosk.operations.shutdown import last_resort
cancel = last_resort(0.2)
{cancelled}
time.sleep({sleep})
"""


def last_resort(cancelled: str, sleep: float) -> subprocess.CompletedProcess[str]:
    script = LAST_RESORT.format(cancelled=cancelled, sleep=sleep)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20)


def test_the_last_resort_ends_a_process_that_hangs_and_says_where() -> None:
    ended = last_resort("", 60)
    assert ended.returncode == 1
    assert "line 6 in <module>" in ended.stderr


def test_the_last_resort_can_be_called_off() -> None:
    ended = last_resort("cancel()", 0.4)
    assert (ended.returncode, ended.stderr) == (0, "")
