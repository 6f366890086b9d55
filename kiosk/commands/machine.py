"""Commands that look at this machine."""
# ruff: noqa: PLC0415 - see `kiosk.commands`

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from kiosk.commands.common import ConfigArgument, Json, fail, load, print_json
from kiosk.operations.control_client import ControlCommand, ControlError, NoKioskError, request, socket_path
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.microphones_view import listing_rows
from kiosk.operations.terminal import show

if TYPE_CHECKING:
    from kiosk.audio.listing import MicrophoneListing

app = typer.Typer()


@app.command()
def microphones(*, as_json: Json = False) -> None:
    """List the microphones, and which one the configuration means."""
    listing = _listing_of_running_kiosk() or _listing_by_probe()
    if as_json:
        print_json(listing)
    else:
        show(listing_rows(listing))


@app.command()
def doctor(file: ConfigArgument = None, *, as_json: Json = False) -> None:
    """Look at this machine and the kiosk on it, and say what to do about what is bad. Takes some seconds."""
    from kiosk.browser.flags import configure_environment
    from kiosk.operations.doctor.command import diagnose
    from kiosk.wiring.packages import generation_for

    if not diagnose(
        file,
        os.environ,
        lambda *start: configure_environment(*start).argv,
        lambda settings: generation_for(settings).session_tokens,
        as_json=as_json,
    ):
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
        fail(f"{path} is there already.")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror or error}.")
    typer.echo(f"{path} is written.")
    if findings.answer is None:
        typer.echo(f"{findings.silence} The report holds what is left on the disk.")
    if findings.transcript is not None:
        typer.echo("log.transcripts is on: the report holds what people have said lately.")


def _listing_of_running_kiosk() -> MicrophoneListing | None:
    try:
        answer = request(socket_path(os.environ), ControlCommand.MICROPHONES)
    except NoKioskError:
        return None
    except ControlError as error:
        fail(str(error))
    return cast("MicrophoneListing", answer)


def _listing_by_probe() -> MicrophoneListing:
    from kiosk.audio.listing import microphone_listing
    from kiosk.operations.microphones import ProbeError, probe_microphones

    loaded = load(None)
    if loaded.problems:
        typer.echo(f"{loaded.path} has problems; see: avatar-kiosk check", err=True)
    try:
        probed = probe_microphones(os.environ)
    except ProbeError as error:
        fail(str(error))
    if probed.problem not in (None, "NotFoundError"):  # that one means: there is none, which the listing says
        typer.echo(f"Chromium could not open a microphone ({probed.problem}).", err=True)
    return microphone_listing(loaded.settings.microphone.device, probed.qt, probed.chromium)
