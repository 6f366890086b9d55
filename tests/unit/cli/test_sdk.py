"""`avatar-kiosk sdk`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.commands import sdk as subject
from kiosk.config import load_settings
from kiosk.operations.exit_codes import ExitCode
from kiosk.sdk import install as installation
from tests.support.npm_packages import KIT, RTC, NpmPackage, client, first_generation

Say = Callable[[dict[str, object]], list[dict[str, object]]]

APP = 'app_id = "app_1"\navatar_id = "mira"\napi_key = "avatar-key-of-some-length"\n'


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["sdk", *map(str, arguments)], prog_name="avatar-kiosk")


@pytest.fixture(autouse=True)
def _parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk with its own livekit-client, and an engine to which all is well: the real one is tried elsewhere."""
    client().put_into(tmp_path / "own")
    monkeypatch.setattr(subject, "_own_modules", lambda: tmp_path / "own")
    monkeypatch.setattr(subject.os, "geteuid", lambda: 1000, raising=False)
    workshop = installation.Workshop

    def with_engine(*parts: object) -> installation.Workshop:
        return workshop(*parts, check=_loads)  # type: ignore[arg-type]

    monkeypatch.setattr(installation, "Workshop", with_engine)


def _loads(_modules: Sequence[Path], _generation: object, _environ: Mapping[str, str]) -> str:
    return "140.0"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    for one in first_generation():
        one.pack_into(tmp_path / "given")
    return tmp_path / "given"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration the kiosk would take."""
    file = tmp_path / "config" / "avatar-kiosk" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f"[avatar]\n{APP}")
    return file


def shown() -> dict[str, object]:
    answer: dict[str, object] = json.loads(invoke("show", "--json").stdout)
    return answer


def test_nothing_is_installed_at_first_and_it_says_how(config: Path) -> None:
    result = invoke("show")
    assert result.exit_code == ExitCode.OK
    assert "avatar-kiosk sdk install" in result.stdout
    assert shown()["installed"] is False


def test_from_a_folder(config: Path, given: Path, tmp_path: Path) -> None:
    result = invoke("install", "--from", given)
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert "in use: yes" in result.stdout, "with an app of the vendor's configured it is what the kiosk takes"
    assert result.stdout == invoke("show").stdout
    assert shown()["in_use"] is True
    assert load_settings(config, {}).settings.avatar.sdk == "installed"
    assert (tmp_path / "data" / "avatar-kiosk" / "sdk" / "node_modules" / KIT).is_dir()


def test_from_tarballs_as_a_shell_spreads_them(config: Path, given: Path) -> None:
    assert invoke("install", "--from", *sorted(given.iterdir())).exit_code == ExitCode.OK
    assert shown()["generation"] == 1


def test_from_several_places(config: Path, given: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (given / "small-part-2.1.0.tgz").rename(elsewhere / "small-part-2.1.0.tgz")
    assert invoke("install", "--from", given, "--from", elsewhere).exit_code == ExitCode.OK


def test_back(config: Path, given: Path) -> None:
    assert invoke("install", "--back").exit_code == ExitCode.FAILURE
    invoke("install", "--from", given)
    NpmPackage(RTC, "1.0.0-beta.8").pack_into(given)
    (given / "spatialwalk-avatarkit-rtc-1.0.0-beta.7.tgz").unlink()
    assert invoke("install", "--from", given).exit_code == ExitCode.OK
    assert f"{RTC} 1.0.0-beta.8" in invoke("show").stdout
    result = invoke("install", "--back")
    assert result.exit_code == ExitCode.OK
    assert f"packages: {KIT} 1.0.0-beta.84, {RTC} 1.0.0-beta.7" in result.stdout
    assert f"before: {KIT} 1.0.0-beta.84, {RTC} 1.0.0-beta.8" in result.stdout


@pytest.mark.parametrize(
    "arguments", [("some.tgz",), ("--back", "--from", "x"), ("--from",), ("--weird",), ("--back", "x")]
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert invoke("install", *arguments).exit_code == ExitCode.USAGE


def test_a_failure_is_one_sentence_on_stderr(config: Path, given: Path) -> None:
    (given / "small-part-2.1.0.tgz").unlink()
    result = invoke("install", "--from", given)
    assert (result.exit_code, result.stdout) == (ExitCode.FAILURE, "")
    assert result.stderr == (f"avatar-kiosk: Missing: small-part (needed by {KIT}). Add them to what is installed.\n")


@pytest.mark.parametrize("text", ['[avatar]\npackages = "@a/b@latest"\n', "[avatar\n", '[avatar]\nsdk = "installed"\n'])
def test_nothing_is_fetched_in_place_of_what_cannot_be_read(
    config: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But a configuration that lacks nothing but the packages is why somebody installs them."""
    asked: list[object] = []
    monkeypatch.setattr(subject, "_install", lambda order, _store: asked.append(order))
    config.write_text(text)
    result = invoke("install")
    if "installed" in text:
        assert (result.exit_code, len(asked)) == (ExitCode.OK, 1)
    else:
        assert (result.exit_code, asked) == (ExitCode.CONFIGURATION, [])
        assert str(config) in result.stderr


def test_another_configuration_may_be_named(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[installation.Order] = []
    monkeypatch.setattr(subject, "_install", lambda order, _store: asked.append(order))
    other = tmp_path / "other.toml"
    other.write_text('[avatar]\npackages = ["@spatialreal/web-sdk@1.0.0-beta.6"]\n')
    invoke("install", "--config", other)
    assert [order.packages for order in asked] == [("@spatialreal/web-sdk@1.0.0-beta.6",)]
    assert invoke("install", "--config", tmp_path / "none.toml").exit_code == ExitCode.CONFIGURATION


def test_a_running_kiosk_is_told(config: Path, given: Path, kiosk_says: Say) -> None:
    asked = kiosk_says({"ok": True})
    result = invoke("install", "--from", given)
    assert [request["command"] for request in asked] == ["reload"]
    assert "takes them between two visitors" in result.stdout


def test_a_running_kiosk_that_cannot_take_them_is_no_failure(config: Path, given: Path, kiosk_says: Say) -> None:
    kiosk_says({"ok": False, "error": "This is demo mode."})
    result = invoke("install", "--from", given)
    assert result.exit_code == ExitCode.OK
    assert "goes on as it is: This is demo mode." in result.stdout


def test_root_is_told_that_it_is_alone_with_it(config: Path, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject.os, "geteuid", lambda: 0, raising=False)
    assert "root's own" in invoke("install", "--from", given).stderr


def test_showing_waits_for_neither_qt_nor_livekit(tmp_path: Path) -> None:
    heavy = {"PySide6.QtCore", "livekit.api", "aiohttp", "numpy"}
    script = (
        "import sys; sys.argv = ['avatar-kiosk', 'sdk', 'show']; from kiosk.cli import main\n"
        f"try: main()\nexcept SystemExit: print({heavy} & set(sys.modules))"
    )
    environ = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "set()", ended.stderr
