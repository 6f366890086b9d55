"""The `avatar-kiosk` command. Exit codes: see `kiosk.operations.exit_codes`."""
# ruff: noqa: PLC0415 - see `kiosk.commands`

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kiosk import __version__
from kiosk.commands import configuration, machine, running, sdk
from kiosk.commands.common import fail
from kiosk.operations.control_client import socket_path
from kiosk.operations.exit_codes import ExitCode

app = typer.Typer(
    help="A lobby screen on which visitors talk with a life-like avatar. Without a command it runs the kiosk.",
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and some of those are secrets
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(running.app)
app.add_typer(configuration.app)
app.add_typer(machine.app)
app.add_typer(sdk.app)


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
        fail(str(error), ExitCode.ALREADY_RUNNING)
    except OSError as error:
        fail(f"The kiosk cannot make sure that it is the only one: {error}")
    try:
        from kiosk.app import RunOptions
        from kiosk.startup import run as run_kiosk

        code = run_kiosk(RunOptions(config=config, demo=demo, windowed=size))
    finally:
        instance.release()
    raise typer.Exit(code)


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text)
    if not match:
        raise typer.BadParameter(f"{text!r} is not a size; write width x height in pixels, such as 1080x1920.")
    return int(match[1]), int(match[2])
