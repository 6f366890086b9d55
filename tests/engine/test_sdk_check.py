"""Packages are tried by the real engine before the kiosk uses them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.browser.generations import FIRST
from kiosk.installation import resources_folder
from kiosk.operations.probe_process import run_probe
from kiosk.sdk.contents import survey
from kiosk.sdk.loading import PROBE_COMMAND, check_loading
from kiosk.sdk.problem import Kind, SdkError
from tests.support.installed_kiosk import AS_ORDINARY_USER
from tests.support.npm_packages import CLIENT, KIT, RTC, NpmPackage
from tests.support.npm_registry import NpmRegistry
from tests.support.parts import program

WEB = resources_folder() / "web"
OWN = WEB / "node_modules"

EMPTY_WASM = base64.b64encode(b"\0asm\x01\0\0\0").decode()
"""A module with nothing in it."""


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """The built-in avatar under the vendor's names, whose packages are not in every registry."""
    for name in ("avatarkit", "avatarkit-rtc"):
        shutil.copytree(WEB / "builtin" / name, tmp_path / "node_modules" / "@spatialwalk" / name)
    return tmp_path / "node_modules"


def check(modules: Path, patience: float = 8.0) -> str:
    return check_loading((modules, OWN), FIRST, os.environ, patience=patience)


def refused(modules: Path, patience: float = 8.0) -> str:
    with pytest.raises(SdkError) as caught:
        check(modules, patience)
    assert caught.value.kind is Kind.DOES_NOT_LOAD
    return str(caught.value)


def change(modules: Path, line: str) -> None:
    """Put a line in front of the package's own."""
    entry = modules / KIT / "index.js"
    entry.write_text(f"{line}\n{entry.read_text(encoding='utf-8')}", encoding="utf-8")


def test_packages_that_are_well_pass(modules: Path) -> None:
    assert int(check(modules).split(".")[0]) >= 130


def test_a_core_of_webassembly_is_fetched_from_beside_its_module(modules: Path) -> None:
    (modules / KIT / "core.wasm").write_bytes(base64.b64decode(EMPTY_WASM))
    change(modules, "await WebAssembly.compileStreaming(fetch(new URL('./core.wasm', import.meta.url)));")
    check(modules)
    (modules / KIT / "core.wasm").unlink()
    assert f"{KIT} does not load" in refused(modules)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("throw new Error('this build is broken');", "Error: this build is broken"),
        ("this is no JavaScript", "SyntaxError"),
        ("import 'left-out';", "left-out"),
        ("import './none.js';", "TypeError"),
        ("eval('1');", "EvalError"),
        ("await fetch('https://example.org/');", "TypeError"),
    ],
    ids=["throws", "not JavaScript", "a package not declared", "a file not there", "eval", "the network"],
)
def test_what_does_not_load_is_refused_with_the_engines_words(modules: Path, line: str, words: str) -> None:
    change(modules, line)
    text = refused(modules)
    assert f"{KIT} does not load: " in text
    assert words in text
    assert RTC not in text, "it can be loaded by itself"


def test_what_lacks_an_export_is_refused_by_its_name(modules: Path) -> None:
    shutil.rmtree(modules / RTC)
    NpmPackage(RTC, files={"index.js": "export class AvatarPlayer {}\nexport default 1;"}).put_into(modules)
    assert f"{RTC} does not export LiveKitProvider, which the page uses." in refused(modules)


def test_what_never_finishes_is_refused(modules: Path) -> None:
    change(modules, "await new Promise(() => {});")
    assert f"{KIT} does not load: Error: it does not finish" in refused(modules, patience=1.0)


def test_what_keeps_the_engine_busy_is_refused(modules: Path) -> None:
    change(modules, "for (;;);")
    assert "The packages keep the engine busy for more than 1.5 s." in refused(modules, patience=0.5)


def test_an_ordinary_user_tries_them_in_the_sandbox(modules: Path) -> None:
    """What nobody has tried yet is the last thing to be run without it."""
    environ = {name: value for name, value in os.environ.items() if name != "QTWEBENGINE_DISABLE_SANDBOX"}
    asked = json.dumps([[str(modules), str(OWN)], [KIT], 8.0])
    ended = run_probe((*AS_ORDINARY_USER, *PROBE_COMMAND, asked), environ, 60)
    assert ended is not None
    assert ended.code == 0, ended.complaints
    assert "Sandboxing disabled" not in ended.complaints


def test_the_whole_command_with_a_real_npm_and_the_real_engine(modules: Path, tmp_path: Path) -> None:
    """The registry has the vendor's packages, which here are the built-in ones, and the real livekit-client."""
    program("npm")
    versions = {KIT: "1.0.0-beta.84", RTC: "1.0.0-beta.7"}
    vendors = [replace(NpmPackage.of(modules / name), version=version) for name, version in versions.items()]
    with NpmRegistry([*vendors, *(NpmPackage.of(one.root) for one in survey((OWN,), (CLIENT,)).packages)]) as registry:
        environ = registry.environment(tmp_path, os.environ)
        home = {name: str(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "AVATAR_KIOSK_SOCKET")}
        command = [sys.executable, "-m", "kiosk", "sdk"]
        for arguments in (["install"], ["show", "--json"]):
            ended = subprocess.run(
                [*command, *arguments], env={**environ, **home}, capture_output=True, text=True, check=False, timeout=90
            )
            assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert {one["name"]: one["version"] for one in told["packages"]}.items() >= {**versions, CLIENT: "2.16.1"}.items()
    assert all(one["integrity"].startswith("sha512-") for one in told["packages"])
    assert (told["generation"], told["source"], told["problem"]) == (1, "registry", None)
