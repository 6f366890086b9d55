"""No order of events reaches an undefined state, and every attempt ends."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.session import events, messages
from kiosk.session.events import Restart
from kiosk.session.messages import ConnectionState, Operation
from kiosk.session.model import PageStage, Phase, Policy, Reason, State, Timer
from kiosk.session.present import present
from tests.unit.session.bench import FEATURES, PAGE, Bench

CURRENT = "<current>"
OUTSIDE = (Reason.SERVER_UNREACHABLE, Reason.CREDENTIALS_REFUSED, Reason.ENDPOINT_UNAVAILABLE, Reason.ENDPOINT_INVALID)

attempts = st.sampled_from([CURRENT, CURRENT, CURRENT, "older"])
reasons = st.sampled_from(OUTSIDE)


def built(model: type[messages.Wire], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[messages.Wire]:
    """`st.builds` reads the aliases of a model's signature; this takes the field names."""
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


page_messages = st.one_of(
    built(
        messages.Hello,
        page=st.just(PAGE),
        v=st.just(1),
        livekit_client=st.sampled_from(["2.16.1"] * 9 + ["2.17.0"]),
        chromium=st.just("140"),
        features=st.just(FEATURES),
    ),
    built(messages.Prepared, page=st.just(PAGE), sdk=st.just("builtin"), fallback=st.booleans()),
    built(
        messages.Heartbeat,
        page=st.just(PAGE),
        frames_per_second=st.sampled_from([0.0, 25.0]),
        marker=st.sampled_from([True] * 9 + [False]),
        context_lost=st.sampled_from([False] * 9 + [True]),
    ),
    built(
        messages.ConnectionStateChanged, page=st.just(PAGE), attempt=attempts, state=st.sampled_from(ConnectionState)
    ),
    built(
        messages.PlayerEvent,
        page=st.just(PAGE),
        attempt=attempts,
        event=st.sampled_from(["connected", "disconnected", "error", "stalled"]),
        reason=st.sampled_from([None, 2, 3, 4, 5, 10]),
    ),
    built(
        messages.OperationFailed,
        page=st.just(PAGE),
        attempt=attempts,
        operation=st.sampled_from(Operation),
        error=built(
            messages.PageError, name=st.just("E"), message=st.just("m"), status=st.sampled_from([None, 401, 500])
        ),
    ),
    built(
        messages.Agent,
        page=st.just(PAGE),
        attempt=attempts,
        present=st.booleans(),
        audible=st.booleans(),
        state=st.sampled_from([None, "initializing", "listening"]),
    ),
    built(messages.Activity, page=st.just(PAGE), attempt=attempts, kind=st.just("touch")),
    built(messages.Intent, page=st.just(PAGE), action=st.sampled_from(["start", "stop"])),
    built(messages.Disposed, page=st.just(PAGE), attempt=attempts),
    built(messages.Published, page=st.just(PAGE), attempt=attempts, label=st.just("mic")),
    built(messages.FirstSound, page=st.just(PAGE), attempt=attempts),
)

other_events = st.one_of(
    st.builds(events.StartRequested, source=st.sampled_from(["command", "auto"])),
    st.builds(events.StopRequested, reason=st.sampled_from([Reason.COMMAND, Reason.SHUTDOWN])),
    st.builds(
        events.Granted,
        attempt=attempts,
        url=st.just("ws://s"),
        room=st.just("room"),
        expires_at=st.sampled_from([20.0, 300.0]),
    ),
    st.builds(events.GrantRefused, attempt=attempts, reason=reasons),
    st.builds(events.Probed, reason=st.one_of(st.none(), reasons)),
    st.builds(events.RendererGone, cause=st.just("killed")),
    st.builds(events.PageLoadFailed, cause=st.just("gone")),
    st.builds(events.HoursChanged, open=st.booleans()),
    st.just(events.PageRequested()),
    st.just(events.AvatarTokenArrived()),
    st.builds(events.Slept, seconds=st.sampled_from([3.0, 60.0])),
)

passing_time = st.sampled_from([0.1, 1.0, 3.0, 6.0, 25.0, 100.0])
scripts = st.lists(st.one_of(page_messages, other_events, passing_time), max_size=60)


def check(state: State) -> None:
    assert (state.session is not None) == state.phase.in_session
    if state.attempt is not None:
        assert state.phase.in_session
        assert state.page.stage is PageStage.READY
    if state.phase is Phase.LIVE:
        assert state.attempt is not None
        assert state.ends_at is not None
    if state.phase is Phase.LIVE:
        assert Timer.SESSION_END in state.timers
    elif not state.phase.resting:
        assert state.timers.keys() - {Timer.HEARTBEAT}, f"{state.phase} would wait for ever on a page that beats"
    if state.phase in (Phase.OFFLINE, Phase.FAULTED):
        assert state.reason is not None
        assert state.timers, "it keeps trying"
    present(state, "live", state.since)


def addressed(event: events.Event, bench: Bench) -> events.Event:
    """The event with the running attempt's id in place of the placeholder."""
    if getattr(event, "attempt", None) != CURRENT or bench.state.attempt is None:
        return event
    if isinstance(event, messages.Wire):
        return event.model_copy(update={"attempt": bench.attempt})
    return replace(event, attempt=bench.attempt)


def run(bench: Bench, script: list[events.Event | float]) -> None:
    bench.feed(events.Began())
    for item in script:
        if isinstance(item, float):
            bench.wait(item, beating=False)
        else:
            bench.feed(addressed(item, bench))
        check(bench.state)


@settings(max_examples=400, deadline=None)
@given(scripts, st.booleans(), st.booleans())
def test_no_order_of_events_reaches_an_undefined_state(
    script: list[events.Event | float], demo: bool, auto_start: bool
) -> None:
    run(Bench(Policy(auto_start=auto_start), demo=demo), script)


@settings(max_examples=200, deadline=None)
@given(scripts)
def test_left_alone_with_a_dead_page_every_attempt_ends_in_a_restart_or_at_rest(
    script: list[events.Event | float],
) -> None:
    bench = Bench()
    run(bench, script)
    bench.effects.clear()
    bench.wait(1200, beating=False)
    assert bench.state.phase.resting or bench.take(Restart)


@settings(max_examples=200, deadline=None)
@given(scripts)
def test_left_alone_with_a_working_page_it_is_ready_for_the_next_visitor(script: list[events.Event | float]) -> None:
    bench = Bench()
    run(bench, script)
    bench.feed(events.StopRequested(Reason.COMMAND), events.HoursChanged(open=True))
    for _ in range(60):
        bench.wait(10)
        if bench.take(events.RebuildPage) or bench.take(events.ReloadPage):
            bench.page_up()
        if bench.take(events.Probe):
            bench.feed(events.Probed())
        if bench.state.page.stage is PageStage.PREPARING:
            bench.feed(messages.Prepared(page=PAGE, sdk="builtin"))
    assert bench.state.phase is Phase.IDLE
