import json
import logging
import urllib.parse
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operations.logs import configure_logging
from kiosk.operations.redaction import MARK, Redactor

TOKEN = jwt.encode({"sub": "visitor", "video": {"room": "lobby"}}, "x" * 32)
SECRET = "a-secret/of 'thirty-two' \"characters\" + more"


@pytest.mark.parametrize(
    "text",
    [
        f"no permissions to access the room: {TOKEN}",
        f"wss://x/rtc?access_token={TOKEN}&auto_subscribe=1",
        f"token cut short: {TOKEN[:40]}",
        f"percent-encoded {TOKEN.replace('.', '%2E')}",
        f"{{'Authorization': 'Bearer {TOKEN}'}}",
    ],
)
def test_tokens_are_caught_by_their_shape(text: str) -> None:
    redacted = Redactor().redact(text)
    assert "eyJ" not in redacted
    assert TOKEN.split(".")[1] not in redacted
    assert TOKEN.split(".")[2] not in redacted
    assert MARK in redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {MARK}"),
        ("authorization: Basic dXNlcjpwdw==", f"authorization: Basic {MARK}"),
        ("Proxy-Authorization: abc", f"Proxy-Authorization: {MARK}"),
        ("{'Authorization': 'Token abc'}", f"{{'Authorization': 'Token {MARK}'}}"),
        ('{\\"authorization\\": \\"abc\\"}', f'{{\\"authorization\\": \\"{MARK}\\"}}'),
        ("curl with bearer abcdefgh12345", f"curl with bearer {MARK}"),
        ("X-Api-Key: sk-12345", f"X-Api-Key: {MARK}"),
        ("GET /x?access_token=abc&room=1", f"GET /x?access_token={MARK}&room=1"),
        ("GET /x?room=1&sessionKey=abc HTTP/1.1", f"GET /x?room=1&sessionKey={MARK} HTTP/1.1"),
        ('{"participantToken": "abc", "room": "x"}', f'{{"participantToken": "{MARK}", "room": "x"}}'),
        ('api_secret = "abc"', f'api_secret = "{MARK}"'),
        ("AVATAR_KIOSK_LIVEKIT_API_SECRET=abc", f"AVATAR_KIOSK_LIVEKIT_API_SECRET={MARK}"),
        ("https://user:pw@example.com/x", f"https://{MARK}@example.com/x"),
        ("pin $argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA end", f"pin {MARK} end"),
    ],
)
def test_what_is_named_a_secret_is_hidden_and_the_rest_stays(text: str, redacted: str) -> None:
    assert Redactor().redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "token for attempt b7-1: room lobby-8a6f, kiosk-19c2",
        "livekit.api_secret is missing.",
        "livekit.api_secret = (hidden) does not fit.",
        "the avatar has a new session token, good for 3540 s",
        "Check livekit.api_key and livekit.api_secret, and the clock.",
        "tokens=5 state=idle room=lobby-1 participants=2",
        "resources/web/node_modules/@spatialwalk/avatarkit",
    ],
)
def test_harmless_lines_stay_as_they_are(text: str) -> None:
    assert Redactor(["another-secret"]).redact(text) == text


@pytest.mark.parametrize(
    "form",
    [SECRET, repr(SECRET), json.dumps(SECRET), urllib.parse.quote(SECRET, safe=""), urllib.parse.quote_plus(SECRET)],
)
def test_known_secrets_are_hidden_in_every_form(form: str) -> None:
    assert "thirty-two" not in Redactor([SECRET]).redact(f"before {form} after")


def test_a_header_is_hidden_with_and_without_its_scheme() -> None:
    redactor = Redactor(["Bearer opaque-header-value"])
    assert redactor.redact("<opaque-header-value> <Bearer opaque-header-value>") == f"<{MARK}> <{MARK}>"


def test_a_secret_that_begins_with_another_is_hidden_whole() -> None:
    assert Redactor(["abcdef", "abcdef-ghijkl"]).redact("abcdef-ghijkl abcdef") == f"{MARK} {MARK}"


def test_what_is_too_short_to_be_a_secret_does_not_blacken_the_log() -> None:
    assert Redactor(["", "a", "on"]).redact("a session is on") == "a session is on"


def test_data_is_redacted_in_names_and_values() -> None:
    redactor = Redactor(["known-secret"])
    data = {
        "known-secret": ["known-secret", 5, None, True, 0.5],
        "x": {"y": ("Bearer abcdefgh", Path("/known-secret"))},
    }
    assert redactor.redact_data(data) == {MARK: [MARK, 5, None, True, 0.5], "x": {"y": [f"Bearer {MARK}", f"/{MARK}"]}}


def test_the_redactor_itself_tells_nothing() -> None:
    assert "known-secret" not in repr(Redactor(["known-secret"]))


@given(st.text(), st.text(min_size=6), st.text())
def test_a_known_secret_never_gets_through(before: str, secret: str, after: str) -> None:
    redacted = Redactor([secret]).redact(before + secret + after)
    assert secret not in redacted.replace(MARK, "") or secret in (before + after + MARK)


@given(st.text())
def test_redacting_twice_is_redacting_once(text: str) -> None:
    redactor = Redactor(["known-secret"])
    once = redactor.redact(f"{text} known-secret token={text} Bearer {text}")
    assert redactor.redact(once) == once


# --- the log -------------------------------------------------------------------------------------------------


class Captured:
    """The log of this process, written to memory."""

    def __init__(self) -> None:
        self.stream = StringIO()
        self.redactor = Redactor(["known-secret"])

    def configure(self, **options: Any) -> None:
        configure_logging(self.redactor, stream=self.stream, **options)
        root = logging.getLogger()
        # pytest's own handlers would raise what the kiosk's take
        root.handlers = [handler for handler in root.handlers if not type(handler).__module__.startswith("_pytest")]

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@pytest.fixture
def captured() -> Iterator[Captured]:
    root, own = logging.getLogger(), logging.getLogger("kiosk")
    before = (list(root.handlers), root.level, own.level)
    yield Captured()
    logging.captureWarnings(capture=False)
    for handler in set(root.handlers) - set(before[0]):
        handler.close()
    root.handlers = before[0]
    root.setLevel(before[1])
    own.setLevel(before[2])


def refuse() -> None:
    raise RuntimeError(f"401: invalid token {TOKEN}, secret known-secret")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_tracebacks_of_foreign_libraries_are_redacted(captured: Captured, log_format: str) -> None:
    captured.configure(log_format=log_format)
    try:
        refuse()
    except RuntimeError:
        logging.getLogger("some.library").exception("request with %s failed", {"Authorization": f"Bearer {TOKEN}"})
    assert "RuntimeError: 401" in captured.text
    assert "refuse()" in captured.text
    assert "eyJ" not in captured.text
    assert "known-secret" not in captured.text


def test_arguments_and_extras_are_redacted(captured: Captured) -> None:
    captured.configure()
    logging.getLogger("kiosk.x").info("got %s", "known-secret", extra={"room": "lobby-1", "token": TOKEN})
    assert captured.text.endswith(f"INFO    x: got {MARK} room=lobby-1 token={MARK}\n")


def test_a_secret_learnt_later_is_hidden_from_then_on(captured: Captured) -> None:
    captured.configure()
    captured.redactor.remember("session-token-of-today")
    logging.getLogger("kiosk").warning("got session-token-of-today")
    assert "session-token-of-today" not in captured.text


def test_a_message_cannot_forge_a_line(captured: Captured) -> None:
    captured.configure()
    logging.getLogger("kiosk").info("visitor said %s", "hello\n2026-01-01 00:00:00.000 ERROR   kiosk: forged\x1b[2J")
    assert len(captured.lines) == 1
    assert "\\n2026" in captured.text
    assert "\x1b" not in captured.text


def test_json_lines_are_objects_with_everything_in_them(captured: Captured) -> None:
    captured.configure(log_format="json")
    logging.getLogger("kiosk.session").info(
        "idle → %s", "live", extra={"attempt": "b7-1", "took": 0.25, "where": Path("/x")}
    )
    (line,) = captured.lines
    record = json.loads(line)
    assert record.pop("time").endswith("+00:00")
    assert record == {
        "level": "info",
        "logger": "kiosk.session",
        "message": "idle → live",
        "attempt": "b7-1",
        "took": 0.25,
        "where": "/x",
    }


def test_the_level_is_the_kiosks_own_and_libraries_are_heard_from_warning_on(captured: Captured) -> None:
    captured.configure(level="info")
    logging.getLogger("kiosk").debug("own debug")
    logging.getLogger("kiosk").info("own info")
    logging.getLogger("library").info("foreign info")
    logging.getLogger("library").warning("foreign warning")
    assert [line.split(": ")[-1] for line in captured.lines] == ["own info", "foreign warning"]
    captured.configure(level="debug")
    logging.getLogger("library").debug("foreign debug")
    assert captured.lines[-1].endswith("foreign debug")
    captured.configure(level="error")
    logging.getLogger("library").warning("foreign warning again")
    assert captured.lines[-1].endswith("foreign debug")


def test_setting_it_up_again_replaces_what_was_there(captured: Captured) -> None:
    captured.configure()
    captured.configure(log_format="json")
    logging.getLogger("kiosk").info("once")
    (line,) = captured.lines
    assert json.loads(line)["message"] == "once"


def test_a_file_is_written_beside_the_stream_and_rotated(
    captured: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.operations.logs._ROTATE_AT", 100)
    file = tmp_path / "logs" / "kiosk.log"
    captured.configure(file=file)
    for number in range(10):
        logging.getLogger("kiosk").info("line %d of the log, known-secret", number)
    assert len(captured.lines) == 10
    assert "line 9" in file.read_text()
    assert file.with_name("kiosk.log.5").exists()
    assert not file.with_name("kiosk.log.6").exists()
    assert "known-secret" not in "".join(path.read_text() for path in file.parent.iterdir())


def test_a_file_that_cannot_be_written_is_told_once_and_costs_no_line(
    captured: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = StringIO()
    monkeypatch.setattr("sys.__stderr__", told)
    obstacle = tmp_path / "logs"
    obstacle.write_text("")
    captured.configure(file=obstacle / "kiosk.log")

    def log(text: str) -> None:
        logging.getLogger("kiosk").info("%s, known-secret", text)

    log("first")
    log("second")
    assert told.getvalue().count("the log cannot be written") == 1
    obstacle.unlink()
    log("third")
    assert "third" in (tmp_path / "logs" / "kiosk.log").read_text()
    assert len(captured.lines) == 3
    assert "known-secret" not in told.getvalue()


def test_a_full_disk_is_told_once(captured: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    told = StringIO()
    monkeypatch.setattr("sys.__stderr__", told)
    captured.configure(file=Path("/dev/full"))
    for _ in range(3):
        logging.getLogger("kiosk").info("known-secret")
    captured.configure()  # closing the file fails as well, and does no harm
    assert told.getvalue().count("the log cannot be written (OSError)") == 1
    assert len(captured.lines) == 3


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("known-secret")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_arguments_that_do_not_fit_lose_no_line(log_format: str, captured: Captured) -> None:
    captured.configure(log_format=log_format)
    logging.getLogger("kiosk").info("%d visitors", "three")
    logging.getLogger("kiosk").info("hello %s", Unprintable())
    assert "%d visitors (its arguments do not fit)" in captured.lines[0]
    assert "hello %s (its arguments do not fit)" in captured.lines[1]
    assert "known-secret" not in captured.text
