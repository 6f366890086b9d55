"""A visitor's session from tap to goodbye."""

from __future__ import annotations

from dataclasses import replace

from kiosk.session import ladder, recovery
from kiosk.session.events import Granted, Probe, RebuildPage, SendConnect
from kiosk.session.ladder import SESSION_TIMERS
from kiosk.session.messages import (
    Activity,
    Agent,
    ConnectionState,
    ConnectionStateChanged,
    FirstSound,
    OperationFailed,
    PlayerEvent,
    Published,
)
from kiosk.session.messages import Operation as Op
from kiosk.session.model import PageStage, Phase, Reason, Rung, Session, Timer
from kiosk.session.turn import Turn

ROOM_ENDED = frozenset({4, 5, 10})
"""livekit-client's DisconnectReason: participant removed, room deleted, room closed. Somebody meant it."""

DUPLICATE_IDENTITY = 2
"""The server threw us out for somebody who joined as us; joining again as ourselves would throw them out in turn."""

SPEAKING = "speaking"
READY_STATES = frozenset({"idle", "listening", "thinking", "speaking"})
"""`lk.agent.state` of an agent that can hear; `initializing` cannot yet."""

REFUSED = frozenset({401, 403})
GONE = frozenset({ConnectionState.DISCONNECTED, ConnectionState.FAILED})

AGENT_SEEN = 1.0
"""Seconds after joining a room again in which an agent that is still in it is seen: the answer to the join names it."""

AUTO_START_DELAY = 1.0
AUTO_START_AFTER_TROUBLE = 30.0

TROUBLED_ENDS = frozenset({Reason.AGENT_MISSING})


def start(turn: Turn, source: str, language: str) -> None:
    """Begin a session, or remember the wish while the last one is being cleared away. One session at a time."""
    state = turn.state
    if state.phase is Phase.IDLE and state.page.stage is PageStage.READY:
        turn.clear(Timer.PROBE, Timer.PROBE_ANSWER, Timer.AUTO_START, Timer.HEALTH)
        serial = state.serial + 1
        session = Session(f"{state.boot}-s{serial}", source, language, turn.now, turn.now)
        turn.set(serial=serial, session=session, pending_start=None, probe_failures=0)
        turn.enter(Phase.CONNECTING)
        ladder.new_attempt(turn)
    elif state.phase in (Phase.STARTING, Phase.ENDING):
        turn.set(pending_start=source)
    elif state.phase in (Phase.OFFLINE, Phase.FAULTED):
        turn.arm(Timer.PROBE, 0.0)


def stop(turn: Turn, reason: Reason) -> None:
    turn.set(pending_start=None)
    if turn.state.phase.in_session:
        end(turn, reason)


def end(turn: Turn, reason: Reason) -> None:
    """Say goodbye, leave and delete the room, and wait for the page to have let go of everything."""
    state = turn.state
    waiting = state.attempt is not None and state.page.stage is PageStage.READY
    ladder.drop_attempt(turn)
    turn.clear(*SESSION_TIMERS)
    turn.set(session=None, disposed=not waiting, recovery=replace(state.recovery, started=None))
    turn.enter(Phase.ENDING, reason)
    turn.arm(Timer.LINGER, state.policy.trouble_linger if reason in TROUBLED_ENDS else state.policy.goodbye)
    if waiting:
        turn.arm(Timer.DISPOSE, state.policy.dispose_timeout)


def disposed(turn: Turn) -> None:
    turn.clear(Timer.DISPOSE)
    turn.set(disposed=True)
    clear_away(turn)


def clear_away(turn: Turn) -> None:
    """Once the goodbye has been seen and the page has let go: a new page for the next visitor."""
    state = turn.state
    if state.phase is not Phase.ENDING or not state.disposed or Timer.LINGER in state.timers:
        return
    if state.page.stage is PageStage.READY and not state.page_used:
        rest(turn)
    elif Timer.PAGE not in state.timers:
        ladder.replace_page(turn, RebuildPage(), state.policy.rebuild_timeout)


def rest(turn: Turn) -> None:
    """Everything is ready for the next visitor."""
    state = turn.state
    reason = state.reason
    turn.set(recovery=recovery.recovered(state.recovery, turn.now), session=None, attempt=None)
    turn.clear(*SESSION_TIMERS, Timer.DISPOSE, Timer.LINGER, Timer.PAGE)
    turn.arm(Timer.HEALTH, state.policy.idle_health)
    if not state.open_hours:
        turn.enter(Phase.CLOSED, Reason.OUTSIDE_HOURS)
        return
    if state.blocked is not None:
        ladder.out_of_service(turn, state.blocked)
        return
    turn.enter(Phase.IDLE)
    if not state.demo:
        turn.do(Probe())
        turn.arm(Timer.PROBE, state.policy.probe_interval)
    if state.pending_start is not None:
        start(turn, state.pending_start, "")
    elif state.policy.auto_start:
        troubled = reason in TROUBLED_ENDS
        turn.arm(Timer.AUTO_START, AUTO_START_AFTER_TROUBLE if troubled else AUTO_START_DELAY)


def granted(turn: Turn, event: Granted) -> None:
    if turn.current(event.attempt) is None:
        return
    until = turn.now + (event.expires_at - event.unix_now)
    turn.set_attempt(room=event.room, url=event.url, token_until=until)
    turn.set(page_used=True)
    turn.do(SendConnect(event.attempt))
    # The page's own deadline is shorter and knows the cause; this one is for the page that says nothing.
    turn.arm(Timer.CONNECT, turn.state.policy.connect_timeout + 2.0)


def connection_state(turn: Turn, event: ConnectionStateChanged) -> None:
    attempt = turn.current(event.attempt)
    if attempt is None:
        return
    phase = turn.state.phase
    if event.state is ConnectionState.CONNECTED:
        turn.set_attempt(connected=True)
        turn.clear(Timer.CONNECT, Timer.SIGNAL)
        if not _joined_again(turn):
            if not attempt.agent_ready:
                turn.arm(Timer.AGENT, turn.state.policy.agent_timeout)
        elif not attempt.agent_present:
            # One that the reconnect has sent away does not come back.
            turn.arm(Timer.AGENT_RETURN, AGENT_SEEN)
        go_live_if_ready(turn)
    elif event.state in GONE and phase is Phase.RECOVERING and turn.state.recovery.rung is Rung.RESUME:
        ladder.trouble(turn, Reason.CONNECTION_CLOSED)
    elif not attempt.connected:
        return
    elif event.state is ConnectionState.RECONNECTING and phase is Phase.LIVE:
        if turn.state.page.frames_per_second > 0:
            # Media takes its own way: while it arrives the visitor need not know that the signalling is gone.
            turn.arm(Timer.SIGNAL, turn.state.policy.signal_patience)
        else:
            signal_lost(turn)
    elif event.state in GONE:
        turn.set_attempt(connected=False)
        ladder.trouble(turn, Reason.CONNECTION_CLOSED)


def signal_lost(turn: Turn) -> None:
    """The signalling connection is gone, and nothing comes any more."""
    turn.set_attempt(connected=False)
    ladder.trouble(turn, Reason.CONNECTION_LOST)


def _joined_again(turn: Turn) -> bool:
    """Our own reconnect has left the room and joined it anew."""
    return turn.state.phase is Phase.RECOVERING and turn.state.recovery.rung is Rung.RECONNECT


def agent_did_not_return(turn: Turn) -> None:
    if turn.state.phase is Phase.RECOVERING:
        ladder.trouble(turn, Reason.AGENT_GONE)
    else:
        farewell(turn, Reason.AGENT_LEFT)


def go_live_if_ready(turn: Turn) -> None:
    state = turn.state
    attempt = state.attempt
    if attempt is None or not attempt.connected or not attempt.agent_ready:
        return
    if state.phase not in (Phase.CONNECTING, Phase.RECOVERING):
        return
    turn.clear(*SESSION_TIMERS)
    turn.set_session(last_activity=turn.now, was_live=True)
    turn.set(recovery=recovery.recovered(state.recovery, turn.now), probe_failures=0)
    turn.set_page(frames_stopped_since=None)
    restart_silence(turn)
    turn.enter(Phase.LIVE)
    turn.arm(Timer.HEALTH, state.policy.healthy_after)
    schedule_end(turn)


def schedule_end(turn: Turn) -> None:
    ends_at = turn.state.ends_at
    if ends_at is None:
        return
    turn.arm(Timer.SESSION_END, ends_at - turn.now)
    warn_at = ends_at - turn.state.policy.warning
    if warn_at > turn.now:
        turn.arm(Timer.SESSION_WARNING, warn_at - turn.now)
    else:
        turn.clear(Timer.SESSION_WARNING)


def agent(turn: Turn, event: Agent) -> None:
    attempt = turn.current(event.attempt)
    if attempt is None:
        return
    ready = event.present and (event.audible or event.state in READY_STATES)
    silent_since = attempt.silent_since or turn.now
    turn.set_attempt(
        agent_present=event.present,
        agent_ready=ready,
        agent_state=event.state,
        silent_since=silent_since if event.present and event.state == SPEAKING else None,
    )
    if event.present:
        turn.clear(Timer.AGENT_RETURN)
    elif Timer.AGENT_RETURN not in turn.state.timers:
        if turn.state.phase is Phase.LIVE:
            turn.arm(Timer.AGENT_RETURN, turn.state.policy.agent_return)
        elif attempt.connected and _joined_again(turn):
            turn.arm(Timer.AGENT_RETURN, AGENT_SEEN)
    if turn.state.phase is not Phase.LIVE:
        go_live_if_ready(turn)


def restart_silence(turn: Turn) -> None:
    """It was heard just now, or could not have been."""
    attempt = turn.state.attempt
    if attempt is not None and attempt.silent_since is not None:
        turn.set_attempt(silent_since=turn.now)


def watch_sound(turn: Turn) -> None:
    """The voice of an agent that says it speaks, and that was heard before, is missed."""
    attempt = turn.state.attempt
    if attempt is None or not attempt.heard or attempt.silent_since is None:
        return
    if turn.now - attempt.silent_since >= turn.state.policy.sound_stopped_after:
        ladder.trouble(turn, Reason.SOUND_STOPPED)


def farewell(turn: Turn, reason: Reason) -> None:
    """The other side has ended the conversation.

    `player.reconnect()` leaves the room and joins it again, and LiveKit's agents close when their visitor leaves on
    purpose. So who goes before health is proven after a reconnect did not mean to: a fresh room brings a fresh one.
    """
    state = turn.state
    rung, failures = state.recovery.rung, state.recovery.failures
    # The closed connection that tells of it may itself have counted as a failure a moment ago.
    earlier = failures - 1 if state.phase is Phase.RECOVERING else failures
    if earlier > 0 and rung is not None and rung <= Rung.RECONNECT:
        ladder.trouble(turn, Reason.AGENT_GONE)
    else:
        end(turn, reason)


def activity(turn: Turn, event: Activity) -> None:
    if turn.state.phase is Phase.LIVE and (event.attempt is None or turn.current(event.attempt)):
        if event.kind == "agent-speech":
            restart_silence(turn)
        turn.set_session(last_activity=turn.now)
        schedule_end(turn)


def first_sound(turn: Turn, event: FirstSound) -> None:
    if turn.current(event.attempt):
        turn.set_attempt(heard=True)


def published(turn: Turn, event: Published) -> None:
    if turn.current(event.attempt):
        turn.set_attempt(published=event.label)


def player_event(turn: Turn, event: PlayerEvent) -> None:
    if turn.current(event.attempt) is None:
        return
    if event.event == "disconnected" and event.reason in ROOM_ENDED:
        farewell(turn, Reason.ROOM_ENDED)
    elif event.event == "disconnected" and event.reason == DUPLICATE_IDENTITY and turn.state.phase.in_session:
        ladder.trouble(turn, Reason.IDENTITY_TAKEN)
    elif event.event == "stalled" and turn.state.phase is Phase.LIVE:
        ladder.trouble(turn, Reason.STALLED)


def operation_failed(turn: Turn, event: OperationFailed) -> None:
    """A call of the running attempt failed. The microphone's own failures are the microphone keeper's business:
    a visitor who cannot be heard can still listen, read and be told."""
    if turn.current(event.attempt) is None:
        return
    if event.operation in (Op.CONNECT, Op.RECONNECT) and event.error.status in REFUSED:
        ladder.unavailable(turn, Reason.CREDENTIALS_REFUSED)
    elif event.operation is Op.CONNECT:
        ladder.trouble(turn, Reason.CONNECTION_FAILED)
    elif event.operation is Op.RECONNECT and turn.state.recovery.rung is Rung.RECONNECT:
        ladder.trouble(turn, Reason.CONNECTION_CLOSED)
    elif event.operation is Op.PUBLISH:
        ladder.trouble(turn, Reason.PUBLISH_FAILED)
