"""Commands about the vendor's packages."""
# ruff: noqa: PLC0415 - see `kiosk.commands`

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.common import Json, fail, load, print_json
from kiosk.operations.control_client import ControlCommand, ControlError, NoKioskError, request, socket_path
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.terminal import show

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.sdk.install import Order
    from kiosk.sdk.overview import Overview
    from kiosk.sdk.store import Store

app = typer.Typer()
sdk_app = typer.Typer(
    help="Install the vendor's packages for the avatar, or say what is installed.", no_args_is_help=True
)
app.add_typer(sdk_app, name="sdk")

ConfigOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Configuration file; without it the one the kiosk would take.")
]


@sdk_app.command("install")
def install(
    places: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="FOLDER_OR_TARBALL...",
            help="Take them from a folder that holds node_modules or tarballs, or from tarballs; needs no internet.",
        ),
    ] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE", hidden=True)] = None,
    config: ConfigOption = None,
    *,
    back: Annotated[bool, typer.Option("--back", help="Go back to the packages that were installed before.")] = False,
) -> None:
    """Fetch the packages that avatar.packages names with npm, try them, and switch to them."""
    if more and not places:
        raise typer.BadParameter("Files and folders are named behind --from.")
    if back and places:
        raise typer.BadParameter("--back takes what is here, --from brings something else: give one of them.")
    settings = _settings(config)
    from kiosk.sdk.install import Order, go_back
    from kiosk.sdk.problem import SdkError

    store = _store()
    try:
        if back:
            go_back(store)
        else:
            _install(Order(settings.avatar.packages, (*(places or ()), *(more or ()))), store)
    except SdkError as error:
        fail(str(error))
    show(_overview(store, _settings(config)).rows())  # read anew: that packages are there decides what avatar.sdk is
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        typer.echo("This is root's own installation: a kiosk that runs as another user does not see it.", err=True)
    _tell_running_kiosk()


@sdk_app.command("show")
def show_sdk(config: ConfigOption = None, *, as_json: Json = False) -> None:
    """Say which packages are installed, since when, from where, and whether they are used."""
    overview = _overview(_store(), load(config).settings)
    if as_json:
        print_json(overview.to_json())
    else:
        show(overview.rows())


def _install(order: Order, store: Store) -> None:
    from rich.console import Console

    from kiosk.sdk.install import Workshop, install

    with Console(stderr=True).status("") as status:  # on a terminal only
        install(order, Workshop(store, _own_modules(), os.environ, status.update, lambda: datetime.now(UTC)))


def _settings(config: Path | None) -> Settings:
    """The settings, if they tell what to install: nothing else is installed in place of what cannot be read."""
    loaded = load(config)
    if problem := next((one for one in loaded.problems if one.key in ("", "avatar", "avatar.packages")), None):
        fail(f"{loaded.path}: {problem}", ExitCode.CONFIGURATION)
    return loaded.settings


def _store() -> Store:
    from kiosk.config.paths import sdk_place
    from kiosk.sdk.store import Store

    return Store(sdk_place())


def _own_modules() -> Path:
    from kiosk.installation import resources_folder

    return resources_folder() / "web" / "node_modules"


def _overview(store: Store, settings: Settings) -> Overview:
    from kiosk.sdk.overview import look

    return look(store, _own_modules(), settings.avatar)


def _tell_running_kiosk() -> None:
    """It adopts the packages between two visitors."""
    try:
        request(socket_path(os.environ), ControlCommand.RELOAD)
    except NoKioskError:
        return
    except ControlError as error:
        typer.echo(f"The running kiosk goes on as it is: {error}")
        return
    typer.echo("The running kiosk takes them between two visitors.")
