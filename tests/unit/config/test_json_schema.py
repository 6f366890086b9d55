"""Editors check by the same rules as the kiosk."""

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import SecretStr, ValidationError

from kiosk.config.fields import SOURCES, Field, all_keys
from kiosk.config.json_schema import json_schema, json_schema_text
from kiosk.config.paths import schema_file
from kiosk.config.schema import Settings
from kiosk.config.template import template

VALIDATOR = Draft202012Validator(json_schema())
KEYS = {key.dotted: key for key in all_keys()}

WORDS = [
    "builtin",
    "installed",
    "intl",
    "tap",
    "auto",
    "dark",
    "both",
    "top-left",
    "info",
    "text",
    "primary",
    "en",
    "de-AT",
]
NUMBERS = ["0", "3s", "15", "80", "1h30m", " 5 m ", "90s", "1.5s", "٣s"]
PATHS = ["logo.svg", "LOGO.SVG", "a/logo.svg/", "logo.png/.", "~/x.webp", "./vendor", "C:\\x.jpg", ".png", "x"]
COLOURS = ["#fff", " #FFAA00 ", "#12345", "blue"]
ADDRESSES = ["wss://x", "WS://x", " https://x/y?z ", "HTTP://x", "ftp://x", "127.0.0.1", "::1", "\x01wss://x"]
OTHERS = [
    "",
    " ",
    "a b",
    "a\nb",
    "two words",
    "$argon2id$x",
    " $argon2id$x\n",
    "Europe/Vienna",
    "08:00-12:00",
    "x" * 250,
    "é\x7f",
]
OTHERS += ["@a/b@1.2.3", "b@1.2.3-beta.4+c", "b@^1.2.3"]
OTHERS += ["Ctrl+Alt+Shift+A", "ctrl + META + f12", "Alt+Shift+Escape", "A", "Ctrl+A"]
TEXTS = [*WORDS, *NUMBERS, *PATHS, *COLOURS, *ADDRESSES, *OTHERS]
VALUES: list[Any] = [*TEXTS, 0, 1, 5, 90, 300, 600, 70_000, -1, 2.5, 80.0, True, False, [], {}, {"a": "b"}, [1], [[]]]
VALUES += [
    ["en", "de"],
    ["auto", "Jabra*"],
    ["08:00-12:00", " 9:00 – 24:00 "],
    ["08:00-25:00"],
    {"X-Key": " v w "},
    {"X Y": "v"},
]


def nested(key: Field, value: object) -> dict[str, Any]:
    document: Any = value
    for part in reversed(key.name):
        document = {part: document}
    return dict(document)


def fits(document: dict[str, Any]) -> bool:
    try:
        Settings.model_validate(copy.deepcopy(document))
    except ValidationError:
        return False
    return True


def test_the_shipped_file_is_up_to_date() -> None:
    command = "python -m kiosk.config.json_schema > resources/schema/avatar-kiosk.schema.json"
    assert schema_file().read_text(encoding="utf-8") == json_schema_text(), f"Write it anew with: {command}"


def test_it_is_valid() -> None:
    Draft202012Validator.check_schema(json.loads(json_schema_text()))


@pytest.mark.parametrize("key", list(KEYS.values()), ids=list(KEYS))
def test_it_accepts_what_the_loader_accepts(key: Field) -> None:
    accepted = [value for value in VALUES if fits(nested(key, value))]
    assert accepted, "no value of this test fits this key"
    assert [value for value in accepted if not VALIDATOR.is_valid(nested(key, value))] == []


@given(st.sampled_from(list(KEYS.values())), st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text())))
def test_it_accepts_whatever_else_the_loader_accepts(key: Field, value: object) -> None:
    assert VALIDATOR.is_valid(nested(key, value)) or not fits(nested(key, value))


@pytest.mark.parametrize("key", list(KEYS.values()), ids=list(KEYS))
def test_it_refuses_values_of_a_wrong_kind(key: Field) -> None:
    """As far as one value tells: what is missing here is told by `check`."""
    wrong = [value for value in (True, {"x": 1}, [3], 1_000_000) if not fits(nested(key, value))]
    assert [value for value in wrong if VALIDATOR.is_valid(nested(key, value))] == []


def test_it_accepts_every_source_of_every_secret() -> None:
    secrets = [key for key in KEYS.values() if key.kind is SecretStr]
    assert len(secrets) >= 3
    for key in secrets:
        for source in SOURCES:
            *around, name = key.name
            (table,) = around
            assert VALIDATOR.is_valid({table: {name + source: "x"}})
            assert not VALIDATOR.is_valid({table: {name + source: 5}})


@pytest.mark.parametrize("word", ["X-Key_file", "X-Key_keyring"])
def test_a_header_may_come_from_elsewhere(word: str) -> None:
    assert VALIDATOR.is_valid({"livekit": {"token_endpoint_headers": {word: "x"}}})
    assert not VALIDATOR.is_valid({"livekit": {"token_endpoint_headers": {word: 5}}})


def test_it_refuses_unknown_names_like_the_loader() -> None:
    for key in KEYS.values():
        *around, name = key.name
        if key.secret and key.kind is not SecretStr:
            continue
        misspelled = Field(**{**vars(key), "name": (*around, f"{name}x")})
        document = nested(misspelled, "x")
        assert not fits(document)
        assert not VALIDATOR.is_valid(document), key.dotted
    assert not VALIDATOR.is_valid({"weather": {}})
    assert not VALIDATOR.is_valid({"schedule": {"open": {"monday": []}}})
    assert not VALIDATOR.is_valid({"contact": "x"})


def test_only_secrets_have_other_sources() -> None:
    assert not VALIDATOR.is_valid({"livekit": {"url_file": "x"}})


def test_it_accepts_the_template(tmp_path: Path) -> None:
    text = template()
    assert VALIDATOR.is_valid(tomllib.loads(text))
    switched_on = "\n".join(
        line.removeprefix("#") if line.startswith("#") and not line.startswith("# ") else line
        for line in text.split("\n")
    )
    document = tomllib.loads(switched_on)
    assert len(document["recovery"]) > 10
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_its_defaults_and_examples_fit_itself() -> None:
    for key in KEYS.values():
        inner: Any = json_schema()
        for part in key.name:
            inner = inner["properties"][part]
        shown = [*inner.get("examples", []), *([inner["default"]] if "default" in inner else [])]
        assert [value for value in shown if not Draft202012Validator(inner).is_valid(value)] == [], key.dotted
        assert inner["description"]
