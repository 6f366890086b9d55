"""What the visitor is shown for a state. Pure; sentences are keys of `resources/web/locales`."""

from __future__ import annotations

from typing import Literal

from kiosk.session.messages import Present, Screen
from kiosk.session.model import Phase, State

MicrophoneView = Literal["live", "muted", "silent", "missing", "off"]

_REASON_SPEAKS = frozenset({Phase.ENDING, Phase.OFFLINE, Phase.CLOSED, Phase.FAULTED})
"""Phases in which the reason, not the phase, decides what is said."""


def sentence_for(state: State) -> str:
    """Key of the sentence that tells a visitor, in kind words, what is going on."""
    if state.phase in _REASON_SPEAKS and state.reason is not None:
        return state.reason.value
    return state.phase.value


def present(state: State, microphone: MicrophoneView, now: float) -> Present:
    """The screen for this state. `ends_in` is given only inside the warning time."""
    left = _time_left(state, now)
    attempt = state.attempt
    return Present(
        screen=Screen(state.phase.value),
        sentence=_warning(state) if left is not None else sentence_for(state),
        attempt=attempt.id if attempt else None,
        agent_state=attempt.agent_state if attempt else None,
        microphone=microphone if state.phase.in_session else "off",
        ends_in=left,
    )


def _time_left(state: State, now: float) -> float | None:
    """Seconds until the session ends, inside the warning time."""
    if state.ends_at is None:
        return None
    left = round(max(0.0, state.ends_at - now), 1)
    return left if left <= state.policy.warning else None


def _warning(state: State) -> str:
    """Somebody who is still there can hold off the one end, and nobody the other."""
    session = state.session
    at_maximum = session is not None and state.ends_at == session.started + state.policy.max_duration
    return "max_warning" if at_maximum else "idle_warning"


def same_screen(one: Present | None, other: Present) -> bool:
    """Whether the visitor would see no difference: the page counts `ends_in` down by itself."""
    if one is None or (one.ends_in is None) != (other.ends_in is None):
        return False
    return one.model_copy(update={"ends_in": None}) == other.model_copy(update={"ends_in": None})
