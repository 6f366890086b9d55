"""What several commands share: their arguments, how they ask the running kiosk, how they answer and fail."""
# ruff: noqa: PLC0415 - see `kiosk.commands`

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kiosk.operations.control_client import ControlCommand, ControlError, request, socket_path
from kiosk.operations.exit_codes import ExitCode

if TYPE_CHECKING:
    from kiosk.config import Loaded

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
ConfigArgument = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="Configuration file; without it the one the kiosk would take.")
]


def ask(command: ControlCommand, timeout: float = 5.0, *, until_closed: bool = False) -> dict[str, object]:
    """The running kiosk's answer; without one the command fails. For the arguments see `control_client.request`."""
    try:
        return request(socket_path(os.environ), command, timeout, until_closed=until_closed)
    except ControlError as error:
        fail(str(error))


def load(file: Path | None) -> Loaded:
    """The configuration that the kiosk would take, or `file`."""
    from kiosk.config import find_config, load_settings

    return load_settings(find_config(file, os.environ), os.environ)


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def fail(sentence: str, code: ExitCode = ExitCode.FAILURE) -> NoReturn:
    """End the command with `code`; `sentence` says what went wrong and what to do."""
    typer.echo(f"avatar-kiosk: {sentence}", err=True)
    raise typer.Exit(code)
