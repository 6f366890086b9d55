"""Commands to the running kiosk."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from kiosk.commands.common import Json, ask, print_json
from kiosk.operations.control_client import ControlCommand
from kiosk.operations.status_view import status_rows
from kiosk.operations.terminal import show

STOP_PATIENCE = 5.0
"""Seconds `quit` waits for the kiosk to leave; it takes at most 3."""

app = typer.Typer()
session_app = typer.Typer(help="Start or stop a visitor's session on the running kiosk.", no_args_is_help=True)
app.add_typer(session_app, name="session")


@app.command()
def status(*, as_json: Json = False) -> None:
    """Say how the running kiosk fares."""
    answer = ask(ControlCommand.STATUS)["status"]
    if as_json:
        print_json(answer)
    elif isinstance(answer, dict):
        show(status_rows(answer, datetime.now(UTC)))


@session_app.command("start")
def session_start() -> None:
    """Start a session, as if a visitor had tapped."""
    ask(ControlCommand.START)


@session_app.command("stop")
def session_stop() -> None:
    """End the present session."""
    ask(ControlCommand.STOP)


@app.command()
def reload() -> None:
    """Read the configuration again, as if it had just been saved."""
    ask(ControlCommand.RELOAD)


@app.command("quit")
def quit_kiosk() -> None:
    """End the running kiosk, and wait until it has left."""
    ask(ControlCommand.QUIT, timeout=STOP_PATIENCE, until_closed=True)
