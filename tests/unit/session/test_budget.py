"""What never gets well: only so many restarts, then a person is called, and it goes on trying slowly."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from kiosk.session import events
from kiosk.session.events import MemoryMeasured, Mint, Probe, ProveHealth, RebuildPage, ReloadPage, Restart
from kiosk.session.model import PageStage, Phase, Policy, Reason
from tests.unit.session.bench import Bench

LADDER = 400.0
"""Seconds in which every rung has had its time, with the pauses between."""


def test_a_page_that_never_comes_up_ends_in_a_restart_while_there_is_budget() -> None:
    bench = Bench(failed_starts=2)
    bench.feed(events.Began())
    bench.wait(LADDER, beating=False)
    assert bench.take(Restart)
    assert bench.state.phase is not Phase.FAULTED


def test_without_budget_a_person_is_called_and_nothing_restarts() -> None:
    bench = Bench(failed_starts=2)
    bench.idle()
    bench.state = replace(bench.state, failed_starts=3)
    bench.feed(events.RendererGone("killed"))
    end = bench.now + LADDER
    while bench.state.phase is Phase.STARTING and bench.now < end:
        bench.wait(1.0, beating=False)
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.RECOVERY_EXHAUSTED)
    assert bench.state.exhausted == 1
    assert not bench.take(Restart)


def test_it_goes_on_trying_ever_more_slowly_and_never_stops() -> None:
    bench = Bench(Policy(probe_interval=60.0), failed_starts=3)
    bench.feed(events.Began())
    tries: list[float] = []
    end = bench.now + 4 * 3600
    while bench.now < end:
        bench.wait(1.0, beating=False)
        if bench.take(Probe):
            bench.feed(events.Probed())
        if bench.take(RebuildPage) or bench.take(ReloadPage):
            tries.append(bench.now)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert max(pauses) <= Policy().retry_max + 60
    assert len(tries) < 4 * 60, "less than one page a minute over hours"
    assert len(tries) > 20, "but never none"
    assert not bench.take(Restart)


def test_a_crash_loop_waits_before_it_loads_anything_and_asks_no_server_for_anything() -> None:
    bench = Bench(failed_starts=3)
    bench.feed(events.Began())
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.RECOVERY_EXHAUSTED)
    assert not bench.effects
    bench.wait(Policy().retry_initial, beating=False)
    assert bench.take(Probe)
    bench.feed(events.Probed())
    assert bench.take(RebuildPage)
    bench.page_up()
    assert bench.state.phase is Phase.IDLE


def test_the_longer_the_crash_loop_the_longer_the_wait() -> None:
    waits = []
    for failed in (3, 4, 5, 6, 20):
        bench = Bench(failed_starts=failed)
        bench.feed(events.Began())
        deadline = bench.state.next_deadline()
        assert deadline is not None
        waits.append(deadline - bench.now)
    assert waits[0] <= 30 < waits[2]
    assert max(waits) <= 300


def test_five_quiet_minutes_prove_health_and_give_the_budget_back() -> None:
    bench = Bench(failed_starts=2)
    bench.idle()
    bench.wait(299)
    assert not bench.take(ProveHealth)
    bench.wait(2)
    assert len(bench.take(ProveHealth)) == 1
    assert bench.state.failed_starts == 0


def test_half_a_minute_of_conversation_proves_it_too() -> None:
    bench = Bench(failed_starts=2)
    bench.live()
    bench.wait(31)
    assert bench.take(ProveHealth)


def test_a_kiosk_that_only_lacks_its_server_is_well_itself() -> None:
    bench = Bench(failed_starts=2)
    bench.idle()
    bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    assert bench.state.phase is Phase.OFFLINE
    for _ in range(40):
        bench.wait(10)
        if bench.take(Probe):
            bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    assert bench.state.failed_starts == 0


def test_waiting_for_a_person_proves_nothing() -> None:
    bench = Bench(failed_starts=5)
    bench.feed(events.Began())
    bench.wait(100, beating=False)
    assert bench.state.failed_starts == 5


def test_an_old_page_is_replaced_when_nobody_is_there() -> None:
    bench = Bench(Policy(page_age=3600.0))
    bench.idle()
    bench.take(RebuildPage)
    answer_probes(bench, 3590)
    assert not bench.take(RebuildPage)
    answer_probes(bench, 20)
    assert bench.take(RebuildPage)
    assert (bench.state.phase, bench.state.reason) == (Phase.STARTING, Reason.RECYCLED)
    bench.page_up()
    assert bench.state.phase is Phase.IDLE


def answer_probes(bench: Bench, seconds: float) -> None:
    end = bench.now + seconds
    while bench.now < end:
        bench.wait(min(5.0, end - bench.now))
        if bench.take(Probe):
            bench.feed(events.Probed())


def test_a_page_is_never_recycled_under_a_visitor() -> None:
    bench = Bench(Policy(page_age=100.0, idle_timeout=1000.0))
    bench.live()
    bench.take(RebuildPage)
    bench.wait(300)
    bench.feed(MemoryMeasured(10**12))
    assert bench.state.phase is Phase.LIVE
    assert not bench.take(RebuildPage)


@pytest.mark.parametrize(("size", "replaced"), [(Policy().page_memory, False), (Policy().page_memory + 1, True)])
def test_a_page_that_has_grown_large_is_replaced_when_nobody_is_there(size: int, replaced: bool) -> None:
    bench = Bench()
    bench.idle()
    bench.take(RebuildPage)
    answer_probes(bench, 700)
    bench.feed(MemoryMeasured(size))
    assert bool(bench.take(RebuildPage)) is replaced


@pytest.mark.parametrize(
    ("process", "leaves"),
    [(Policy().process_memory, False), (Policy().process_memory + 1, True), (None, False)],
)
def test_a_process_that_has_grown_large_is_started_again_where_somebody_does_so(
    process: int | None, leaves: bool
) -> None:
    bench = Bench()
    bench.idle()
    answer_probes(bench, 700)
    bench.feed(MemoryMeasured(1, process))
    assert bool(bench.take(Restart)) is leaves


def test_a_large_process_waits_until_the_visitor_has_gone() -> None:
    bench = Bench(Policy(idle_timeout=2000.0, max_duration=5000.0))
    bench.live()
    bench.wait(700)
    bench.feed(MemoryMeasured(1, 10**12))
    assert not bench.take(Restart)


def test_a_page_that_is_large_from_the_start_is_not_replaced_over_and_over() -> None:
    bench = Bench()
    bench.idle()
    bench.take(RebuildPage)
    for _ in range(12):
        answer_probes(bench, 60)
        bench.feed(MemoryMeasured(Policy().page_memory * 2))
        if bench.state.page.stage is PageStage.LOADING:
            bench.page_up()
    assert len(bench.take(RebuildPage)) == 1


def test_a_visitor_who_taps_while_the_page_is_recycled_is_served_at_once() -> None:
    bench = Bench(Policy(page_age=600.0))
    bench.idle()
    answer_probes(bench, 605)
    assert bench.state.phase is Phase.STARTING
    bench.feed(events.StartRequested("command"))
    bench.take(Mint)
    bench.page_up()
    assert bench.state.phase is Phase.CONNECTING
    assert bench.take(Mint)


def test_a_page_that_somebody_asks_for_comes_when_nobody_is_served() -> None:
    bench = Bench()
    bench.idle()
    bench.take(RebuildPage)
    bench.feed(events.PageRequested())
    assert bench.take(RebuildPage)
    bench.page_up()
    assert bench.state.phase is Phase.IDLE


def test_a_page_that_somebody_asks_for_does_not_take_a_visitors_away() -> None:
    bench = Bench()
    bench.live()
    bench.take(RebuildPage)
    bench.feed(events.PageRequested())
    assert bench.state.phase is Phase.LIVE
    assert not bench.take(RebuildPage)
