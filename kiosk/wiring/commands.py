"""What the control socket's commands do to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.operations.control_client import CommandRefusedError, ControlCommand
from kiosk.session import events
from kiosk.session.controller import Controller
from kiosk.session.model import Phase, Reason
from kiosk.wiring.devices import microphones


def start_session(controller: Controller) -> None:
    """Begin a session as a tap would.

    Raises:
        CommandRefusedError: one runs already, or none can start now; why. It is tried again at once all the same.
    """
    state = controller.state
    if state.phase.in_session:
        raise CommandRefusedError("A session is running already.")
    controller.feed(events.StartRequested("command"))
    if state.phase in (Phase.OFFLINE, Phase.FAULTED, Phase.CLOSED):
        why = controller.detail or (state.reason.value if state.reason else "")
        raise CommandRefusedError(f"No session can start now ({state.phase.value}): {why}")


def stop_session(controller: Controller) -> None:
    """End the session.

    Raises:
        CommandRefusedError: there is none.
    """
    if not controller.state.phase.in_session:
        raise CommandRefusedError("No session is running.")
    controller.feed(events.StopRequested(Reason.COMMAND))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Does what the control socket asks for.

    Attributes:
        status: `status --json`.
        recorded: what the flight recorder has for a report.
        wish: the configuration's `microphone.device`.
        controller: the session.
        reload: read the configuration again; raises `CommandRefusedError` when it has problems.
        leave: end the kiosk.
        come_forward: bring the window before all others.
    """

    status: Callable[[], Mapping[str, object]]
    recorded: Callable[[], Mapping[str, object]]
    wish: Callable[[], Sequence[str]]
    controller: Controller
    reload: Callable[[], None]
    leave: Callable[[], None]
    come_forward: Callable[[], None]

    async def answer(self, command: str, _request: Mapping[str, object]) -> Mapping[str, object]:
        """The answer's content, without `ok`; raises `CommandRefusedError` with a sentence when the kiosk says no."""
        match ControlCommand(command):
            case ControlCommand.STATUS:
                return {"status": self.status()}
            case ControlCommand.REPORT:
                return {"status": self.status(), **self.recorded()}
            case ControlCommand.MICROPHONES:
                return {**microphones(self.wish(), self.controller.microphone)}
            case ControlCommand.START:
                start_session(self.controller)
            case ControlCommand.STOP:
                stop_session(self.controller)
            case ControlCommand.RELOAD:
                self.reload()
            case ControlCommand.QUIT:
                self.leave()
            case ControlCommand.RAISE:
                self.come_forward()
        return {}
