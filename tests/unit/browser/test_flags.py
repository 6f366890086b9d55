from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.browser.flags import ENGINE_ARGUMENTS_MARK, configure_environment, has_gpu

DOORS = {
    "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=1",
    "QTWEBENGINE_REMOTE_DEBUGGING": "0.0.0.0:1",
    "SSLKEYLOGFILE": "keys.log",
}


def test_the_environment_loses_what_opens_doors_and_keeps_the_rest() -> None:
    environ = {**DOORS, "HOME": "/home/kiosk"}
    start = configure_environment("auto", environ, root=False, gpu_present=True)
    assert environ == {"HOME": "/home/kiosk"}
    assert len(start.warnings) == len(DOORS)
    for name in DOORS:
        assert any(warning.startswith(name) for warning in start.warnings)


def test_engine_arguments_of_the_process_are_refused() -> None:
    arguments = ["avatar-kiosk", ENGINE_ARGUMENTS_MARK, "--remote-debugging-port=1"]
    start = configure_environment("auto", {}, arguments=arguments, root=False, gpu_present=True)
    assert len(start.warnings) == 1
    assert not [argument for argument in start.argv if "debugging" in argument]


def test_a_quiet_start_has_nothing_to_report() -> None:
    assert configure_environment("auto", {}, root=False, gpu_present=True).warnings == ()


@pytest.mark.parametrize(("root", "given", "left"), [(False, "1", None), (False, None, None), (True, None, "1")])
def test_only_root_runs_without_the_sandbox(root: bool, given: str | None, left: str | None) -> None:
    environ = {} if given is None else {"QTWEBENGINE_DISABLE_SANDBOX": given}
    start = configure_environment("auto", environ, root=root, gpu_present=True)
    assert environ.get("QTWEBENGINE_DISABLE_SANDBOX") == left
    assert bool(start.warnings) == (root or given is not None)
    assert "--no-sandbox" not in start.argv


@pytest.mark.parametrize(
    ("gpu", "present", "expected"),
    [
        ("auto", True, {}),
        ("auto", False, {"QTWEBENGINE_FORCE_USE_GBM": "0"}),
        ("on", False, {}),
        ("off", True, {"QTWEBENGINE_FORCE_USE_GBM": "0", "LIBGL_ALWAYS_SOFTWARE": "1"}),
    ],
)
def test_without_a_gpu_frames_still_reach_the_screen(gpu: str, present: bool, expected: dict[str, str]) -> None:
    environ = {"QTWEBENGINE_FORCE_USE_GBM": "1"}
    configure_environment(gpu, environ, root=False, gpu_present=present)  # type: ignore[arg-type]
    assert environ == expected


def test_a_gpu_is_a_render_node_that_we_may_use(tmp_path: Path) -> None:
    assert not has_gpu(tmp_path)
    (tmp_path / "card0").touch()
    assert not has_gpu(tmp_path)
    (tmp_path / "renderD128").touch()
    assert has_gpu(tmp_path)
