"""The bridge's messages: strict in, camelCase out, and never an echo of content in an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.session import messages
from kiosk.session.messages import MESSAGE_LIMIT, ProtocolError, decode, encode
from kiosk.session.model import Phase, Reason
from kiosk.session.present import _REASON_SPEAKS

LOCALES = Path(__file__).parents[3] / "resources" / "web" / "locales"


def test_commands_are_camel_case_with_a_kebab_case_type() -> None:
    command = messages.Connect(attempt="a", url="ws://s", token="t", room_name="r")
    assert json.loads(encode(command)) == {
        "type": "connect",
        "attempt": "a",
        "url": "ws://s",
        "token": "t",
        "roomName": "r",
        "microphone": None,
        "language": "en",
    }


def test_every_command_and_message_has_a_type_of_its_own() -> None:
    kinds = [*get_args(messages.Command), *get_args(get_args(messages.PageMessage)[0])]
    types = [kind.model_fields["type"].default for kind in kinds]
    assert len(types) == len(set(types))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type":"hello"}',
        '{"type":"unknown","page":1}',
        '{"type":"intent","page":1,"action":"dance"}',
        '{"type":"disposed","page":1,"attempt":"a","token":"eyJsecret"}',
        '{"type":"heartbeat","page":1,"note":"' + "x" * MESSAGE_LIMIT + '"}',
    ],
)
def test_what_is_no_message_is_refused_without_echo(text: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode(text)
    assert "eyJ" not in str(refused.value)
    assert len(str(refused.value)) < 500


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        decode(text)


@pytest.mark.parametrize("locale", sorted(LOCALES.glob("*.json")), ids=lambda path: path.stem)
def test_every_sentence_a_state_asks_for_is_written(locale: Path) -> None:
    sentences = json.loads(locale.read_text(encoding="utf-8"))
    wanted = {phase.value for phase in Phase} | {
        reason.value for reason in (REASONS_SHOWN | {Reason.VISITOR, Reason.COMMAND, Reason.OUTSIDE_HOURS})
    }
    assert wanted | {"idle_warning", "max_warning"} <= sentences.keys()


REASONS_SHOWN = frozenset(
    {
        Reason.AGENT_LEFT,
        Reason.AGENT_MISSING,
        Reason.ROOM_ENDED,
        Reason.IDLE_TIMEOUT,
        Reason.MAX_DURATION,
        Reason.SHUTDOWN,
        Reason.SERVER_UNREACHABLE,
        Reason.CREDENTIALS_REFUSED,
        Reason.CREDENTIALS_SILENT,
        Reason.ENDPOINT_UNAVAILABLE,
        Reason.ENDPOINT_REFUSED,
        Reason.ENDPOINT_INVALID,
        Reason.LIVEKIT_VERSION,
        Reason.PAGE_FAILED,
    }
)
"""The reasons that `step` can give to a phase whose reason speaks."""


def test_only_phases_at_an_end_speak_by_their_reason() -> None:
    assert not any(phase.in_session for phase in _REASON_SPEAKS)
