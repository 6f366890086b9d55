# ruff: noqa: PLC0415 - every command imports what it needs: `status` must not wait for Qt, nor `init` for LiveKit
"""The `avatar-kiosk` command. Exit codes: see `kiosk.operations.exit_codes`."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kiosk import __version__
from kiosk.operations.control_client import ControlCommand, ControlError, request, socket_path
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.status_view import status_rows
from kiosk.operations.terminal import show

if TYPE_CHECKING:
    pass

STOP_PATIENCE = 5.0
"""Seconds `quit` waits for the kiosk to leave; it takes at most 3."""

app = typer.Typer(
    help="A lobby screen on which visitors talk with a life-like avatar. Without a command it runs the kiosk.",
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and some of those are secrets
    context_settings={"help_option_names": ["-h", "--help"]},
)
session_app = typer.Typer(help="Start or stop a visitor's session on the running kiosk.", no_args_is_help=True)
app.add_typer(session_app, name="session")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
ConfigArgument = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="Configuration file; without it the one the kiosk would take.")
]


def main() -> None:
    """Entry point of the installed command and of `python -m kiosk`."""
    app(args=with_default_command(sys.argv[1:]), prog_name="avatar-kiosk")


def with_default_command(arguments: Sequence[str]) -> list[str]:
    """`run` is meant when no command is named: `avatar-kiosk`, `avatar-kiosk --demo`."""
    first = arguments[0] if arguments else "--"
    names_no_command = first.startswith("-") and first not in {"--version", "--help", "-h"}
    return ["run", *arguments] if names_no_command else list(arguments)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if asked:
        typer.echo(f"avatar-kiosk {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say it.")] = False,
) -> None:
    pass


@app.command()
def run(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Configuration file to use.")] = None,
    windowed: Annotated[
        str | None,
        typer.Option(metavar="WxH", help="Show a window of this size in pixels instead of the whole screen."),
    ] = None,
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Run without a server: the avatar repeats what it hears.")
    ] = False,
) -> None:
    """Run the kiosk (this is what happens without a command)."""
    size = _size(windowed)
    from kiosk.operations.single_instance import AlreadyRunningError, claim

    try:
        instance = claim(socket_path(os.environ))
    except AlreadyRunningError as error:
        _fail(str(error), ExitCode.ALREADY_RUNNING)
    except OSError as error:
        _fail(f"The kiosk cannot make sure that it is the only one: {error}")
    try:
        from kiosk.app import RunOptions
        from kiosk.app import run as run_kiosk

        code = run_kiosk(RunOptions(config=config, demo=demo, windowed=size))
    finally:
        instance.release()
    raise typer.Exit(code)


@app.command()
def status(*, as_json: Json = False) -> None:
    """Say how the running kiosk fares."""
    answer = _ask(ControlCommand.STATUS)["status"]
    if as_json:
        _print_json(answer)
    elif isinstance(answer, dict):
        show(status_rows(answer, datetime.now(UTC)))


@session_app.command("start")
def session_start() -> None:
    """Start a session, as if a visitor had tapped."""
    _ask(ControlCommand.START)


@session_app.command("stop")
def session_stop() -> None:
    """End the present session."""
    _ask(ControlCommand.STOP)


@app.command()
def reload() -> None:
    """Load the kiosk's page anew."""
    _ask(ControlCommand.RELOAD)


@app.command("quit")
def quit_kiosk() -> None:
    """End the running kiosk, and wait until it has left."""
    _ask(ControlCommand.QUIT, timeout=STOP_PATIENCE, until_closed=True)


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text)
    if not match:
        raise typer.BadParameter(f"{text!r} is not a size; write width x height in pixels, such as 1080x1920.")
    return int(match[1]), int(match[2])


def _ask(command: ControlCommand, timeout: float = 5.0, *, until_closed: bool = False) -> dict[str, object]:
    try:
        return request(socket_path(os.environ), command, timeout, until_closed=until_closed)
    except ControlError as error:
        _fail(str(error))


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(sentence: str, code: ExitCode = ExitCode.FAILURE) -> NoReturn:
    typer.echo(f"avatar-kiosk: {sentence}", err=True)
    raise typer.Exit(code)
