"""What ends or disturbs the process is on record."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = """
import asyncio, ctypes, logging, sys, threading
from pathlib import Path
from kiosk.operations.crash import install_crash_handlers, log_loop_exceptions
logging.basicConfig(level="INFO", format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
install_crash_handlers({stack_file})
"""


def run(body: str, stack_file: Path | None = None) -> subprocess.CompletedProcess[str]:
    setup = SETUP.format(stack_file=f"Path({str(stack_file)!r})" if stack_file else "")
    return subprocess.run([sys.executable, "-c", setup + body], capture_output=True, text=True, check=False, timeout=20)


def test_a_fatal_signal_leaves_the_stacks_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "crash.txt"
    ended = run("def culprit(): ctypes.string_at(0)\nculprit()", file)
    assert ended.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in file.read_text()
    assert "in culprit" in file.read_text()


def test_a_second_crash_does_not_erase_the_first(tmp_path: Path) -> None:
    file = tmp_path / "crash.txt"
    for name in ("first", "second"):
        run(f"def {name}(): ctypes.string_at(0)\n{name}()", file)
    assert "in first" in file.read_text()
    assert "in second" in file.read_text()


def test_without_a_file_they_go_to_stderr() -> None:
    assert "Segmentation fault" in run("ctypes.string_at(0)").stderr


def test_a_file_that_cannot_be_opened_is_reported_and_stderr_takes_its_place(tmp_path: Path) -> None:
    ended = run("ctypes.string_at(0)", tmp_path)
    assert f"WARNING kiosk.operations.crash no crash file {tmp_path}" in ended.stdout
    assert "Segmentation fault" in ended.stderr


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("raise ValueError('one')", "CRITICAL kiosk.operations.crash uncaught exception\n"),
        (
            "def f(): raise ValueError('one')\nt = threading.Thread(target=f, name='worker'); t.start(); t.join()",
            "CRITICAL kiosk.operations.crash uncaught exception in thread worker\n",
        ),
        (
            "class C:\n    def __del__(self): raise ValueError('one')\nC()",
            "ERROR kiosk.operations.crash exception nobody could catch",
        ),
        (
            "async def f(): raise ValueError('one')\n"
            "async def main():\n"
            "    log_loop_exceptions(asyncio.get_running_loop())\n"
            "    asyncio.get_running_loop().call_soon(lambda: 1 / 0)\n"
            "    task = asyncio.create_task(f())\n"
            "    await asyncio.wait([task])\n"
            "    del task\n"
            "asyncio.run(main())",
            "ERROR kiosk.operations.crash Task exception was never retrieved: <Task finished",
        ),
    ],
    ids=["main", "thread", "finaliser", "task"],
)
def test_an_uncaught_exception_is_a_log_line_with_its_traceback(body: str, line: str) -> None:
    ended = run(body)
    assert line in ended.stdout
    assert "ValueError: one" in ended.stdout
    assert ended.stderr == ""


def test_ctrl_c_is_no_crash() -> None:
    ended = run("raise KeyboardInterrupt")
    assert "CRITICAL" not in ended.stdout
    assert "KeyboardInterrupt" in ended.stderr


def test_a_thread_that_exits_is_no_crash() -> None:
    assert run("t = threading.Thread(target=sys.exit); t.start(); t.join()").stdout == ""
