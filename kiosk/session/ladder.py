"""Climbing the recovery ladder: from a trouble to the rung's effects, in a session and between sessions."""

from __future__ import annotations

from dataclasses import replace

from kiosk.session import recovery
from kiosk.session.events import CloseRoom, Mint, Probe, RebuildPage, ReloadPage, Restart, SendDisconnect, SendReconnect
from kiosk.session.model import Attempt, Page, PageStage, Phase, Reason, Rung, Timer
from kiosk.session.turn import Turn

REASON_SETTLE = 0.25
"""Seconds that a closed connection waits for its reason: a deleted room must not be joined, and so made, again."""

SESSION_TIMERS = (
    Timer.CONNECT,
    Timer.AGENT,
    Timer.AGENT_RETURN,
    Timer.BACKOFF,
    Timer.RUNG,
    Timer.HEALTH,
    Timer.SESSION_WARNING,
    Timer.SESSION_END,
    Timer.PROBE_ANSWER,
    Timer.SIGNAL,
)

CONNECTION_REASONS = frozenset({Reason.CONNECTION_FAILED, Reason.CONNECTION_LOST, Reason.CONNECTION_CLOSED})


def trouble(turn: Turn, reason: Reason) -> None:
    """Something broke while a visitor is served: take the next rung.

    Who has not been connected at all is not kept waiting until the whole ladder is climbed: the next visitor goes on
    from the rung that was reached.
    """
    session = turn.state.session
    if session is not None and not session.was_live and reason in CONNECTION_REASONS:
        waited = turn.now - session.started
        if waited > turn.state.policy.first_patience:
            unavailable(turn, reason)
            return
    turn.clear(*SESSION_TIMERS)
    _climb(turn, reason)
    turn.enter(Phase.RECOVERING, reason)
    rung = turn.state.recovery.rung
    if reason in CONNECTION_REASONS and rung is not None and rung >= Rung.FRESH and not turn.state.demo:
        # Before a new connection, or blaming the page, ask whether the server is there at all.
        turn.do(Probe())
        turn.arm(Timer.PROBE_ANSWER, turn.state.policy.probe_timeout)
        return
    wait_then_perform(turn, at_least=REASON_SETTLE if reason is Reason.CONNECTION_CLOSED else 0.0)


def page_trouble(turn: Turn, reason: Reason) -> None:
    """The page or its renderer broke, whoever is there."""
    if turn.state.phase.in_session:
        trouble(turn, reason)
        return
    turn.clear(*SESSION_TIMERS, Timer.DISPOSE, Timer.LINGER, Timer.PROBE, Timer.AUTO_START)
    turn.set(session=None, attempt=None)
    _climb(turn, reason)
    turn.enter(Phase.STARTING, reason)
    wait_then_perform(turn)


def _climb(turn: Turn, reason: Reason) -> None:
    state = turn.state
    attempt = state.attempt
    token_lives = attempt is not None and attempt.token_until - turn.now > recovery.TOKEN_MARGIN
    climbed = recovery.climb(state.policy, state.recovery, reason, turn.now, token_lives=token_lives)
    if not state.phase.in_session and climbed.rung is not None and climbed.rung < Rung.RELOAD:
        climbed = replace(climbed, rung=Rung.RELOAD, tries=1)
    turn.set(recovery=climbed)


def wait_then_perform(turn: Turn, *, at_least: float = 0.0) -> None:
    """Take the rung chosen, after its backoff."""
    state = turn.state
    turn.set(serial=state.serial + 1)
    delay = max(at_least, recovery.backoff(state.policy, state.recovery.failures, state.boot, state.serial))
    if state.recovery.rung is not None and state.recovery.rung >= Rung.RELOAD:
        turn.clear(Timer.PAGE, Timer.HEARTBEAT)
    if delay > 0:
        turn.arm(Timer.BACKOFF, delay)
    else:
        perform(turn)


def perform(turn: Turn) -> None:
    """Do what the chosen rung says; each sets the timer that ends it."""
    turn.clear(Timer.BACKOFF)
    policy = turn.state.policy
    rung = turn.state.recovery.rung
    attempt = turn.state.attempt
    if rung is Rung.RESUME:
        turn.arm(Timer.RUNG, recovery.rung_timeout(policy, Rung.RESUME))
    elif rung is Rung.RECONNECT and attempt is not None:
        turn.set_attempt(connected=False, agent_present=False, agent_ready=False)
        turn.do(SendReconnect(attempt.id))
        turn.arm(Timer.RUNG, recovery.rung_timeout(policy, Rung.RECONNECT))
    elif rung is Rung.RELOAD:
        replace_page(turn, ReloadPage(), policy.reload_timeout)
    elif rung is Rung.REBUILD:
        replace_page(turn, RebuildPage(kill=True), policy.rebuild_timeout)
    elif rung is Rung.RESTART and turn.state.failed_starts >= policy.restart_budget:
        give_up(turn)
    elif rung is Rung.RESTART:
        drop_attempt(turn)
        turn.do(Restart())
        turn.arm(Timer.RUNG, recovery.rung_timeout(policy, Rung.RESTART))
    elif turn.state.page.stage is PageStage.READY:
        new_attempt(turn)
    else:
        replace_page(turn, ReloadPage(), policy.reload_timeout)


def replace_page(turn: Turn, effect: ReloadPage | RebuildPage, timeout: float) -> None:
    """Load a page anew; whatever ran on the old one is over."""
    drop_attempt(turn)
    turn.set(page=Page(), page_used=False)
    turn.clear(Timer.HEARTBEAT, Timer.RECYCLE)
    turn.do(effect)
    turn.arm(Timer.PAGE, timeout)


def drop_attempt(turn: Turn) -> None:
    """Leave the attempt's room and delete it; both are quiet when there is nothing left."""
    attempt = turn.state.attempt
    if attempt is None:
        return
    if turn.state.page.stage is PageStage.READY:
        turn.do(SendDisconnect(attempt.id))
    if attempt.room is not None:
        turn.do(CloseRoom(attempt.room))
    turn.set(attempt=None)


def new_attempt(turn: Turn) -> None:
    """A fresh room and fresh tokens, on the page that is there."""
    drop_attempt(turn)
    state = turn.state
    serial = state.serial + 1
    attempt = Attempt(id=f"{state.boot}-{serial}")
    turn.set(serial=serial, attempt=attempt)
    turn.set_page(distrusts=False)
    turn.do(Mint(attempt.id, state.session.language if state.session else ""))
    turn.arm(Timer.CONNECT, state.policy.credentials_timeout)


def unavailable(turn: Turn, reason: Reason) -> None:
    """What the session needs from outside is not to be had, for `reason`."""
    state = turn.state
    started = state.recovery.started
    patient = (
        state.session is not None
        and state.session.was_live
        and started is not None
        and turn.now - started < state.policy.patience
    )
    if patient and not reason.needs_person:
        turn.clear(*SESSION_TIMERS)
        failures = state.recovery.failures + 1
        turn.set(recovery=replace(state.recovery, rung=Rung.FRESH, tries=1, failures=failures))
        turn.enter(Phase.RECOVERING, reason)
        wait_then_perform(turn, at_least=state.policy.backoff_initial)
        return
    drop_attempt(turn)
    turn.clear(*SESSION_TIMERS)
    turn.set(session=None, recovery=replace(state.recovery, started=None, last_reason=reason))
    out_of_service(turn, reason)


def give_up(turn: Turn) -> None:
    """Nothing helped and the budget is used up: call for a person, and try the whole ladder again, ever more slowly."""
    drop_attempt(turn)
    turn.clear(*SESSION_TIMERS, Timer.PAGE, Timer.HEARTBEAT, Timer.DISPOSE, Timer.LINGER)
    state = turn.state
    left = replace(recovery.proven(state.recovery), started=None)
    turn.set(session=None, pending_start=None, exhausted=state.exhausted + 1, recovery=left)
    out_of_service(turn, Reason.RECOVERY_EXHAUSTED)


def out_of_service(turn: Turn, reason: Reason) -> None:
    """Offline or faulted: say so, and go on asking, in growing steps or slowly."""
    state = turn.state
    turn.clear(Timer.PROBE_ANSWER, Timer.AUTO_START)
    failures = state.probe_failures + 1
    turn.set(probe_failures=failures, serial=state.serial + 1)
    if state.page.stage is not PageStage.READY or reason is Reason.RECOVERY_EXHAUSTED:
        turn.clear(Timer.HEALTH)
    elif Timer.HEALTH not in state.timers:
        # The kiosk itself is well, whatever it lacks from outside.
        turn.arm(Timer.HEALTH, state.policy.idle_health)
    turn.enter(Phase.FAULTED if reason.needs_person else Phase.OFFLINE, reason)
    if reason is Reason.RECOVERY_EXHAUSTED:
        wait = recovery.slow_retry(state.policy, state.exhausted, state.boot, state.serial)
    elif reason.needs_person:
        wait = recovery.ask_again(state.policy, failures)
    else:
        wait = max(1.0, recovery.backoff(state.policy, failures + 1, state.boot, state.serial))
    turn.arm(Timer.PROBE, wait)
