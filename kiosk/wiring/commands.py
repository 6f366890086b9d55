"""What the control socket's commands do to the session."""

from __future__ import annotations

from kiosk.operations.control_client import CommandRefusedError
from kiosk.session import events
from kiosk.session.controller import Controller
from kiosk.session.model import Phase, Reason


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
