"""What is made of the engine's report. Whether the engine loads packages is tried in `tests/engine`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.browser.generations import GENERATIONS, Generation
from kiosk.sdk import loading
from kiosk.sdk.loading import Loading, check_loading, judge
from kiosk.sdk.problem import Kind, SdkError
from tests.support.npm_packages import CLIENT, KIT, RTC

FIRST = GENERATIONS[0]
WELL = {name: Loading(FIRST.exports.get(name, ())) for name in FIRST.page_imports}


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda one: str(one.number))
def test_what_exports_all_that_the_page_uses_is_well(generation: Generation) -> None:
    loaded = {name: Loading((*generation.exports.get(name, ()), "more")) for name in generation.page_imports}
    assert judge(generation, loaded) == []


def test_each_package_that_cannot_be_used_is_told() -> None:
    found = {**WELL, KIT: Loading(error="SyntaxError: Unexpected token."), RTC: Loading(("AvatarPlayer",))}
    assert judge(FIRST, found) == [
        f"{KIT} does not load: SyntaxError: Unexpected token.",
        f"{RTC} does not export LiveKitProvider, which the page uses.",
    ]


def test_what_the_report_leaves_out_was_not_tried() -> None:
    assert judge(FIRST, {name: loading for name, loading in WELL.items() if name != CLIENT}) == [
        f"{CLIENT} does not load: it was not tried."
    ]


def engine(tmp_path: Path, script: str) -> tuple[str, ...]:
    """A stand-in for the probe that runs this."""
    file = tmp_path / "engine.py"
    file.write_text(script, encoding="utf-8")
    return (sys.executable, str(file))


def check(command: tuple[str, ...], tmp_path: Path) -> str:
    return check_loading([tmp_path], FIRST, {}, command=command, patience=0.25)


def report(found: Mapping[str, Loading] = WELL) -> str:
    """Of an engine; without `found` all is well."""
    modules = {name: {"exports": list(one.exports), "error": one.error} for name, one in found.items()}
    return json.dumps({"chromium": "140.0", "modules": modules})


def test_the_engine_is_told_where_to_look_and_says_its_version(tmp_path: Path) -> None:
    told = str(tmp_path / "told")
    script = f"import sys, pathlib; pathlib.Path({told!r}).write_text(sys.argv[1]); print({report()!r})"
    assert check(engine(tmp_path, script), tmp_path) == "140.0"
    assert json.loads(Path(told).read_text()) == [[str(tmp_path)], list(FIRST.page_imports), 0.25]


def test_an_engine_that_complains_is_believed(tmp_path: Path) -> None:
    script = f"print({report({**WELL, RTC: Loading(error='SyntaxError')})!r})"
    with pytest.raises(SdkError, match=f"{RTC} does not load: SyntaxError") as caught:
        check(engine(tmp_path, script), tmp_path)
    assert caught.value.kind is Kind.DOES_NOT_LOAD


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import sys; print('it broke', file=sys.stderr); sys.exit(2)", "ends with 2 over the packages: it broke"),
        ("import os; os.abort()", "ends with -6"),
        ("raise SystemExit(3)", r"busy for more than 0\.75 s"),
        ("raise SystemExit(4)", "renderer dies over the packages"),
        ("print('nonsense')", "report cannot be read"),
        ("print('[]')", "report cannot be read"),
        ("""print('{"chromium": "1", "modules": {"x": 5}}')""", "report cannot be read"),
    ],
)
def test_an_engine_that_fails_is_no_proof(tmp_path: Path, script: str, words: str) -> None:
    with pytest.raises(SdkError, match=words) as caught:
        check(engine(tmp_path, script), tmp_path)
    assert caught.value.kind is Kind.DOES_NOT_LOAD


def test_packages_that_keep_the_engine_busy_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "START_UP", 0.25)
    with pytest.raises(SdkError, match=r"busy for more than 0\.75 s"):
        check(engine(tmp_path, "import time; time.sleep(60)"), tmp_path)


def test_an_engine_that_cannot_be_started_is_no_proof(tmp_path: Path) -> None:
    with pytest.raises(SdkError, match="cannot be started"):
        check((str(tmp_path / "none"),), tmp_path)
