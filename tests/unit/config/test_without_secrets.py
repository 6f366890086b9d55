"""A configuration's text, shown without its secrets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.template import template
from kiosk.config.without_secrets import HIDDEN, LEFT_OUT, without_secrets

SECRET = "Tr0ub4dor-and-3"


def shown(text: str, folder: Path = Path("/nowhere")) -> tuple[str, list[str]]:
    forgotten: list[str] = []
    return without_secrets(text, folder, forgotten.append), forgotten


@pytest.mark.parametrize(
    "line",
    [
        f'[livekit]\napi_secret = "{SECRET}"',
        f"livekit.api_secret = '{SECRET}'",
        f'livekit = {{ url = "wss://a", api_secret = "{SECRET}" }}',
        f'[livekit]\napi_secret = """\n{SECRET}"""',
        f'[livekit]\ntoken_endpoint_headers = {{ Authorization = "Bearer {SECRET}", X-Site = "{SECRET}" }}',
        f'[livekit.token_endpoint_headers]\nX-Site = "{SECRET}"',
        f'[admin]\npin_hash = "$argon2id${SECRET}"',
        f'[livekit]\nmy_password = "{SECRET}"',
        f'[livekit]\npasswords = ["one", [ "{SECRET}" ]]',
        f'[secrets]\nanything = "{SECRET}"',
        f'[[api_keys]]\nvalue = "{SECRET}"',
        f'[livekit]\n"api secret" = "{SECRET}"',
        f'[livekit]\ntoken_endpoint = "https://a.example/token?code={SECRET}"',
        f'[livekit]\napi_secret_file = "{SECRET}"',
        f'\ufeff[livekit]\r\napi_secret = "{SECRET}"\r\n',
    ],
)
@pytest.mark.parametrize("broken", ["", '\n[x]\ny = "never closed\n'])
def test_a_secret_is_out_however_it_is_written(line: str, broken: str) -> None:
    text, _ = shown(f"# a remark\n{line}{broken}\n")
    assert SECRET not in text
    assert text.startswith("# a remark\n")


def test_everything_else_stays_as_it_was() -> None:
    text = """# Who may join
[livekit]   # the server
url = "wss://livekit.example.com"
api_key    = "APIabcdef"
api_secret = "Tr0ub4dor-and-3"   # from the vault
token_ttl = "5m"

[microphone]
device = ["Jabra*", "auto"]
"""
    clean, forgotten = shown(text)
    assert clean == text.replace('"Tr0ub4dor-and-3"', HIDDEN)
    assert forgotten == [SECRET]
    assert tomllib.loads(clean)["livekit"]["api_secret"] == "[redacted]"


def test_the_name_of_a_secrets_file_stays_and_its_content_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    text = '[livekit]\napi_secret_file = "secret.txt"\n'
    assert shown(text, tmp_path) == (text, [])


def test_the_next_lines_of_a_secret_in_a_broken_file_are_out_too() -> None:
    text = (
        f'[livekit]\nurl = "wss://a"\napi_secret = """\n{SECRET}\nkey: {SECRET}\nurl = "wss://b"\nnonsense {SECRET}\n'
    )
    clean, _ = shown(text)
    assert clean.split("\n") == [
        "[livekit]",
        'url = "wss://a"',
        f"api_secret = {HIDDEN}",
        LEFT_OUT,
        f"key: {HIDDEN}",
        'url = "wss://b"',
        LEFT_OUT,
        "",
    ]


def test_the_template_has_nothing_to_hide() -> None:
    assert shown(template()) == (template(), [])


@given(st.text(alphabet="[]{}\"'=.,:# \n\tapi_secretlivekit", max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    shown(text)
