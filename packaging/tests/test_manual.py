"""The manual page names every command and option there is, and no others."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator

import pytest
import typer
from typer.core import TyperGroup

from kiosk.browser.flags import configure_environment
from kiosk.cli import app
from kiosk.config.fields import Field, fields_of
from kiosk.config.secret_sources import variable_name
from kiosk.operations.exit_codes import ExitCode
from tests.support import parts
from tests.support.kiosk_process import PROJECT

PAGE = PROJECT / "packaging" / "man" / "avatar-kiosk.1"


@pytest.fixture(scope="module")
def page() -> str:
    """As one reads it, without bold and underlining."""
    shown = subprocess.run(
        [parts.program("mandoc"), "-T", "ascii", "-O", "width=200", str(PAGE)],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r".\x08", "", shown.stdout)


@pytest.fixture(scope="module")
def commands(page: str) -> str:
    """The section that explains the commands."""
    return page.partition("\nCOMMANDS\n")[2].partition("\nENVIRONMENT\n")[0]


def test_it_is_well_formed() -> None:
    lint = [parts.program("mandoc"), "-T", "lint", "-W", "warning", str(PAGE)]
    assert subprocess.run(lint, capture_output=True, text=True, check=False).stdout == ""


def all_commands() -> dict[str, list[str]]:
    """Every command, `session start`, with the long names of its options."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return dict(_below(group))


def _below(group: TyperGroup, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _below(command, f"{prefix}{name} ")
        else:
            options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
            yield prefix + name, options


def test_every_command_is_explained_with_its_options(commands: str) -> None:
    every = all_commands()
    assert {"run", "session start", "sdk install"} <= every.keys()
    for name, options in every.items():
        explained = re.search(rf"^     {name}\b(.*?)(?=^     \S|\Z)", commands, re.MULTILINE | re.DOTALL)
        assert explained, f"{name} is missing"
        assert [option for option in options if option not in explained[0]] == [], name


def test_the_synopsis_names_every_command_and_no_option_that_does_not_exist(page: str, commands: str) -> None:
    synopsis = page.partition("\nSYNOPSIS\n")[2].partition("\nDESCRIPTION\n")[0]
    every = all_commands()
    for word in {word for name in every for word in name.split()}:
        assert re.search(rf"\b{word}\b", synopsis), word
    known = {"--help", "--version", *(option for options in every.values() for option in options)}
    assert set(re.findall(r"--[a-z]+", synopsis)) | set(re.findall(r"--[a-z]+", commands)) == known


def test_every_exit_code_is_listed(page: str) -> None:
    listed = page.partition("\nEXIT STATUS\n")[2].partition("\nEXAMPLES\n")[0]
    assert {int(code) for code in re.findall(r"^     (\d+)\b", listed, re.MULTILINE)} == set(map(int, ExitCode))


def secrets(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        if field.table is not None:
            yield from secrets(fields_of(field.table, field.name))
        elif field.secret:
            yield variable_name(field.name)


def test_every_secret_of_the_environment_is_listed(page: str) -> None:
    names = set(secrets(fields_of()))
    assert names
    assert {name for name in names if name not in page} == set()


def test_what_is_ignored_is_named(page: str) -> None:
    attempts = dict.fromkeys(("QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_REMOTE_DEBUGGING", "SSLKEYLOGFILE"), "x")
    environ = attempts | {"QTWEBENGINE_DISABLE_SANDBOX": "1"}
    refused = configure_environment("off", environ, root=False).warnings
    assert len(refused) == 4
    assert [warning for warning in refused if warning.split()[0] not in page] == []
