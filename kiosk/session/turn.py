"""One turn of the step function: the state being made and the effects being collected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.session.events import Effect
from kiosk.session.model import Attempt, Phase, Reason, State, Timer


@dataclass(slots=True)
class Turn:
    """Mutable only while one `step` runs; `step` is pure to its callers."""

    state: State
    now: float
    effects: list[Effect] = field(default_factory=list)

    def do(self, *effects: Effect) -> None:
        self.effects.extend(effects)

    def set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def set_attempt(self, **changes: Any) -> None:
        if self.state.attempt is not None:
            self.set(attempt=replace(self.state.attempt, **changes))

    def set_session(self, **changes: Any) -> None:
        if self.state.session is not None:
            self.set(session=replace(self.state.session, **changes))

    def set_page(self, **changes: Any) -> None:
        self.set(page=replace(self.state.page, **changes))

    def enter(self, phase: Phase, reason: Reason | None = None) -> None:
        """The only place that assigns a phase."""
        since = self.state.since if self.state.phase is phase else self.now
        self.set(phase=phase, since=since, reason=reason)

    def arm(self, timer: Timer, seconds: float) -> None:
        self.state = self.state.with_timers(**{timer.value: self.now + seconds})

    def clear(self, *timers: Timer) -> None:
        self.state = self.state.with_timers(**{timer.value: None for timer in timers})

    def current(self, attempt: str | None) -> Attempt | None:
        """The running attempt if `attempt` names it: messages of older ones are dropped."""
        running = self.state.attempt
        return running if running is not None and running.id == attempt else None
