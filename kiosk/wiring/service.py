"""What the service manager is told: readiness, signs of life, and in words how the kiosk fares.

A sign of life is the page's heartbeat, handed on at once, so that a page which hangs while nobody does anything about
it ends the process, and so does an event loop that hangs. Two silences of the page are none of these, and the loop
speaks for it then: while the session replaces the page (reload, rebuild, backoff; up to minutes without a heartbeat,
each step under a deadline, their number under a budget), and while it is out of service and tries again after a
pause. `covered` says when: the phase is one of those, and the deadline it waits for is not overdue. That keeps
`WatchdogSec=` independent of how long the configuration lets a step take, where a single WATCHDOG=1 for each step, or
another limit by `WATCHDOG_USEC=`, would have to be longer than the longest step, and a loop that hangs in it would go
unnoticed for as long.

Before READY=1 there is no watchdog but `TimeoutStartSec=`: the same signs of life then ask for more time, so that an
avatar may come over a slow line. A shutdown is done within seconds and asks for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kiosk.operations.notify import ServiceNotifier
from kiosk.session.model import Phase, Reason, State

LONGEST_PAUSE = 10.0
"""Seconds between two signs of life at the most; less where the watchdog's limit is short."""
MORE_TIME = 60.0
"""Seconds for which each sign of life before READY=1 asks."""
OVERDUE = 5.0
"""Seconds by which a busy machine may be late with a deadline."""

WITHOUT_PAGE = frozenset({Phase.STARTING, Phase.RECOVERING, Phase.ENDING, Phase.OFFLINE, Phase.FAULTED})
"""Where the page may be silent because it is being replaced, or because there is none."""

_PHASES = {
    Phase.STARTING: "Starting",
    Phase.IDLE: "Idle, waiting for a visitor",
    Phase.CONNECTING: "Connecting a visitor",
    Phase.LIVE: "Live, a visitor talks with the avatar",
    Phase.RECOVERING: "Recovering a conversation",
    Phase.ENDING: "Ending a conversation",
    Phase.OFFLINE: "Offline",
    Phase.CLOSED: "Closed",
    Phase.FAULTED: "Faulted",
}
_ADVICE = {
    Phase.OFFLINE: ", trying again",
    Phase.FAULTED: ", a person is needed; trying again slowly",
}
_REASONS = {
    Reason.VISITOR: "the visitor has ended it",
    Reason.COMMAND: "a command has ended it",
    Reason.IDLE_TIMEOUT: "nobody has spoken for a while",
    Reason.MAX_DURATION: "it has lasted as long as it may",
    Reason.AGENT_LEFT: "the agent has left",
    Reason.AGENT_MISSING: "no agent has come",
    Reason.AGENT_GONE: "the agent has gone",
    Reason.ROOM_ENDED: "the server has ended it",
    Reason.SHUTDOWN: "the kiosk is leaving",
    Reason.RECONFIGURED: "the configuration has changed",
    Reason.OUTSIDE_HOURS: "outside the opening hours",
    Reason.SERVER_UNREACHABLE: "the LiveKit server cannot be reached",
    Reason.CREDENTIALS_REFUSED: "the LiveKit server refuses the credentials",
    Reason.ENDPOINT_UNAVAILABLE: "the token endpoint cannot be reached",
    Reason.ENDPOINT_REFUSED: "the token endpoint refuses the kiosk",
    Reason.ENDPOINT_INVALID: "the token endpoint's answer makes no sense",
    Reason.CERTIFICATE_REFUSED: "the browser refuses the LiveKit server's certificate",
    Reason.LIVEKIT_VERSION: "the page has the wrong livekit-client",
    Reason.CONFIGURATION: "the configuration has problems",
    Reason.SESSION_TOKEN_UNAVAILABLE: "the avatar's platform cannot be reached",
    Reason.SESSION_TOKEN_REFUSED: "the avatar's platform refuses the credentials",
    Reason.STALLED: "the avatar stands still",
    Reason.FRAMES_STOPPED: "the avatar stands still",
    Reason.SOUND_STOPPED: "the agent's voice is lost",
    Reason.IDENTITY_TAKEN: "somebody else has joined the room as this kiosk",
    Reason.CONNECTION_LOST: "the connection is interrupted",
    Reason.CONNECTION_CLOSED: "the connection is lost",
    Reason.CONNECTION_FAILED: "no connection comes about",
    Reason.PUBLISH_FAILED: "the microphone cannot be published",
    Reason.CREDENTIALS_SILENT: "no token comes in time",
    Reason.PAGE_SILENT: "the page hangs",
    Reason.PAGE_WIPED: "the page was wiped",
    Reason.PAGE_FAILED: "the page does not load",
    Reason.RENDERER_GONE: "the page's process is gone",
    Reason.CONTEXT_LOST: "the graphics are lost",
    Reason.AVATAR_FAILED: "the avatar does not load",
    Reason.RECOVERY_EXHAUSTED: "no remedy has helped",
    Reason.RECYCLED: "a fresh page for a worn one",
}


def words(state: State) -> str:
    """How the kiosk fares, for `systemctl status`; begins with the state's name."""
    reason = state.reason
    cause = f": {_REASONS.get(reason, reason.value.replace('_', ' '))}" if reason else ""
    return f"{_PHASES[state.phase]}{cause}{_ADVICE.get(state.phase, '')}"


def covered(state: State, now: float) -> bool:
    """Whether the page may be silent: the session deals with it, and is not late. `now`: the state's clock."""
    deadline = state.next_deadline()
    return state.phase in WITHOUT_PAGE and deadline is not None and now < deadline + OVERDUE


class ServiceReports:
    """Tells the service manager, from the first state to the end of the process."""

    def __init__(self, notifier: ServiceNotifier, state: Callable[[], State], now: Callable[[], float]) -> None:
        """`now`: the clock of the states."""
        self._notifier = notifier
        self._state = state
        self._now = now
        self._ready = False
        limit = notifier.watchdog_interval
        self._every = LONGEST_PAUSE if limit is None else min(LONGEST_PAUSE, limit / 3)
        self._last_sign = float("-inf")

    def changed(self, state: State) -> None:
        """The phase, or the reason for it, is another one."""
        if not self._ready and state.phase is not Phase.STARTING:
            self._ready = True
            self._notifier.ready(words(state))
        else:
            self._notifier.status(words(state))

    def page_lives(self) -> None:
        """A heartbeat of the page."""
        if self._now() - self._last_sign >= self._every:
            self._sign()

    async def speak_for_page(self) -> None:
        """For ever: a sign of life whenever one is due and the page is silent with good reason."""
        while True:
            await asyncio.sleep(self._every)
            if covered(self._state(), self._now()):
                self.page_lives()

    def stopping(self) -> None:
        """Shutdown has begun."""
        self._notifier.stopping()

    def _sign(self) -> None:
        self._last_sign = self._now()
        if self._ready:
            self._notifier.watchdog()
        else:
            self._notifier.more_time(MORE_TIME)
