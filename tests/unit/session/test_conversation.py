"""What a visitor gets: one session a tap, an end they understand, and a clean screen for the next one."""

from __future__ import annotations

import pytest

from kiosk.session import events, messages
from kiosk.session.events import CloseRoom, Mint, RebuildPage, SendConnect, SendDisconnect
from kiosk.session.messages import ConnectionState
from kiosk.session.model import Phase, Policy, Reason
from kiosk.session.present import present
from tests.unit.session.bench import PAGE, Bench


def test_tap_mints_connects_and_is_live_when_the_agent_can_be_heard() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    assert bench.state.phase is Phase.CONNECTING
    assert [effect.attempt for effect in bench.take(Mint)] == [bench.attempt]
    bench.grant()
    assert bench.take(SendConnect)
    bench.connection(ConnectionState.CONNECTED)
    assert bench.state.phase is Phase.CONNECTING
    bench.agent(audible=False, state="initializing")
    assert bench.state.phase is Phase.CONNECTING
    bench.agent(audible=True)
    assert bench.state.phase is Phase.LIVE


def test_taps_in_quick_succession_start_one_session() -> None:
    bench = Bench()
    bench.idle()
    for _ in range(5):
        bench.tap()
    assert len(bench.take(Mint)) == 1


def test_messages_of_an_older_attempt_are_dropped() -> None:
    bench = Bench()
    bench.live()
    before = bench.state
    bench.feed(
        messages.ConnectionStateChanged(page=PAGE, attempt="older", state=ConnectionState.FAILED),
        messages.PlayerEvent(page=PAGE, attempt="older", event="stalled"),
        messages.Agent(page=PAGE, attempt="older", present=False),
        events.GrantRefused("older", Reason.CREDENTIALS_REFUSED),
    )
    assert bench.state == before


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (messages.Intent(page=PAGE, action="stop"), Reason.VISITOR),
        (events.StopRequested(Reason.COMMAND), Reason.COMMAND),
    ],
)
def test_stopping_leaves_and_deletes_the_room_and_renews_the_page(how: events.Event, reason: Reason) -> None:
    bench = Bench()
    bench.live()
    attempt, room = bench.attempt, bench.state.attempt.room if bench.state.attempt else None
    bench.feed(how)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, reason)
    assert [effect.attempt for effect in bench.take(SendDisconnect)] == [attempt]
    assert [effect.room for effect in bench.take(CloseRoom)] == [room]
    bench.feed(messages.Disposed(page=PAGE, attempt=attempt))
    assert not bench.take(RebuildPage), "the goodbye has to be seen"
    bench.wait(2)
    assert bench.take(RebuildPage) == [RebuildPage(kill=False)]
    bench.page_up()
    assert bench.state.phase is Phase.IDLE


def test_a_page_that_never_lets_go_is_replaced_all_the_same() -> None:
    bench = Bench()
    bench.live()
    bench.feed(events.StopRequested(Reason.COMMAND))
    bench.wait(5)
    assert bench.take(RebuildPage)


def test_a_start_during_the_goodbye_is_kept_for_the_fresh_page() -> None:
    bench = Bench()
    bench.live()
    bench.feed(events.StopRequested(Reason.COMMAND), events.StartRequested("command"))
    bench.wait(5)
    bench.page_up()
    assert bench.state.phase is Phase.CONNECTING


def test_agent_that_never_comes_ends_the_session_with_its_sentence() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.grant()
    bench.connection(ConnectionState.CONNECTED)
    bench.wait(20.5)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.AGENT_MISSING)
    assert present(bench.state, "off", bench.now).sentence == "agent_missing"


def test_agent_that_leaves_ends_the_session_unless_it_returns_at_once() -> None:
    bench = Bench()
    bench.live()
    bench.agent(present=False)
    bench.wait(1)
    bench.agent()
    bench.wait(4)
    assert bench.state.phase is Phase.LIVE
    bench.agent(present=False)
    bench.wait(3.1)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.AGENT_LEFT)


@pytest.mark.parametrize("reason", [4, 5, 10])
def test_a_room_somebody_closed_ends_the_session_without_joining_again(reason: int) -> None:
    bench = Bench()
    bench.live()
    bench.connection(ConnectionState.DISCONNECTED)
    bench.player("disconnected", reason)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.ROOM_ENDED)
    assert not bench.take(events.SendReconnect)


def test_idle_time_warns_then_ends_and_activity_holds_it_off() -> None:
    bench = Bench(Policy(idle_timeout=60, warning=15))
    bench.live()
    bench.wait(44)
    assert present(bench.state, "live", bench.now).ends_in is None
    bench.wait(2)
    warned = present(bench.state, "live", bench.now)
    assert warned.ends_in == pytest.approx(14, abs=0.1)
    assert warned.sentence == "idle_warning"
    bench.feed(messages.Activity(page=PAGE, attempt=bench.attempt, kind="visitor-speech"))
    assert present(bench.state, "live", bench.now).ends_in is None
    bench.wait(59)
    assert bench.state.phase is Phase.LIVE
    bench.wait(1.1)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.IDLE_TIMEOUT)


def test_the_maximum_ends_even_a_lively_session() -> None:
    bench = Bench(Policy(idle_timeout=60, max_duration=120))
    bench.live()
    for _ in range(12):
        bench.wait(10)
        if bench.now > 1110 and bench.state.phase is Phase.LIVE:
            assert present(bench.state, "live", bench.now).sentence == "max_warning"
        if bench.state.phase is Phase.LIVE:
            bench.feed(messages.Activity(page=PAGE, attempt=bench.attempt, kind="agent-speech"))
    assert bench.state.reason is Reason.MAX_DURATION


def test_auto_start_begins_by_itself_and_waits_longer_after_a_missing_agent() -> None:
    bench = Bench(Policy(auto_start=True))
    bench.feed(events.Began())
    bench.page_up()
    bench.wait(1.1)
    assert bench.state.phase is Phase.CONNECTING
    bench.grant()
    bench.connection(ConnectionState.CONNECTED)
    bench.wait(26)
    bench.page_up()
    assert bench.state.phase is Phase.IDLE
    bench.wait(20)
    assert bench.state.phase is Phase.IDLE
    bench.wait(11)
    assert bench.state.phase is Phase.CONNECTING


@pytest.mark.parametrize(
    ("reason", "phase"),
    [
        (Reason.ENDPOINT_REFUSED, Phase.FAULTED),
        (Reason.ENDPOINT_INVALID, Phase.FAULTED),
        (Reason.CREDENTIALS_REFUSED, Phase.FAULTED),
        (Reason.ENDPOINT_UNAVAILABLE, Phase.OFFLINE),
        (Reason.SERVER_UNREACHABLE, Phase.OFFLINE),
    ],
)
def test_a_refused_grant_gives_its_named_state_and_heals_by_itself(reason: Reason, phase: Phase) -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.feed(events.GrantRefused(bench.attempt, reason))
    assert (bench.state.phase, bench.state.reason) == (phase, reason)
    bench.take(events.Probe)
    bench.wait(61)
    assert bench.take(events.Probe), "it keeps trying"
    bench.feed(events.Probed())
    assert bench.state.phase is Phase.IDLE


def test_credentials_that_never_answer_are_not_waited_for() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.wait(21)
    assert (bench.state.phase, bench.state.reason) == (Phase.OFFLINE, Reason.CREDENTIALS_SILENT)


def test_wrong_secret_told_by_the_server_is_a_fault_not_a_retry() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.grant()
    bench.failed(messages.Operation.CONNECT, status=401)
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.CREDENTIALS_REFUSED)


def test_a_server_that_answers_every_time_keeps_the_kiosk_idle_all_night() -> None:
    bench = Bench()
    bench.idle()
    for _ in range(600):
        bench.wait(1.0)
        if bench.take(events.Probe):
            bench.feed(events.Probed())
        assert bench.state.phase is Phase.IDLE


def test_an_unreachable_server_is_offline_as_soon_as_it_is_known() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.grant()
    bench.failed(messages.Operation.CONNECT)
    assert bench.state.phase is Phase.RECOVERING
    assert bench.take(events.Probe)
    bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    assert (bench.state.phase, bench.state.reason) == (Phase.OFFLINE, Reason.SERVER_UNREACHABLE)


def test_a_microphone_that_fails_does_not_end_the_session() -> None:
    bench = Bench()
    bench.live()
    bench.failed(messages.Operation.OPEN_MICROPHONE)
    assert bench.state.phase is Phase.LIVE


def test_closed_outside_hours_and_back() -> None:
    bench = Bench()
    bench.idle()
    bench.feed(events.HoursChanged(open=False))
    assert bench.state.phase is Phase.CLOSED
    bench.tap()
    assert bench.state.phase is Phase.CLOSED
    bench.feed(events.HoursChanged(open=True))
    assert bench.state.phase is Phase.IDLE


def test_closing_time_does_not_cut_a_conversation_short() -> None:
    bench = Bench()
    bench.live()
    bench.feed(events.HoursChanged(open=False))
    assert bench.state.phase is Phase.LIVE
    bench.feed(events.StopRequested(Reason.COMMAND))
    bench.wait(5)
    bench.page_up()
    assert bench.state.phase is Phase.CLOSED
