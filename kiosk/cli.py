# ruff: noqa: PLC0415 - every command imports what it needs: `status` must not wait for Qt, nor `init` for LiveKit
"""The `avatar-kiosk` command. Exit codes: see `kiosk.operations.exit_codes`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from kiosk import __version__
from kiosk.operations.control_client import ControlCommand, ControlError, NoKioskError, request, socket_path
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.microphones_view import listing_rows
from kiosk.operations.status_view import status_rows
from kiosk.operations.terminal import show

if TYPE_CHECKING:
    from kiosk.audio.listing import MicrophoneListing
    from kiosk.config import Loaded
    from kiosk.operations.online_check import Step

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
        from kiosk.startup import run as run_kiosk

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

    loaded = _load(file)
    if not as_json:
        _show_problems(loaded)
    steps: list[Step] = []
    if online and loaded.usable:
        steps = asyncio.run(_check_online(loaded, quiet=as_json))
    if as_json:
        problems = [problem_json(loaded, problem) for problem in in_order(loaded)]
        _print_json([*problems, *(step.to_json() for step in steps)])
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
            _fail(f"{path} is there already; --force overwrites it.")
        _fail(f"{path} cannot be written: {error.strerror or error}.")
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
        _fail("There is no terminal to ask on; a script gives the PIN with --stdin.", ExitCode.USAGE)
    try:
        set_pin_in(file, os.environ, sys.stdin if from_stdin else None)
    except PinError as error:
        _fail(str(error))


@app.command()
def microphones(*, as_json: Json = False) -> None:
    """List the microphones, and which one the configuration means."""
    listing = _listing_of_running_kiosk() or _listing_by_probe()
    if as_json:
        _print_json(listing)
    else:
        show(listing_rows(listing))


@app.command()
def doctor(file: ConfigArgument = None, *, as_json: Json = False) -> None:
    """Look at this machine and the kiosk on it, and say what to do about what is bad. Takes some seconds."""
    from kiosk.browser.flags import configure_environment
    from kiosk.operations.doctor.command import diagnose

    if not diagnose(file, os.environ, lambda *start: configure_environment(*start).argv, as_json=as_json):
        raise typer.Exit(ExitCode.FAILURE)


@app.command()
def report(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The zip to write; without it one in this folder.")
    ] = None,
) -> None:
    """Write what whoever helps you needs to know, without secrets, into a zip."""
    from kiosk.operations.bug_report import members, write_zip
    from kiosk.operations.collect import collect

    path = file or Path(f"avatar-kiosk-report-{datetime.now().astimezone():%Y%m%d-%H%M%S}.zip")
    findings, scrub = collect(os.environ)
    try:
        write_zip(path, members(findings), scrub)
    except FileExistsError:
        _fail(f"{path} is there already.")
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror or error}.")
    typer.echo(f"{path} is written.")
    if findings.answer is None:
        typer.echo(f"{findings.silence} The report holds what is left on the disk.")
    if findings.transcript is not None:
        typer.echo("log.transcripts is on: the report holds what people have said lately.")


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
    """Read the configuration again, as if it had just been saved."""
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


def _load(file: Path | None) -> Loaded:
    from kiosk.config import find_config, load_settings

    return load_settings(find_config(file, os.environ), os.environ)


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

    credentials = build_credentials(loaded.settings, time.time)
    steps: list[Step] = []
    try:
        async for step in check_online(credentials, loaded.settings.session.agent_timeout):
            steps.append(step)
            if not quiet:
                show([step.row()])
    finally:
        await credentials.aclose()
    return steps


def _listing_of_running_kiosk() -> MicrophoneListing | None:
    try:
        answer = request(socket_path(os.environ), ControlCommand.MICROPHONES)
    except NoKioskError:
        return None
    except ControlError as error:
        _fail(str(error))
    return cast("MicrophoneListing", answer)


def _listing_by_probe() -> MicrophoneListing:
    from kiosk.audio.listing import microphone_listing
    from kiosk.operations.microphones import ProbeError, probe_microphones

    loaded = _load(None)
    if loaded.problems:
        typer.echo(f"{loaded.path} has problems; see: avatar-kiosk check", err=True)
    try:
        probed = probe_microphones(os.environ)
    except ProbeError as error:
        _fail(str(error))
    if probed.problem not in (None, "NotFoundError"):  # that one means: there is none, which the listing says
        typer.echo(f"Chromium could not open a microphone ({probed.problem}).", err=True)
    return microphone_listing(loaded.settings.microphone.device, probed.qt, probed.chromium)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(sentence: str, code: ExitCode = ExitCode.FAILURE) -> NoReturn:
    typer.echo(f"avatar-kiosk: {sentence}", err=True)
    raise typer.Exit(code)
