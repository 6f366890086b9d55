"""The controller's state as `status --json`. Pure but for the two clocks it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk import __version__
from kiosk.config import Problem, Settings
from kiosk.operations.status import (
    AvatarStatus,
    ConfigStatus,
    LiveKitStatus,
    MicrophoneStatus,
    PageStatus,
    ProblemStatus,
    RecoveryStatus,
    SessionStatus,
    Status,
)
from kiosk.session.microphone import MicrophoneKeeper
from kiosk.session.model import PageStage, Phase, Reason, State
from kiosk.wiring.values import ranked


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the state itself does not know. `now` is its monotonic clock, `wall` the same moment in UTC."""

    now: float
    wall: datetime
    settings: Settings
    path: Path | None
    loaded: datetime | None
    problems: tuple[Problem, ...]
    pending: tuple[str, ...]
    """Changed keys that wait for a restart."""
    renderer_pid: int
    sdk: str
    sdk_cause: str
    sentence: str | None


def status_of(state: State, microphone: MicrophoneKeeper, around: Surroundings) -> Status:
    def moment(at: float) -> datetime:
        return around.wall - timedelta(seconds=around.now - at)

    session, attempt, page, recovery = state.session, state.attempt, state.page, state.recovery
    beat = page.last_beat
    return Status(
        version=__version__,
        state=state.phase.value,
        since=moment(state.since),
        reason=_reason(state, around),
        sentence=around.sentence or _advice(state),
        session=SessionStatus(
            id=session.id if session else None,
            room=attempt.room if attempt else None,
            attempt=attempt.id if attempt else None,
            started=moment(session.started) if session else None,
            agent_state=attempt.agent_state if attempt else None,
        ),
        microphone=_microphone(microphone, around, in_session=state.phase.in_session),
        avatar=AvatarStatus(
            sdk=page.sdk or around.sdk,
            loaded=page.stage is PageStage.READY,
            frames_per_second=page.frames_per_second if state.phase is Phase.LIVE else None,
        ),
        recovery=RecoveryStatus(
            count=recovery.count,
            last_reason=recovery.last_reason.value if recovery.last_reason else None,
            last_ms=recovery.last_ms,
            rung=recovery.rung.word if recovery.rung is not None and recovery.started is not None else None,
        ),
        config=ConfigStatus(
            path=str(around.path) if around.path else None,
            loaded=around.loaded,
            problems=tuple(_problem(problem) for problem in around.problems),
            restart_needed=around.pending,
        ),
        page=PageStatus(
            heartbeat_ms=None if beat is None else round((around.now - beat) * 1000),
            renderer_pid=around.renderer_pid or None,
            chromium=page.chromium or None,
        ),
        livekit=LiveKitStatus(
            url=(attempt.url if attempt else None) or around.settings.livekit.url,
            client=page.livekit_client or None,
        ),
    )


def _reason(state: State, around: Surroundings) -> str | None:
    if state.reason is not None:
        return state.reason.value
    if state.page.fallback_cause or around.sdk_cause:
        return "avatar_fallback"
    return None


def _advice(state: State) -> str | None:
    """What the operator should know where no service has said what is wrong."""
    if state.reason is Reason.CERTIFICATE_REFUSED:
        return (
            "The browser refuses the LiveKit server's certificate. Check its expiry and its name. If it is signed by "
            "an authority of your own, make that known to the browser, too, as the user who runs the kiosk: "
            "`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n lobby -i authority.pem`. Then start the kiosk again."
        )
    if state.reason is not Reason.RECOVERY_EXHAUSTED:
        return None
    last = state.recovery.last_reason
    why = f"The last trouble was {last.value}. " if last else ""
    return (
        f"Nothing helped: neither a new connection, nor a new page, nor starting again. {why}"
        "It is tried again every few minutes. Look at the log, or send somebody an `avatar-kiosk report`."
    )


def _microphone(keeper: MicrophoneKeeper, around: Surroundings, *, in_session: bool) -> MicrophoneStatus:
    wish = list(around.settings.microphone.device)
    device = keeper.in_use if in_session else keeper.would_use()
    view = keeper.view(around.now) if in_session else ("off" if device else "missing")
    return MicrophoneStatus(
        wanted=wish[0] if len(wish) == 1 else wish,
        active=ranked([device])[0].name if device else None,
        state=view,
        level=keeper.level if in_session else None,
    )


def _problem(problem: Problem) -> ProblemStatus:
    return ProblemStatus(
        line=problem.line,
        column=problem.column,
        key=problem.key,
        value=problem.value,
        expected=problem.expected,
        suggestion=problem.suggestion or None,
        message=problem.message,
    )


def utc_now() -> datetime:
    return datetime.now(UTC)
