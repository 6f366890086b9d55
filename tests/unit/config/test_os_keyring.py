"""Secrets from the operating system's keyring."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import InitError, KeyringLocked

from kiosk.config import Loaded, load_settings
from kiosk.config.os_keyring import NoSecretError, OsKeyring

SECRET = "a-secret-of-thirty-two-characters"
SERVER = "[livekit]\nurl = 'wss://x'\napi_key = 'devkey'\n"


class Held(KeyringBackend):
    """A keyring that holds one entry; `before` is called before every answer."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.before = before
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.before()
        return SECRET if (service, username) == ("avatar-kiosk", "livekit") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("the kiosk only reads")


@pytest.fixture
def use() -> Iterator[Callable[[KeyringBackend], None]]:
    """Make this the machine's keyring."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def load(folder: Path, text: str) -> Loaded:
    path = folder / "config.toml"
    path.write_text(SERVER + text)
    return load_settings(path, {})


def test_a_secret_is_taken_from_it(use: Callable[[KeyringBackend], None], tmp_path: Path) -> None:
    use(Held())
    loaded = load(tmp_path, "api_secret_keyring = 'livekit'\n")
    assert loaded.problems == ()
    assert loaded.settings.secret_values() == {SECRET}
    assert SECRET not in repr(loaded)


def test_a_header_is_taken_from_it(use: Callable[[KeyringBackend], None], tmp_path: Path) -> None:
    use(Held())
    path = tmp_path / "config.toml"
    headers = "token_endpoint_headers = { X-Key_keyring = 'livekit' }"
    path.write_text(f"[livekit]\ntoken_endpoint = 'https://x'\n{headers}\n")
    loaded = load_settings(path, {})
    assert loaded.problems == ()
    assert list(loaded.settings.livekit.token_endpoint_headers) == ["X-Key"]
    assert loaded.settings.secret_values() == {SECRET}


def test_nobody_who_has_no_such_key_waits_for_it(use: Callable[[KeyringBackend], None], tmp_path: Path) -> None:
    held = Held()
    use(held)
    load(tmp_path, f"api_secret = '{SECRET}'\n")
    assert held.asked == 0


STORE = "keyring set avatar-kiosk livekit"


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (NoKeyring(), ["This machine has no keyring.", STORE]),
        (Held(failing(KeyringLocked("x"))), ["The keyring is locked. ", "Unlock it first.", STORE]),
        (Held(failing(InitError("x"))), ["The keyring is locked. ", STORE]),
        (Held(failing(RuntimeError("secret-text"))), ["The keyring fails (RuntimeError).", STORE]),
    ],
)
def test_a_keyring_that_gives_nothing_is_a_problem_with_its_place(
    use: Callable[[KeyringBackend], None], tmp_path: Path, backend: KeyringBackend, words: list[str]
) -> None:
    use(backend)
    (problem,) = load(tmp_path, "api_secret_keyring = 'livekit'\n").problems
    assert (problem.key, problem.line, problem.column) == ("livekit.api_secret_keyring", 4, 22)
    assert [word for word in words if word not in problem.message] == []
    assert "secret-text" not in repr(problem)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("api_secret_keyring = 'other one'", "no such secret. Expected: the name of an entry that holds the secret."),
        ("api_secret_keyring = 'other one'", "keyring set avatar-kiosk 'other one'"),
        ("api_secret_keyring = 5", "Put the name in quotes."),
        ("api_secret_keyring = ''", "not the name of a keyring's entry"),
        (f"api_secret_keyring = '{SECRET}'", "the secret itself goes into: keyring set avatar-kiosk NAME"),
        ("api_secret_keyring = 'livekit'\napi_secret = 'x'", "It is given together with api_secret."),
        ("api_secret_keyring = 'livekit'\napi_secret_file = 'x'", "It is given together with api_secret_file."),
        ("api_secret_keyrnig = 'livekit'", "Did you mean livekit.api_secret_keyring?"),
    ],
)
def test_a_wrong_entry_is_told_once(
    use: Callable[[KeyringBackend], None], tmp_path: Path, text: str, words: str
) -> None:
    use(Held())
    (problem,) = load(tmp_path, text).problems
    assert problem.line == 4
    assert words in problem.message
    assert SECRET not in repr(problem)


def test_what_it_holds_may_be_wrong(use: Callable[[KeyringBackend], None], tmp_path: Path) -> None:
    use(Held())
    path = tmp_path / "config.toml"
    path.write_text("[admin]\npin_hash_keyring = 'livekit'\n")
    (problem,) = load_settings(path, {}).problems
    assert "What the keyring of admin.pin_hash_keyring holds does not fit." in problem.message
    assert SECRET not in repr(problem)


def test_one_that_waits_for_a_password_is_given_up_and_not_asked_again(use: Callable[[KeyringBackend], None]) -> None:
    for_ever = threading.Event()
    held = Held(for_ever.wait)
    use(held)
    read = OsKeyring(patience=0.05)
    for _ in range(2):
        with pytest.raises(NoSecretError, match="does not answer"):
            read("livekit")
    for_ever.set()
    assert held.asked == 1
