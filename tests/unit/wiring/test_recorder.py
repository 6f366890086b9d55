"""What the flight recorder notes of a session, and what it never does."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from kiosk.operations.redaction import Redactor
from kiosk.session import events, messages
from kiosk.session.events import Event
from kiosk.session.messages import ConnectionState, Operation, PageMessage
from kiosk.session.model import Policy, Reason
from kiosk.session.step import step
from kiosk.wiring.recorder import TRANSCRIPT, Recorder
from tests.unit.session.bench import Bench

SECRET = "Tr0ub4dor-and-3"
WORDS = "my name is Alice"


class RecordedBench(Bench):
    """Hands every event to the recorder, as the controller does."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        super().__init__()

    def feed(self, *happened: Event) -> None:
        for event in happened:
            before = self.state
            self.state, effects = step(before, event, self.now)
            self.effects.extend(effects)
            self.recorder.happened(event, before, self.state, effects)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    with Recorder(Redactor([SECRET]), tmp_path / "recorder") as recorder:
        yield recorder


def noted(recorder: Recorder, *, transcripts: bool = False) -> list[dict[str, Any]]:
    events = recorder.answer(transcripts=transcripts)["events"]
    assert isinstance(events, list)
    return events


def kinds(recorder: Recorder) -> list[str]:
    return [entry["kind"] for entry in noted(recorder)]


def test_a_visit_is_told_by_its_states_events_and_effects(recorder: Recorder) -> None:
    bench = RecordedBench(recorder)
    bench.live()
    bench.player("stalled")
    states = [entry for entry in noted(recorder) if entry["kind"] == "state"]
    assert [(entry["from"], entry["to"]) for entry in states] == [
        ("starting", "idle"),
        ("idle", "connecting"),
        ("connecting", "live"),
        ("live", "recovering"),
    ]
    assert states[-1]["reason"] == "stalled"
    assert states[-1]["rung"] == "reconnect"
    assert states[-1]["attempt"] == bench.attempt
    told = kinds(recorder)
    assert {"Began", "Hello", "Prepared", "Intent", "Granted", "ConnectionStateChanged", "Agent", "PlayerEvent"} <= set(
        told
    )
    assert {"→ RebuildPage", "→ PreparePage", "→ Mint", "→ SendConnect", "→ SendReconnect"} <= set(told)
    assert next(entry for entry in noted(recorder) if entry["kind"] == "recovery")["rung"] == "reconnect"


def test_ten_minutes_on_the_lobby_screen_are_a_handful_of_entries(recorder: Recorder) -> None:
    bench = RecordedBench(recorder)
    bench.idle()
    before = len(noted(recorder))
    bench.wait(600.0)
    fresh = noted(recorder)[before:]
    assert len(fresh) <= 60, "a tally ends whenever the journal is written"
    assert sum(entry["count"] for entry in fresh if entry["kind"] == "heartbeat") > 500


def every_event() -> list[Event]:
    """One of each kind, with a secret and somebody's words wherever a text fits that is not a name or a number."""
    error = messages.PageError(name="Error", message=f"{WORDS} {SECRET}", status=401, reason=5)
    page: dict[str, Any] = {"page": 1}
    device = messages.AudioDevice(id="id", label="Desk [USB]")
    features = messages.Features(webgl2=True, encoded_transforms=True)
    return [
        messages.Hello(**page, v=1, livekit_client="2.16.1", chromium="140", features=features),
        messages.Heartbeat(**page),
        messages.Heartbeat(**page, marker=False),
        messages.Progress(**page, operation=Operation.LOAD_AVATAR, progress=0.5),
        messages.Prepared(**page, sdk="builtin", fallback=True, fallback_cause=f"token={SECRET}"),
        messages.OperationFailed(**page, operation=Operation.CONNECT, error=error, attempt="a"),
        messages.ConnectionStateChanged(**page, attempt="a", state=ConnectionState.CONNECTED),
        messages.PlayerEvent(**page, attempt="a", event="error", error=error),
        messages.Published(**page, attempt="a", label="Desk [USB]"),
        messages.Agent(**page, attempt="a", present=True),
        messages.FirstSound(**page, attempt="a"),
        messages.Activity(**page, kind="visitor-speech"),
        messages.Devices(**page, inputs=(device,)),
        messages.MicrophoneChanged(**page, state="live", level=0.5),
        messages.Intent(**page, action="start"),
        messages.Disposed(**page, attempt="a"),
        messages.Said(**page, speaker="visitor", text=WORDS),
        messages.PageLog(**page, level="warning", text=f"{WORDS} {SECRET}"),
        events.Began(),
        events.Tick(),
        events.Slept(3.0),
        events.MemoryMeasured(300_000_000),
        events.StartRequested("command"),
        events.StopRequested(Reason.COMMAND),
        events.PageRequested(),
        events.Granted("a", f"wss://host/?access_token={SECRET}", "room", 300.0),
        events.GrantRefused("a", Reason.CREDENTIALS_REFUSED),
        events.Probed(),
        events.Probed(Reason.SERVER_UNREACHABLE),
        events.RendererGone(f"crashed {SECRET}"),
        events.PageLoadFailed("failed"),
        events.CertificateRefused(),
        events.AvatarTokenArrived(),
        events.Reconfigured(Policy(), demo=False),
        events.HoursChanged(open=True),
    ]


def test_no_event_brings_a_secret_or_anybodys_words(recorder: Recorder, tmp_path: Path) -> None:
    kinds = {type(event) for event in every_event()}
    messages_there_are = set(get_args(get_args(PageMessage)[0]))
    assert kinds >= messages_there_are | set(get_args(Event)) - {PageMessage}, "an event is missing in this test"
    bench = RecordedBench(recorder)
    bench.feed(*every_event())
    recorder.__exit__()
    answer = json.dumps(recorder.answer(transcripts=True))
    disk = "".join(path.read_text() for path in (tmp_path / "recorder").iterdir())
    for text in (answer, disk):
        assert "→ RebuildPage" in text or "\\u2192 RebuildPage" in text
        assert SECRET not in text
        assert WORDS not in text


@dataclass(frozen=True, slots=True)
class Unheard:
    """An event that nobody has thought of yet."""

    text: str


def test_of_an_event_that_is_new_only_the_name_is_noted(recorder: Recorder) -> None:
    state = Bench().state
    recorder.happened(Unheard(WORDS), state, state, ())  # type: ignore[arg-type]
    entry = noted(recorder)[-1]
    assert entry["kind"] == "Unheard"
    assert set(entry) == {"n", "at", "clock", "kind"}


def test_the_log_is_noted_from_warnings_on_with_the_end_of_its_traces(recorder: Recorder) -> None:
    log = logging.getLogger("kiosk.test")
    log.setLevel(logging.INFO)
    log.info("nothing new")
    log.warning("no leave to join with %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        log.exception("a defect")
    misfit = {"name": "kiosk.test", "levelno": logging.ERROR, "msg": "%d is no number", "args": ("this",)}
    recorder._handler.handle(logging.makeLogRecord(misfit))
    warning, defect, wrong = (entry for entry in noted(recorder) if entry["kind"] == "log")
    assert (warning["level"], warning["message"]) == ("warning", "no leave to join with [redacted]")
    assert defect["trace"].endswith("with base 10: '[redacted]'")
    assert wrong["message"] == "%d is no number"


def test_what_is_said_is_told_only_where_it_may_be_and_never_lies_on_the_disk(
    recorder: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger(TRANSCRIPT).info("%s: %s", "visitor", WORDS)
    assert recorder.answer(transcripts=False)["transcript"] == []
    answer = recorder.answer(transcripts=True)
    assert isinstance(answer["transcript"], list)
    assert answer["transcript"][0]["words"] == f"visitor: {WORDS}"
    assert WORDS not in json.dumps(answer["events"])
    recorder.left(0)
    recorder.__exit__()
    disk = "".join(path.read_text() for path in (tmp_path / "recorder").iterdir())
    assert '"left"' in disk
    assert WORDS not in disk


def test_an_answer_fits_into_a_line_of_the_control_socket(recorder: Recorder) -> None:
    for number in range(2000):
        recorder.note("refused", f"{number} " + "ä" * 500)
    answer = recorder.answer(transcripts=False)
    assert len(json.dumps(answer)) < 1_000_000
    assert isinstance(answer["events"], list)
    assert answer["events"][-1]["what"].startswith("1999 ")


def test_signs_of_life_are_counted_and_words_to_the_manager_kept(recorder: Recorder) -> None:
    for message in ("EXTEND_TIMEOUT_USEC=60000000", "READY=1 STATUS=Idle", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"):
        recorder.told(message)
    assert [(entry["kind"], entry.get("what"), entry.get("count")) for entry in noted(recorder)[1:]] == [
        ("extend_timeout_usec", None, 1),
        ("told", "READY=1 STATUS=Idle", None),
        ("watchdog", None, 2),
        ("told", "STOPPING=1", None),
    ]
