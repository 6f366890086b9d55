import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.config import Loaded, load_settings

SERVER = "[livekit]\nurl = 'wss://x'\napi_key = 'devkey'\n"
SECRET = "a-secret-of-thirty-two-characters"


def load(folder: Path, text: str, environ: Mapping[str, str] = {}) -> Loaded:
    path = folder / "config.toml"
    path.write_text(text)
    return load_settings(path, environ)


def secret_of(loaded: Loaded) -> str:
    assert loaded.problems == ()
    assert loaded.settings.livekit.api_secret is not None
    return loaded.settings.livekit.api_secret.get_secret_value()


def test_inline(tmp_path: Path) -> None:
    assert secret_of(load(tmp_path, SERVER + f"api_secret = ' {SECRET} '")) == SECRET


@pytest.mark.parametrize("content", [SECRET, SECRET + "\n", "\ufeff" + SECRET + "\r\n"])
def test_from_a_file_beside_the_configuration(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret.txt").write_bytes(content.encode())
    assert secret_of(load(tmp_path, SERVER + "api_secret_file = 'secret.txt'")) == SECRET


def test_from_the_environment_which_wins(tmp_path: Path) -> None:
    environ = {"AVATAR_KIOSK_LIVEKIT_API_SECRET": SECRET}
    assert secret_of(load(tmp_path, SERVER, environ)) == SECRET
    assert secret_of(load(tmp_path, SERVER + "api_secret = 'another'", environ)) == SECRET


def test_a_secret_in_the_environment_alone_is_no_server(tmp_path: Path) -> None:
    problems = load(tmp_path, "", {"AVATAR_KIOSK_LIVEKIT_API_SECRET": SECRET}).problems
    assert [(problem.key, problem.line) for problem in problems] == [("livekit.url", None), ("livekit.api_key", None)]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("api_secret_file = 'none.txt'", "There is no file"),
        ("api_secret_file = ''", "not the path of a file"),
        ("api_secret_file = 5", "not the path of a file"),
        ("api_secret_file = 'empty.txt'", "is empty"),
        ("api_secret_file = 'folder'", "cannot be read"),
        ("api_secret_file = 'pipe'", "is not a file"),
        ("api_secret_file = 'binary'", "is not a text file"),
        ("api_secret_file = 'long.txt'", "is too long"),
        ("api_secret_file = 'secret.txt'\napi_secret = 'secret-x'", "together with api_secret"),
        ("api_secret_file = 'two-words.txt'", "What the file of livekit.api_secret_file holds does not fit"),
    ],
)
def test_a_file_that_gives_no_secret_is_told_once(tmp_path: Path, written: str, words: str) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "two-words.txt").write_text("secret-a secret-b")
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "long.txt").write_text("x" * 20_000)
    os.mkfifo(tmp_path / "pipe")
    (problem,) = load(tmp_path, SERVER + written).problems
    assert (problem.key, problem.line, problem.column) == ("livekit.api_secret_file", 4, 19)
    assert words in problem.message
    assert "secret-" not in repr(problem)


def test_headers_from_all_three_places(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("from-file\n")
    loaded = load(
        tmp_path,
        "[livekit]\ntoken_endpoint = 'https://x'\n"
        "token_endpoint_headers = { Authorization = 'Bearer inline', X-Api-Key_file = 'key.txt', x-site = 'a' }",
        {
            "AVATAR_KIOSK_LIVEKIT_TOKEN_ENDPOINT_HEADERS_X_KIOSK": "from-environment",
            "AVATAR_KIOSK_LIVEKIT_TOKEN_ENDPOINT_HEADERS_X_SITE": "b",
        },
    )
    assert loaded.problems == ()
    headers = {name: value.get_secret_value() for name, value in loaded.settings.livekit.token_endpoint_headers.items()}
    assert headers == {
        "Authorization": "Bearer inline",
        "X-Api-Key": "from-file",
        "x-site": "b",
        "X-Kiosk": "from-environment",
    }


@pytest.mark.parametrize("header", ["'two words' = 'x'", 'X-Key = "line\\nbreak"', "X-Key = 5"])
def test_headers_that_could_not_be_sent_are_refused(tmp_path: Path, header: str) -> None:
    loaded = load(tmp_path, f"[livekit]\ntoken_endpoint = 'https://x'\ntoken_endpoint_headers = {{ {header} }}")
    (problem,) = loaded.problems
    assert problem.key.startswith("livekit.token_endpoint_headers.")
    assert problem.value is None


SECRETS = ["inline-secret-1", "inline-secret-2", "Bearer inline-secret-3", "$argon2id$inline-secret-4"]
WITH_SECRETS = f"""
[livekit]
token_endpoint = "https://x"
token_endpoint_headers = {{ Authorization = "{SECRETS[2]}" }}
api_secret = "{SECRETS[0]}"
[avatar]
app_id = "a"
avatar_id = "b"
api_key = "{SECRETS[1]}"
[admin]
pin_hash = "{SECRETS[3]}"
"""


def test_secrets_show_nowhere_and_are_known_to_the_redactor(tmp_path: Path) -> None:
    loaded = load(tmp_path, WITH_SECRETS)
    told = f"{loaded!r}{loaded.settings}{loaded.settings.model_dump()}{loaded.settings.model_dump_json()}"
    assert "inline-secret" not in told
    assert loaded.settings.secret_values() == set(SECRETS)


@pytest.mark.parametrize("key", ["api_secret", "api_secrett", "pin_hash", "api_key"])
def test_a_wrong_or_misplaced_secret_is_not_repeated(tmp_path: Path, key: str) -> None:
    for table in ("livekit", "avatar", "admin", "nowhere"):
        for value in ("'topsecret with blanks'", "['topsecret']", "{ x = 'topsecret' }"):
            loaded = load(tmp_path, f"[{table}]\n{key} = {value}\n")
            if (table, key) != ("livekit", "api_key"):  # that one is a name, not a secret
                assert "topsecret" not in repr(loaded)
