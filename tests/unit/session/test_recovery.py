"""The ladder: mildest rung first, the next when it does not help, back to the start only by proven health."""

from __future__ import annotations

import pytest

from kiosk.session import events, messages, recovery
from kiosk.session.events import CloseRoom, Mint, Probe, RebuildPage, ReloadPage, Restart, SendReconnect
from kiosk.session.messages import ConnectionState
from kiosk.session.model import Phase, Policy, Reason, Recovery, Rung
from tests.unit.session.bench import FEATURES, PAGE, Bench


def rung(bench: Bench) -> Rung | None:
    return bench.state.recovery.rung


def test_stalled_reconnects_with_the_same_attempt() -> None:
    bench = Bench()
    bench.live()
    attempt = bench.attempt
    bench.player("stalled")
    assert bench.state.phase is Phase.RECOVERING
    assert [effect.attempt for effect in bench.take(SendReconnect)] == [attempt]
    bench.wait(1.2)
    bench.connection(ConnectionState.CONNECTED)
    bench.agent()
    assert bench.state.phase is Phase.LIVE
    assert bench.state.recovery.count == 1
    assert bench.state.recovery.last_ms == 1200
    assert bench.state.recovery.last_reason is Reason.STALLED


def test_an_agent_that_leaves_because_of_a_reconnect_is_replaced_by_a_fresh_one() -> None:
    bench = Bench()
    bench.live()
    session = bench.state.session
    bench.player("stalled")
    bench.connection(ConnectionState.CONNECTED)
    bench.agent()
    bench.agent(present=False)
    bench.wait(3.1)
    assert (bench.state.phase, bench.state.reason) == (Phase.RECOVERING, Reason.AGENT_GONE)
    bench.wait(1)
    bench.join()
    assert bench.state.phase is Phase.LIVE
    assert bench.state.session is not None
    assert session is not None
    assert bench.state.session.id == session.id
    bench.agent(present=False)
    bench.wait(3.1)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.AGENT_LEFT), "the fresh one meant it"


def test_an_agent_that_is_gone_when_a_reconnect_has_joined_is_not_waited_for() -> None:
    bench = Bench()
    bench.live()
    bench.player("stalled")
    bench.agent(present=False)
    bench.wait(2)
    assert rung(bench) is Rung.RECONNECT, "it is not missed before the room is joined again"
    bench.connection(ConnectionState.CONNECTED)
    bench.wait(1.1)
    assert (bench.state.reason, rung(bench)) == (Reason.AGENT_GONE, Rung.FRESH)


def test_an_agent_that_goes_after_a_reconnect_before_it_is_ready_is_not_waited_for() -> None:
    bench = Bench()
    bench.live()
    bench.player("stalled")
    bench.connection(ConnectionState.CONNECTED)
    bench.agent(audible=False, state="initializing")
    bench.wait(2)
    assert rung(bench) is Rung.RECONNECT
    bench.agent(present=False)
    bench.wait(1.1)
    assert (bench.state.reason, rung(bench)) == (Reason.AGENT_GONE, Rung.FRESH)


def test_after_a_reconnect_the_next_visitors_agent_is_given_up_on_in_time_as_well() -> None:
    bench = Bench()
    bench.live()
    bench.player("stalled")
    bench.connection(ConnectionState.CONNECTED)
    bench.agent()
    attempt = bench.attempt
    bench.feed(events.StopRequested(Reason.VISITOR), messages.Disposed(page=PAGE, attempt=attempt))
    bench.wait(2)
    bench.page_up()
    assert (bench.state.phase, rung(bench)) == (Phase.IDLE, Rung.RECONNECT)
    bench.tap()
    bench.grant()
    bench.connection(ConnectionState.CONNECTED)
    bench.wait(21)
    assert (bench.state.phase, bench.state.reason) == (Phase.ENDING, Reason.AGENT_MISSING)


def test_a_short_network_cut_is_left_to_the_sdk() -> None:
    bench = Bench()
    bench.live()
    bench.connection(ConnectionState.RECONNECTING)
    assert (bench.state.phase, rung(bench)) == (Phase.RECOVERING, Rung.RESUME)
    bench.wait(2)
    bench.connection(ConnectionState.CONNECTED)
    assert bench.state.phase is Phase.LIVE
    assert not bench.take(SendReconnect)


def test_a_visitor_does_not_notice_a_signalling_connection_that_comes_back() -> None:
    bench = Bench()
    bench.live()
    bench.beat(frames_per_second=25.0)
    bench.connection(ConnectionState.RECONNECTING)
    for _ in range(20):
        bench.wait(1, beating=False)
        bench.beat(frames_per_second=25.0)
    assert bench.state.phase is Phase.LIVE
    bench.connection(ConnectionState.CONNECTED)
    bench.wait(1, beating=False)
    bench.beat(frames_per_second=0.0)
    assert bench.state.phase is Phase.LIVE, "one beat without frames is nothing by itself"


def test_without_signalling_the_first_second_without_motion_is_a_lost_connection() -> None:
    bench = Bench()
    bench.live()
    bench.beat(frames_per_second=25.0)
    bench.connection(ConnectionState.RECONNECTING)
    bench.wait(1, beating=False)
    bench.beat(frames_per_second=0.0)
    assert (bench.state.phase, rung(bench)) == (Phase.RECOVERING, Rung.RESUME)
    assert bench.state.reason is Reason.CONNECTION_LOST
    bench.connection(ConnectionState.CONNECTED)
    assert bench.state.phase is Phase.LIVE


def test_signalling_that_stays_away_is_not_waited_for_without_end() -> None:
    bench = Bench(Policy(idle_timeout=600.0))
    bench.live()
    bench.beat(frames_per_second=25.0)
    bench.connection(ConnectionState.RECONNECTING)
    for _ in range(61):
        bench.wait(1, beating=False)
        bench.beat(frames_per_second=25.0)
    assert bench.state.phase is Phase.RECOVERING


def test_a_connection_that_is_given_up_is_recovered_although_motion_was_seen_a_moment_ago() -> None:
    bench = Bench()
    bench.live()
    bench.beat(frames_per_second=25.0)
    bench.connection(ConnectionState.RECONNECTING)
    bench.connection(ConnectionState.DISCONNECTED)
    assert (bench.state.phase, bench.state.reason) == (Phase.RECOVERING, Reason.CONNECTION_CLOSED)


def test_a_lost_connection_that_does_not_resume_climbs_to_a_fresh_room() -> None:
    bench = Bench()
    bench.live()
    old = bench.attempt
    bench.connection(ConnectionState.RECONNECTING)
    bench.wait(4.1)
    assert rung(bench) is Rung.RECONNECT
    bench.wait(25)
    assert rung(bench) is Rung.FRESH
    bench.feed(events.Probed())
    bench.wait(3)
    assert bench.attempt != old
    assert [effect.room for effect in bench.take(CloseRoom)] == [f"room-{old}"]
    assert [effect.attempt for effect in bench.take(Mint)] == [bench.attempt]
    bench.join()
    assert bench.state.phase is Phase.LIVE


def test_reconnect_is_skipped_when_its_old_token_is_about_to_expire() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.grant(lifetime=60)
    bench.connection(ConnectionState.CONNECTED)
    bench.agent()
    bench.wait(40)
    bench.player("stalled")
    assert rung(bench) is Rung.FRESH
    assert not bench.take(SendReconnect)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (events.RendererGone("crashed"), Reason.RENDERER_GONE),
        (messages.Heartbeat(page=PAGE, marker=False), Reason.PAGE_WIPED),
        (messages.Heartbeat(page=PAGE, context_lost=True), Reason.CONTEXT_LOST),
        (events.PageLoadFailed("no file"), Reason.PAGE_FAILED),
    ],
)
@pytest.mark.parametrize("in_session", [True, False])
def test_a_broken_page_is_replaced_and_the_visitor_served_again(
    event: events.Event, reason: Reason, in_session: bool
) -> None:
    bench = Bench()
    bench.live() if in_session else bench.idle()
    bench.feed(event)
    assert bench.state.reason is reason
    assert len(bench.take(RebuildPage) + bench.take(ReloadPage)) == 1
    bench.page_up()
    if in_session:
        assert bench.state.phase is Phase.RECOVERING
        bench.join()
        assert bench.state.phase is Phase.LIVE
    else:
        assert bench.state.phase is Phase.IDLE
    assert bench.state.recovery.count == 1


def test_a_silent_page_is_killed_and_rebuilt() -> None:
    bench = Bench()
    bench.live()
    bench.beat()
    bench.wait(4.9, beating=False)
    assert bench.state.phase is Phase.LIVE
    bench.wait(0.2, beating=False)
    assert bench.take(RebuildPage) == [RebuildPage(kill=True)]


def test_a_process_that_stood_still_does_not_blame_the_page() -> None:
    bench = Bench()
    bench.live()
    bench.now += 60
    bench.feed(events.Slept(60), events.Tick())
    assert bench.state.phase is Phase.LIVE


def test_frames_that_stop_without_a_word_count_as_a_stall() -> None:
    bench = Bench()
    bench.live()
    for _ in range(5):
        bench.now += 1
        bench.beat(framesPerSecond=25.0)
    for _ in range(6):
        bench.now += 1
        bench.beat(framesPerSecond=0.0)
    assert bench.state.reason is Reason.FRAMES_STOPPED


def test_what_only_a_person_can_mend_is_looked_at_soon_and_then_ever_more_seldom() -> None:
    waits = [recovery.ask_again(Policy(probe_interval=60.0), failures) for failures in range(1, 8)]
    assert waits == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0]


def test_a_refusal_that_is_taken_back_is_noticed_within_seconds() -> None:
    bench = Bench()
    bench.idle()
    bench.feed(events.Probed(Reason.CREDENTIALS_REFUSED))
    assert bench.state.phase is Phase.FAULTED
    bench.take(events.Probe)
    bench.wait(5.1)
    assert bench.take(events.Probe)


def speaks(bench: Bench, seconds: int, *, heard: bool) -> None:
    """The agent says for so long that it speaks."""
    bench.agent(state="speaking")
    for _ in range(seconds):
        bench.now += 1
        if heard:
            bench.feed(messages.Activity(page=PAGE, attempt=bench.attempt, kind="agent-speech"))
        bench.beat(framesPerSecond=25.0)


def test_a_voice_that_is_lost_in_mid_sentence_is_missed() -> None:
    bench = Bench()
    bench.live()
    bench.feed(messages.FirstSound(page=PAGE, attempt=bench.attempt))
    speaks(bench, 20, heard=True)
    assert bench.state.phase is Phase.LIVE
    speaks(bench, 5, heard=False)
    assert bench.state.phase is Phase.LIVE
    speaks(bench, 1, heard=False)
    assert bench.state.reason is Reason.SOUND_STOPPED
    assert bench.take(SendReconnect)


@pytest.mark.parametrize("state", ["thinking", "listening", None])
def test_an_agent_that_does_not_say_it_speaks_may_be_silent(state: str | None) -> None:
    bench = Bench()
    bench.live()
    bench.feed(messages.FirstSound(page=PAGE, attempt=bench.attempt))
    speaks(bench, 2, heard=True)
    bench.agent(state=state)
    for _ in range(30):
        bench.now += 1
        bench.beat(framesPerSecond=25.0)
    assert bench.state.phase is Phase.LIVE


def test_an_agent_that_was_never_heard_is_not_missed() -> None:
    bench = Bench()
    bench.live()
    speaks(bench, 30, heard=False)
    assert bench.state.phase is Phase.LIVE


def test_the_silence_of_a_sleeping_machine_does_not_count() -> None:
    bench = Bench()
    bench.live()
    bench.feed(messages.FirstSound(page=PAGE, attempt=bench.attempt))
    speaks(bench, 2, heard=True)
    bench.now += 60
    bench.feed(events.Slept(60))
    bench.beat(framesPerSecond=25.0)
    assert bench.state.phase is Phase.LIVE


def test_who_is_thrown_out_for_somebody_of_the_same_name_comes_back_under_another() -> None:
    bench = Bench()
    bench.live()
    before = bench.attempt
    bench.connection(ConnectionState.DISCONNECTED)
    bench.player("disconnected", 2)
    assert bench.state.reason is Reason.IDENTITY_TAKEN
    bench.wait(2)
    assert not bench.take(SendReconnect)
    assert bench.attempt != before


def test_a_page_that_never_comes_up_climbs_to_leaving_the_process() -> None:
    bench = Bench()
    bench.feed(events.Began())
    bench.wait(300, beating=False)
    assert bench.take(Restart)


def test_the_rung_is_kept_until_health_is_proven() -> None:
    bench = Bench(Policy(healthy_after=30))
    bench.live()
    bench.player("stalled")
    bench.connection(ConnectionState.CONNECTED)
    bench.agent()
    bench.wait(29)
    assert rung(bench) is Rung.RECONNECT
    bench.wait(2)
    assert rung(bench) is None
    assert bench.state.recovery.count == 1


def test_a_server_that_is_away_for_a_moment_is_waited_for_in_a_conversation() -> None:
    bench = Bench()
    bench.live()
    bench.connection(ConnectionState.DISCONNECTED)
    bench.wait(0.3)
    for _ in range(2):
        bench.failed(messages.Operation.RECONNECT)
        bench.wait(2)
    bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    assert bench.state.phase is Phase.RECOVERING
    bench.wait(10)
    bench.feed(events.GrantRefused(bench.attempt, Reason.SERVER_UNREACHABLE))
    assert bench.state.phase is Phase.RECOVERING
    bench.wait(10)
    bench.feed(events.GrantRefused(bench.attempt, Reason.SERVER_UNREACHABLE))
    assert (bench.state.phase, bench.state.reason) == (Phase.OFFLINE, Reason.SERVER_UNREACHABLE)


def test_wrong_livekit_client_is_a_fault_with_its_name() -> None:
    bench = Bench()
    bench.feed(events.Began())
    bench.page_up(version="2.17.0")
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.LIVEKIT_VERSION)


def test_offline_asks_in_growing_steps() -> None:
    bench = Bench()
    bench.idle()
    bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    gaps = []
    for _ in range(9):
        started = bench.now
        while not bench.take(events.Probe):
            bench.wait(0.25)
        gaps.append(bench.now - started)
        bench.feed(events.Probed(Reason.SERVER_UNREACHABLE))
    assert gaps[0] <= 1.25
    assert gaps[-1] >= 15
    assert max(gaps) <= 30.5


def test_climb_repeats_a_rung_as_often_as_allowed_then_goes_up() -> None:
    policy = Policy(attempts_per_rung=2)
    state = Recovery()
    rungs = []
    for _ in range(11):
        state = recovery.climb(policy, state, Reason.CONNECTION_LOST, 0.0, token_lives=True)
        rungs.append(state.rung)
    assert rungs == [Rung.RESUME] + [
        r for r in (Rung.RECONNECT, Rung.FRESH, Rung.RELOAD, Rung.REBUILD) for _ in "12"
    ] + [
        Rung.RESTART,
        Rung.RESTART,
    ]


def test_backoff_doubles_to_its_cap_and_differs_between_kiosks() -> None:
    policy = Policy(backoff_initial=0.5, backoff_max=30)
    assert recovery.backoff(policy, 1, "a", 1) == 0
    waits = [recovery.backoff(policy, failures, "a", 7) for failures in range(2, 12)]
    assert waits == sorted(waits)
    assert 15 <= waits[-1] <= 30
    assert len({recovery.backoff(policy, 5, boot, 1) for boot in "abcdefgh"}) > 4


def test_a_page_that_is_busy_with_loading_its_avatar_is_given_longer() -> None:
    bench = Bench()
    bench.feed(
        events.Began(),
        messages.Hello(page=PAGE, v=1, livekit_client="2.16.1", chromium="140", features=FEATURES),
    )
    bench.take(RebuildPage)
    bench.wait(15, beating=False)
    assert not bench.take(RebuildPage), "a weak machine draws its first picture"
    bench.feed(messages.Prepared(page=PAGE, sdk="builtin"))
    assert bench.state.phase is Phase.IDLE
    bench.wait(5.1, beating=False)
    assert bench.take(RebuildPage), "from then on it beats every second"


def test_a_certificate_that_only_the_browser_refuses_calls_for_a_person() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    bench.grant()
    for _ in range(2):
        bench.feed(events.CertificateRefused())
        bench.failed(messages.Operation.CONNECT)
        bench.feed(events.Probed())
        if bench.state.phase is Phase.RECOVERING:
            bench.wait(1)
            bench.grant()
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.CERTIFICATE_REFUSED)

    bench.take(RebuildPage)
    bench.wait(61)
    bench.feed(events.Probed())
    assert bench.take(RebuildPage), "whether the browser still refuses it, only a new page can tell"
    bench.page_up()
    assert bench.state.phase is Phase.IDLE
    bench.feed(events.CertificateRefused(), events.Probed())
    assert (bench.state.phase, bench.state.reason) == (Phase.FAULTED, Reason.CERTIFICATE_REFUSED)


def test_a_certificate_that_everybody_refuses_is_an_unreachable_server() -> None:
    bench = Bench()
    bench.idle()
    bench.feed(events.CertificateRefused(), events.Probed(Reason.SERVER_UNREACHABLE))
    assert (bench.state.phase, bench.state.reason) == (Phase.OFFLINE, Reason.SERVER_UNREACHABLE)


def test_a_certificate_that_was_refused_a_while_ago_is_not_blamed_for_later_trouble() -> None:
    bench = Bench()
    bench.live()
    bench.feed(events.CertificateRefused())
    bench.player("stalled")
    bench.wait(25)
    assert rung(bench) is Rung.FRESH
    bench.grant()
    bench.failed(messages.Operation.CONNECT)
    bench.feed(events.Probed())
    assert bench.state.phase is Phase.RECOVERING


def test_a_visitor_is_not_kept_waiting_while_nothing_connects_although_the_server_answers() -> None:
    bench = Bench()
    bench.idle()
    bench.tap()
    tapped = bench.now
    while bench.state.phase.in_session and bench.now < tapped + 120:
        if bench.state.attempt is not None and bench.state.attempt.room is None:
            bench.grant()
        bench.wait(1)
        if bench.take(Probe):
            bench.feed(events.Probed())
    assert bench.now - tapped < 65
    assert (bench.state.phase, bench.state.reason) == (Phase.OFFLINE, Reason.CONNECTION_FAILED)
    reached = rung(bench)
    for _ in range(10):
        bench.wait(1)
        if bench.take(Probe):
            bench.feed(events.Probed())
        if bench.take(RebuildPage):
            bench.page_up()
    assert bench.state.phase is Phase.IDLE, "the next visitor may try"
    assert rung(bench) is reached, "and goes on from the rung that was reached"
