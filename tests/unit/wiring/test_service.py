"""When the service manager gets a sign of life, and what it is told in words."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kiosk.operations.notify import ServiceNotifier
from kiosk.session import events
from kiosk.session.model import Phase, Policy, Reason
from kiosk.wiring.service import OVERDUE, ServiceReports, covered, words
from tests.unit.session.bench import Bench
from tests.unit.session.virtual_loop import run_virtual


class Manager:
    """A kiosk's reports, with what they sent. Nobody listens: `$NOTIFY_SOCKET` names nothing."""

    def __init__(self, bench: Bench, *, watchdog: str = "60000000") -> None:
        self.bench = bench
        self.sent: list[str] = []
        environ = {"NOTIFY_SOCKET": "@kiosk-test-nobody", "WATCHDOG_USEC": watchdog}
        notifier = ServiceNotifier(environ, self.sent.append)
        self.reports = ServiceReports(notifier, lambda: bench.state, lambda: bench.now)

    def take(self) -> list[str]:
        sent, self.sent[:] = list(self.sent), []
        return sent


def test_heartbeats_feed_the_watchdog_no_more_often_than_needed() -> None:
    bench = Bench()
    manager = Manager(bench)
    bench.idle()
    manager.reports.changed(bench.state)
    assert manager.take() == ["READY=1 STATUS=Idle, waiting for a visitor"]
    for _ in range(60):
        bench.now += 1.0
        manager.reports.page_lives()
    assert 6 <= len(manager.take()) <= 7


def test_a_short_watchdog_is_fed_more_often() -> None:
    bench = Bench()
    manager = Manager(bench, watchdog="6000000")
    bench.idle()
    manager.reports.changed(bench.state)
    manager.take()
    for _ in range(12):
        bench.now += 1.0
        manager.reports.page_lives()
    assert manager.take() == ["WATCHDOG=1"] * 12


def test_before_it_is_up_a_page_that_lives_asks_for_more_time() -> None:
    bench = Bench()
    manager = Manager(bench)
    bench.feed(events.Began())
    manager.reports.changed(bench.state)
    manager.reports.page_lives()
    assert manager.take() == ["STATUS=Starting", "EXTEND_TIMEOUT_USEC=60000000"]


def silent_page(bench: Bench, reason: Reason = Reason.PAGE_SILENT) -> None:
    """Let the page be silent until the kiosk has noticed."""
    for _ in range(100):
        bench.wait(1.0, beating=False)
        if bench.state.reason is reason:
            return
    raise AssertionError(f"nobody noticed: {bench.state.phase}")


def test_a_page_that_is_being_replaced_may_be_silent_until_the_ladder_ends() -> None:
    bench = Bench(Policy(restart_budget=3))
    bench.idle()
    assert not covered(bench.state, bench.now), "on the lobby screen the page speaks for itself"
    silent_page(bench)
    silence = 0.0
    while not bench.take(events.Restart):
        assert covered(bench.state, bench.now), bench.state
        bench.wait(1.0, beating=False)
        silence += 1.0
        assert silence < 300.0
    assert silence > 30.0


def test_out_of_service_without_a_page_is_waiting_and_not_hanging() -> None:
    bench = Bench(Policy(restart_budget=3))
    bench.state = replace(bench.state, failed_starts=20)
    bench.feed(events.Began())
    assert bench.state.phase is Phase.FAULTED
    for _ in range(600):
        assert covered(bench.state, bench.now), bench.state
        bench.wait(1.0, beating=False)
        if bench.take(events.Restart):
            break


@pytest.mark.parametrize("phase", list(Phase))
def test_nobody_speaks_for_a_page_when_the_deadline_has_been_missed_or_there_is_none(phase: Phase) -> None:
    bench = Bench()
    bench.feed(events.Began())
    state = replace(bench.state, phase=phase)
    deadline = state.next_deadline()
    assert deadline is not None
    assert not covered(state, deadline + OVERDUE)
    assert not covered(replace(state, timers={}), bench.now)


@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.CONNECTING, Phase.LIVE, Phase.CLOSED])
def test_where_the_page_is_needed_nobody_speaks_for_it(phase: Phase) -> None:
    bench = Bench()
    bench.idle()
    assert bench.state.next_deadline() is not None
    assert not covered(replace(bench.state, phase=phase), bench.now)


def test_the_loop_speaks_for_a_page_that_may_be_silent_and_for_no_other() -> None:
    async def scene() -> list[str]:
        bench = Bench()
        loop = asyncio.get_running_loop()
        environ = {"NOTIFY_SOCKET": "@kiosk-test-nobody", "WATCHDOG_USEC": "60000000"}
        sent: list[str] = []
        bench.now = loop.time()
        bench.feed(events.Began())
        reports = ServiceReports(ServiceNotifier(environ, sent.append), lambda: bench.state, loop.time)
        speaking = asyncio.ensure_future(reports.speak_for_page())
        await asyncio.sleep(15.0)
        bench.page_up()
        bench.now = loop.time()
        await asyncio.sleep(60.0)
        speaking.cancel()
        return sent

    assert run_virtual(scene()) == ["EXTEND_TIMEOUT_USEC=60000000"]


@pytest.mark.parametrize("phase", list(Phase))
def test_every_state_has_words_that_begin_with_its_name(phase: Phase) -> None:
    for reason in (None, *Reason):
        text = words(replace(Bench().state, phase=phase, reason=reason))
        assert text.lower().startswith(phase.value)
        assert "_" not in text
        assert len(text) < 120


def test_the_words_say_what_is_wrong_and_what_happens_next() -> None:
    state = Bench().state
    offline = replace(state, phase=Phase.OFFLINE, reason=Reason.SERVER_UNREACHABLE)
    assert words(offline) == "Offline: the LiveKit server cannot be reached, trying again"
    faulted = replace(state, phase=Phase.FAULTED, reason=Reason.RECOVERY_EXHAUSTED)
    assert words(faulted) == "Faulted: no remedy has helped, a person is needed; trying again slowly"
    assert words(replace(state, phase=Phase.IDLE, reason=None)) == "Idle, waiting for a visitor"
