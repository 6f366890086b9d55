"""A process that stood still says so before it acts on any timer."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from kiosk.session.standstill import Standstill
from tests.unit.session.virtual_loop import VirtualLoop, run_virtual


async def freeze(seconds: float) -> None:
    """Time passes, and nobody gets to run meanwhile."""
    cast(VirtualLoop, asyncio.get_running_loop()).offset += seconds
    await asyncio.sleep(0)


def told_after(frozen: float) -> list[float]:
    async def live() -> list[float]:
        told: list[float] = []
        standstill = Standstill(told.append)
        standstill.start()
        await asyncio.sleep(3)
        await freeze(frozen)
        await asyncio.sleep(3)
        standstill.stop()
        return told

    return run_virtual(live())


@pytest.mark.parametrize("frozen", [2.0, 5.0, 60.0, 3600.0])
def test_a_standstill_is_told_once_with_its_length(frozen: float) -> None:
    (seconds,) = told_after(frozen)
    assert seconds == pytest.approx(frozen, abs=0.6)


@pytest.mark.parametrize("busy", [0.0, 0.3, 0.9])
def test_being_busy_is_no_standstill(busy: float) -> None:
    assert told_after(busy) == []


def test_who_acts_on_a_timer_may_ask_first() -> None:
    async def live() -> tuple[list[float], list[float]]:
        told: list[float] = []
        standstill = Standstill(told.append)
        standstill.start()
        await asyncio.sleep(1)
        cast(VirtualLoop, asyncio.get_running_loop()).offset += 5
        standstill.look()
        at_once = list(told)
        await asyncio.sleep(2)
        standstill.stop()
        return at_once, told

    at_once, later = run_virtual(live())
    assert at_once == later
    assert len(at_once) == 1


def test_after_the_stop_it_is_silent() -> None:
    async def live() -> list[float]:
        told: list[float] = []
        standstill = Standstill(told.append)
        standstill.start()
        standstill.stop()
        await freeze(10)
        standstill.look()
        await asyncio.sleep(1)
        return told

    assert run_virtual(live()) == []
