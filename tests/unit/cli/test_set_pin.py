"""The command as its users meet it: a person at a terminal, and a script."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from kiosk.config import load_settings
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.pin import fits

COMMAND = (sys.executable, "-m", "kiosk", "set-pin")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n")
    return path


def invoke(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["set-pin", *arguments], prog_name="avatar-kiosk", input=stdin)


def opens(pin: str, file: Path) -> bool:
    secret = load_settings(file, {}).settings.admin.pin_hash
    return secret is not None and fits(pin, secret.get_secret_value())


class TestScript:
    def test_sets_it(self, file: Path) -> None:
        result = invoke("--stdin", str(file), stdin="4826\n")
        assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
        assert result.stdout == f"The PIN is set in {file}. A running kiosk takes it over between two visitors.\n"
        assert opens("4826", file)
        assert not opens("4827", file)

    def test_a_weak_one_is_a_named_failure(self, file: Path) -> None:
        result = invoke("--stdin", str(file), stdin="1234\n")
        assert (result.exit_code, result.stdout) == (ExitCode.FAILURE, "")
        assert result.stderr.startswith("avatar-kiosk: This PIN is among the first")
        assert file.read_text() == "# mine\n"

    def test_a_file_that_cannot_be_changed_leaves_the_line_alone_on_stdout(self, file: Path) -> None:
        file.chmod(0o444)
        result = invoke("--stdin", str(file), stdin="4826\n")
        assert result.exit_code == ExitCode.FAILURE
        assert "write-protected" in result.stderr
        file.chmod(0o600)
        file.write_text(f"[admin]\n{result.stdout}")
        assert opens("4826", file)

    def test_without_a_terminal_nobody_is_asked(self, file: Path) -> None:
        result = invoke(str(file), stdin="4826\n4826\n")
        assert result.exit_code == ExitCode.USAGE
        assert "--stdin" in result.stderr
        assert file.read_text() == "# mine\n"


class Terminal:
    """A person's terminal: everything that is seen on it is kept."""

    def __init__(self, file: Path) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, str(file)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def answer(self, prompt: str, typed: str) -> None:
        while prompt not in self.seen:
            self.seen += os.read(self._master, 1000).decode()
        os.write(self._master, f"{typed}\n".encode())

    def finish(self) -> int:
        with suppress(OSError):  # how a terminal ends
            while part := os.read(self._master, 1000):
                self.seen += part.decode()
        return self.process.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


class TestPerson:
    def test_is_asked_twice_and_nothing_typed_is_seen(self, file: Path) -> None:
        with Terminal(file) as terminal:
            terminal.answer("not shown): ", "4826")
            terminal.answer("again: ", "4826")
            code = terminal.finish()
        assert code == ExitCode.OK
        assert "The PIN is set" in terminal.seen
        assert "4826" not in terminal.seen
        assert opens("4826", file)

    def test_two_different_ones_set_none(self, file: Path) -> None:
        with Terminal(file) as terminal:
            terminal.answer("not shown): ", "4826")
            terminal.answer("again: ", "4827")
            code = terminal.finish()
        assert code == ExitCode.FAILURE
        assert "two different PINs" in terminal.seen
        assert "482" not in terminal.seen
        assert file.read_text() == "# mine\n"
