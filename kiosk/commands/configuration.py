"""Commands about the configuration file."""
# ruff: noqa: PLC0415 - see `kiosk.commands`

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.common import ConfigArgument, Json, fail, load, print_json
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.terminal import show

if TYPE_CHECKING:
    from kiosk.config import Loaded
    from kiosk.operations.online_check import Step

app = typer.Typer()


@app.command()
def check(
    file: ConfigArgument = None,
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Also try the server, the tokens, a room and the agent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say everything that is wrong with the configuration."""
    from kiosk.operations.problems_view import in_order, problem_json

    loaded = load(file)
    if not as_json:
        _show_problems(loaded)
    steps: list[Step] = []
    if online and loaded.usable:
        steps = asyncio.run(_check_online(loaded, quiet=as_json))
    if as_json:
        problems = [problem_json(loaded, problem) for problem in in_order(loaded)]
        print_json([*problems, *(step.to_json() for step in steps)])
    if not loaded.usable:
        raise typer.Exit(ExitCode.CONFIGURATION)
    if any(step.failed for step in steps):
        raise typer.Exit(ExitCode.FAILURE)


@app.command()
def init(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where; without it in your folder.")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a configuration file in which every setting is explained."""
    from kiosk.config import user_config_file
    from kiosk.config.paths import schema_file
    from kiosk.config.template import template

    path = file or user_config_file()
    schema = schema_file()
    text = template(schema.as_uri() if schema.is_file() else None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It will hold secrets: for its owner alone, from the first moment on.
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        if path.is_file() and not force:
            fail(f"{path} is there already; --force overwrites it.")
        fail(f"{path} cannot be written: {error.strerror or error}.")
    typer.echo(f"{path} is written. Every setting in it is optional; check it with: avatar-kiosk check {path}")


@app.command("set-pin")
def set_pin(
    file: ConfigArgument = None,
    *,
    from_stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the PIN from the first line of the standard input.")
    ] = False,
) -> None:
    """Set the PIN of the admin corner."""
    from kiosk.operations.set_pin import PinError
    from kiosk.operations.set_pin_command import set_pin_in

    if not from_stdin and not sys.stdin.isatty():
        fail("There is no terminal to ask on; a script gives the PIN with --stdin.", ExitCode.USAGE)
    try:
        set_pin_in(file, os.environ, sys.stdin if from_stdin else None)
    except PinError as error:
        fail(str(error))


def _show_problems(loaded: Loaded) -> None:
    from kiosk.config import user_config_file
    from kiosk.operations.problems_view import show_problems

    if loaded.path is None and not loaded.problems:
        typer.echo(f"No configuration file: demo mode. Write one with: avatar-kiosk init ({user_config_file()})")
    else:
        show_problems(loaded)


async def _check_online(loaded: Loaded, *, quiet: bool) -> list[Step]:
    """Whether a session would get all it needs; each step is printed as soon as it is done, unless `quiet`."""
    if loaded.settings.demo:
        if not quiet:
            typer.echo("Demo mode needs nothing from outside.")
        return []
    from kiosk.credentials import build_credentials
    from kiosk.operations.online_check import check_online
    from kiosk.wiring.packages import generation_for

    giver = generation_for(loaded.settings).session_tokens
    credentials = build_credentials(loaded.settings, time.time, session_tokens=giver)
    steps: list[Step] = []
    try:
        async for step in check_online(credentials, loaded.settings.session.agent_timeout):
            steps.append(step)
            if not quiet:
                show([step.row()])
    finally:
        await credentials.aclose()
    return steps
