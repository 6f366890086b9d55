"""`step(state, event, now) -> (state, effects)`: everything the kiosk decides, in one pure function.

The flows live beside it: `conversation` (a visitor's session), `ladder` (recovery), and the page's life and the
timers here. Feed it a `Tick` no later than `State.next_deadline()`.
"""

from __future__ import annotations

from kiosk.session import conversation, ladder, messages, recovery, upkeep
from kiosk.session.events import (
    AvatarTokenArrived,
    Began,
    CertificateRefused,
    Effect,
    Event,
    Granted,
    GrantRefused,
    HoursChanged,
    MemoryMeasured,
    PageLoadFailed,
    PageRequested,
    PreparePage,
    Probe,
    Probed,
    ProveHealth,
    Reconfigured,
    RendererGone,
    Slept,
    StartRequested,
    StopRequested,
    Tick,
)
from kiosk.session.messages import Operation
from kiosk.session.model import (
    REQUIRED_LIVEKIT_CLIENT,
    PageStage,
    Phase,
    Reason,
    Rung,
    State,
    Timer,
)
from kiosk.session.turn import Turn

BUSY_PREPARING = 4.0
"""How many times as long a page may be silent while it loads its avatar, which can keep a weak machine busy."""

AVATAR_OPERATIONS = frozenset({Operation.INITIALIZE, Operation.LOAD_AVATAR, Operation.FIRST_FRAME})


def step(state: State, event: Event, now: float) -> tuple[State, tuple[Effect, ...]]:
    """The next state and what is to be done. Never raises, whatever the order of events."""
    turn = Turn(state, now)
    _dispatch(turn, event)
    return turn.state, tuple(turn.effects)


def _dispatch(turn: Turn, event: Event) -> None:
    match event:
        case Tick():
            _tick(turn)
        case Slept():
            later = {timer.value: at + event.seconds for timer, at in turn.state.timers.items()}
            turn.state = turn.state.with_timers(**later)
            conversation.restart_silence(turn)
        case Began():
            upkeep.began(turn)
        case StartRequested():
            conversation.start(turn, event.source, event.language)
        case StopRequested():
            conversation.stop(turn, event.reason)
        case PageRequested():
            if turn.state.phase.resting:
                upkeep.renew(turn, Reason.RECYCLED)
        case Granted():
            conversation.granted(turn, event)
        case GrantRefused():
            if turn.current(event.attempt):
                ladder.unavailable(turn, event.reason)
        case Probed():
            _probed(turn, event.reason)
        case RendererGone():
            ladder.page_trouble(turn, Reason.RENDERER_GONE)
        case PageLoadFailed():
            ladder.page_trouble(turn, Reason.PAGE_FAILED)
        case CertificateRefused():
            turn.set_page(distrusts=True)
            if turn.state.phase is Phase.IDLE:
                turn.do(Probe())
        case AvatarTokenArrived():
            if turn.state.phase is Phase.IDLE and turn.state.page.fallback_cause:
                upkeep.renew(turn)
        case Reconfigured():
            turn.set(policy=event.policy, demo=event.demo, blocked=event.blocked, probe_failures=0)
            upkeep.renew(turn)
        case HoursChanged():
            _hours(turn, is_open=event.open)
        case MemoryMeasured():
            upkeep.weigh(turn, event)
        case _:
            _page_message(turn, event)


def _page_message(turn: Turn, message: messages.PageMessage) -> None:
    match message:
        case messages.Hello():
            _hello(turn, message)
        case messages.Heartbeat():
            _heartbeat(turn, message)
        case messages.Prepared():
            _prepared(turn, message)
        case messages.OperationFailed() if message.operation in AVATAR_OPERATIONS:
            ladder.page_trouble(turn, Reason.AVATAR_FAILED)
        case messages.OperationFailed():
            conversation.operation_failed(turn, message)
        case messages.ConnectionStateChanged():
            conversation.connection_state(turn, message)
        case messages.PlayerEvent():
            conversation.player_event(turn, message)
        case messages.Published():
            conversation.published(turn, message)
        case messages.Agent():
            conversation.agent(turn, message)
        case messages.FirstSound():
            conversation.first_sound(turn, message)
        case messages.Activity():
            conversation.activity(turn, message)
        case messages.Intent(action="start"):
            conversation.start(turn, "tap", message.language or "")
        case messages.Intent():
            conversation.stop(turn, Reason.VISITOR)
        case messages.Disposed():
            if turn.state.phase is Phase.ENDING:
                conversation.disposed(turn)
        case _:
            """Progress, devices, microphone and log lines change nothing here; the controller keeps them."""


# --- the page ------------------------------------------------------------------------------------------------


def _hello(turn: Turn, hello: messages.Hello) -> None:
    if turn.state.page.stage is not PageStage.LOADING:
        # It loaded itself anew: whatever ran on it is gone.
        ladder.page_trouble(turn, Reason.PAGE_WIPED)
        return
    turn.set_page(stage=PageStage.PREPARING, chromium=hello.chromium, livekit_client=hello.livekit_client)
    wrong_version = hello.livekit_client != REQUIRED_LIVEKIT_CLIENT
    if wrong_version or hello.v != messages.PROTOCOL_VERSION:
        turn.clear(Timer.PAGE)
        turn.set(session=None)
        ladder.out_of_service(turn, Reason.LIVEKIT_VERSION if wrong_version else Reason.PAGE_FAILED)
        return
    turn.do(PreparePage())
    turn.arm(Timer.PAGE, turn.state.policy.prepare_timeout)
    _expect_beat(turn)


def _prepared(turn: Turn, prepared: messages.Prepared) -> None:
    turn.clear(Timer.PAGE)
    cause = prepared.fallback_cause or "unknown" if prepared.fallback else ""
    turn.set_page(stage=PageStage.READY, sdk=prepared.sdk, fallback_cause=cause, ready_since=turn.now)
    _expect_beat(turn)
    turn.set(stand_ins=turn.state.stand_ins + 1 if cause else 0)
    turn.arm(Timer.RECYCLE, recovery.page_age(turn.state.policy, turn.state.stand_ins))
    state = turn.state
    if state.phase is Phase.RECOVERING and state.attempt is None:
        ladder.new_attempt(turn)
    elif state.phase is Phase.STARTING:
        conversation.rest(turn)
    elif state.phase is Phase.ENDING:
        conversation.clear_away(turn)


def _heartbeat(turn: Turn, beat: messages.Heartbeat) -> None:
    state = turn.state
    if state.page.stage is PageStage.LOADING:
        return
    turn.set_page(last_beat=turn.now, frames_per_second=beat.frames_per_second)
    _expect_beat(turn)
    if not beat.marker:
        ladder.page_trouble(turn, Reason.PAGE_WIPED)
    elif beat.context_lost:
        ladder.page_trouble(turn, Reason.CONTEXT_LOST)
    elif state.phase is Phase.LIVE:
        _watch_frames(turn, beat.frames_per_second)
    if turn.state.phase is Phase.LIVE:
        conversation.watch_sound(turn)


def _expect_beat(turn: Turn) -> None:
    preparing = turn.state.page.stage is PageStage.PREPARING
    turn.arm(Timer.HEARTBEAT, turn.state.policy.heartbeat_limit * (BUSY_PREPARING if preparing else 1.0))


def _watch_frames(turn: Turn, frames_per_second: float) -> None:
    """Frames that came and stopped although nobody said `stalled`."""
    attempt = turn.state.attempt
    if frames_per_second > 0:
        turn.set_attempt(seen_frames=True)
        turn.set_page(frames_stopped_since=None)
    elif Timer.SIGNAL in turn.state.timers:
        conversation.signal_lost(turn)
    elif attempt is not None and attempt.seen_frames:
        since = turn.state.page.frames_stopped_since
        if since is None:
            turn.set_page(frames_stopped_since=turn.now)
        elif turn.now - since >= turn.state.policy.frames_stopped_after:
            ladder.trouble(turn, Reason.FRAMES_STOPPED)


# --- the outside ---------------------------------------------------------------------------------------------


def _probed(turn: Turn, reason: Reason | None) -> None:
    state = turn.state
    if state.phase is Phase.RECOVERING and Timer.PROBE_ANSWER in state.timers:
        turn.clear(Timer.PROBE_ANSWER)
        # Twice in a row: the certificate may have been replaced between the page's request and ours.
        if why := reason or (_distrust(state) if state.recovery.failures > 1 else None):
            ladder.unavailable(turn, why)
        else:
            ladder.wait_then_perform(turn)
    elif state.phase is Phase.IDLE:
        turn.clear(Timer.PROBE_ANSWER)
        if why := reason or _distrust(state):
            ladder.out_of_service(turn, why)
    elif state.phase in (Phase.OFFLINE, Phase.FAULTED):
        if reason is not None or state.blocked is not None:
            ladder.out_of_service(turn, state.blocked or reason or Reason.CONFIGURATION)
            return
        turn.set(probe_failures=0)
        turn.clear(Timer.PROBE, Timer.PROBE_ANSWER)
        if state.page_used or state.page.distrusts or state.page.stage is not PageStage.READY:
            upkeep.renew(turn)
        else:
            conversation.rest(turn)


def _distrust(state: State) -> Reason | None:
    """The browser has a list of authorities of its own: it may refuse a server that lets everybody else in."""
    return Reason.CERTIFICATE_REFUSED if state.page.distrusts else None


def _hours(turn: Turn, *, is_open: bool) -> None:
    turn.set(open_hours=is_open)
    if is_open and turn.state.phase is Phase.CLOSED:
        conversation.rest(turn)
    elif not is_open and turn.state.phase in (Phase.IDLE, Phase.OFFLINE):
        turn.clear(Timer.PROBE, Timer.PROBE_ANSWER, Timer.AUTO_START, Timer.HEALTH)
        turn.enter(Phase.CLOSED, Reason.OUTSIDE_HOURS)


# --- time ----------------------------------------------------------------------------------------------------


def _tick(turn: Turn) -> None:
    due = sorted((at, timer) for timer, at in turn.state.timers.items() if at <= turn.now)
    for _, timer in due:
        # An earlier one may have cleared or moved a later one.
        if turn.state.timers.get(timer, turn.now + 1) <= turn.now:
            turn.clear(timer)
            _due(turn, timer)


def _due(turn: Turn, timer: Timer) -> None:
    state = turn.state
    match timer:
        case Timer.PAGE:
            ladder.page_trouble(turn, Reason.PAGE_FAILED)
        case Timer.HEARTBEAT:
            ladder.page_trouble(turn, Reason.PAGE_SILENT)
        case Timer.CONNECT:
            _connect_overdue(turn)
        case Timer.AGENT:
            conversation.end(turn, Reason.AGENT_MISSING)
        case Timer.AGENT_RETURN:
            conversation.agent_did_not_return(turn)
        case Timer.BACKOFF:
            ladder.perform(turn)
        case Timer.RUNG:
            if state.recovery.rung is Rung.RESTART:
                ladder.perform(turn)
            elif state.phase is Phase.RECOVERING:
                ladder.trouble(turn, state.recovery.last_reason or Reason.CONNECTION_LOST)
        case Timer.HEALTH:
            turn.set(recovery=recovery.proven(state.recovery), failed_starts=0, exhausted=0)
            turn.do(ProveHealth())
        case Timer.SIGNAL:
            conversation.signal_lost(turn)
        case Timer.RECYCLE:
            upkeep.recycle(turn)
        case Timer.SESSION_WARNING:
            """Nothing to do but to show it: `present` counts down from `ends_at`."""
        case Timer.SESSION_END:
            _session_over(turn)
        case Timer.DISPOSE:
            conversation.disposed(turn)
        case Timer.LINGER:
            conversation.clear_away(turn)
        case Timer.PROBE:
            turn.do(Probe())
            turn.arm(Timer.PROBE, state.policy.probe_interval)
            turn.arm(Timer.PROBE_ANSWER, state.policy.probe_timeout)
        case Timer.PROBE_ANSWER:
            _probed_silent(turn)
        case Timer.AUTO_START:
            conversation.start(turn, "auto", "")


def _connect_overdue(turn: Turn) -> None:
    attempt = turn.state.attempt
    if attempt is not None and attempt.room is None:
        ladder.unavailable(turn, Reason.CREDENTIALS_SILENT)
    else:
        ladder.trouble(turn, Reason.CONNECTION_FAILED)


def _session_over(turn: Turn) -> None:
    session = turn.state.session
    if session is None:
        return
    at_maximum = turn.now >= session.started + turn.state.policy.max_duration
    conversation.end(turn, Reason.MAX_DURATION if at_maximum else Reason.IDLE_TIMEOUT)


def _probed_silent(turn: Turn) -> None:
    if turn.state.phase is Phase.RECOVERING:
        ladder.unavailable(turn, Reason.SERVER_UNREACHABLE)
    else:
        _probed(turn, Reason.SERVER_UNREACHABLE)
