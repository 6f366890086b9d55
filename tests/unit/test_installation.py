"""Where the kiosk finds its own things, however it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.installation import part_command, resources_folder, run_part, system_environment


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)


def test_a_clone_keeps_its_resources_beside_the_package() -> None:
    assert (resources_folder() / "web" / "index.html").is_file()
    assert (resources_folder() / "schema" / "avatar-kiosk.schema.json").is_file()


def test_a_wheel_brings_its_resources_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "kiosk"
    (package / "resources").mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    assert resources_folder(package) == package / "resources"


def test_a_helper_is_a_module_of_this_python() -> None:
    done = subprocess.run([*part_command("kiosk"), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("avatar-kiosk ")


def test_a_frozen_program_is_its_own_helper() -> None:
    start = "import sys; from kiosk.installation import run_part; assert run_part(sys.argv[1:])"
    arguments = ("--part", "kiosk.config.json_schema")
    done = subprocess.run([sys.executable, "-c", start, *arguments], capture_output=True, text=True, check=True)
    assert '"$schema"' in done.stdout


@pytest.mark.usefixtures("frozen")
def test_a_frozen_program_starts_itself_as_a_helper() -> None:
    assert part_command("kiosk.config.json_schema") == (sys.executable, "--part", "kiosk.config.json_schema")


@pytest.mark.parametrize("arguments", ["", "run", "--part", "--part http.server", "run --part kiosk.x"])
def test_other_arguments_are_for_the_command(arguments: str) -> None:
    assert not run_part(arguments.split())


@pytest.mark.usefixtures("frozen")
def test_the_systems_programs_load_their_own_libraries() -> None:
    environ = {"LD_LIBRARY_PATH": "/opt/avatar-kiosk", "LD_LIBRARY_PATH_ORIG": "/opt/site", "HOME": "/home/x"}
    assert system_environment(environ) == {"LD_LIBRARY_PATH": "/opt/site", "HOME": "/home/x"}
    assert system_environment({"LD_LIBRARY_PATH": "/opt/avatar-kiosk"}) == {}


def test_from_source_the_environment_stays() -> None:
    assert system_environment({"LD_LIBRARY_PATH": "/opt/site"}) == {"LD_LIBRARY_PATH": "/opt/site"}
