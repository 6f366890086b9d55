"""A bench for the step function: one state, a clock of its own, and what has been asked for so far."""

from __future__ import annotations

from typing import TypeVar

from kiosk.session import events, messages
from kiosk.session.events import Effect, Event
from kiosk.session.messages import ConnectionState
from kiosk.session.model import Phase, Policy, State, initial
from kiosk.session.step import step

E = TypeVar("E", bound=Effect)
PAGE = 1
FEATURES = messages.Features(webgl2=True, encoded_transforms=True)


class Bench:
    def __init__(self, policy: Policy | None = None, *, demo: bool = False, failed_starts: int = 0) -> None:
        self.now = 1000.0
        self.state: State = initial("boot", policy or Policy(), demo=demo, now=self.now, failed_starts=failed_starts)
        self.effects: list[Effect] = []
        self._beat_at = self.now + 1.0

    def feed(self, *happened: Event) -> None:
        for event in happened:
            self.state, effects = step(self.state, event, self.now)
            self.effects.extend(effects)

    def take(self, kind: type[E]) -> list[E]:
        """The effects of this kind so far; they are forgotten."""
        taken = [effect for effect in self.effects if isinstance(effect, kind)]
        self.effects = [effect for effect in self.effects if not isinstance(effect, kind)]
        return taken

    def wait(self, seconds: float, *, beating: bool = True) -> None:
        """Let time pass, tick by tick as the controller would, with a page that beats unless told otherwise."""
        end = self.now + seconds
        while True:
            deadline = self.state.next_deadline()
            beat_at = max(self._beat_at, self.now) if beating else end
            at = min(end, beat_at, end if deadline is None else max(deadline, self.now))
            self.now = at
            if beating and at >= beat_at:
                self._beat_at = at + 1.0
                self.beat()
            self.feed(events.Tick())
            if at >= end:
                return

    def beat(self, **fields: object) -> None:
        self.feed(messages.Heartbeat.model_validate({"page": PAGE, "type": "heartbeat", **fields}))

    # --- shortcuts to the usual places ---------------------------------------------------------------------

    def page_up(self, version: str = "2.16.1") -> None:
        self.feed(
            messages.Hello(page=PAGE, v=1, livekit_client=version, chromium="140", features=FEATURES),
            messages.Prepared(page=PAGE, sdk="builtin"),
        )

    def idle(self) -> None:
        self.feed(events.Began())
        self.page_up()
        self.feed(events.Probed())
        assert self.state.phase is Phase.IDLE
        self.effects.clear()

    @property
    def attempt(self) -> str:
        assert self.state.attempt is not None
        return self.state.attempt.id

    def tap(self) -> None:
        self.feed(messages.Intent(page=PAGE, action="start"))

    def grant(self, *, lifetime: float = 300.0) -> None:
        self.feed(events.Granted(self.attempt, "ws://server", f"room-{self.attempt}", lifetime, 0.0))

    def connection(self, state: ConnectionState) -> None:
        self.feed(messages.ConnectionStateChanged(page=PAGE, attempt=self.attempt, state=state))

    def agent(self, *, present: bool = True, audible: bool = True, state: str | None = "listening") -> None:
        self.feed(messages.Agent(page=PAGE, attempt=self.attempt, present=present, audible=audible, state=state))

    def join(self) -> None:
        self.grant()
        self.connection(ConnectionState.CONNECTED)
        self.agent()

    def live(self) -> None:
        self.idle()
        self.tap()
        self.join()
        assert self.state.phase is Phase.LIVE
        self.effects.clear()

    def player(self, event: str, reason: int | None = None) -> None:
        self.feed(
            messages.PlayerEvent.model_validate(
                {"page": PAGE, "attempt": self.attempt, "event": event, "reason": reason, "type": "player-event"}
            )
        )

    def failed(self, operation: messages.Operation, *, status: int | None = None) -> None:
        error = messages.PageError(name="Error", message="it broke", status=status)
        self.feed(messages.OperationFailed(page=PAGE, operation=operation, error=error, attempt=self.attempt))
