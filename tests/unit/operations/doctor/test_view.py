"""The findings as a person reads them in a pipe and on a terminal, and as a program does."""

from __future__ import annotations

import io

import pytest

from kiosk.operations.doctor.findings import Finding, Verdict
from kiosk.operations.doctor.view import finding_rows, findings_json
from kiosk.operations.terminal import show

FINDINGS = [
    Finding("disk", Verdict.GOOD, "5 GB free"),
    Finding("graphics", Verdict.DOUBTFUL, "WebGL 2 by the processor [llvmpipe]", "It serves."),
    Finding("microphone", Verdict.BAD, "none is there", "Plug one in."),
    Finding("clock", Verdict.UNKNOWN, "not checked"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_a_line_each_with_what_to_do() -> None:
    stream = io.StringIO()
    show(finding_rows(FINDINGS), stream)
    assert stream.getvalue().splitlines() == [
        "disk: good: 5 GB free",
        "graphics: doubtful: WebGL 2 by the processor [llvmpipe] → It serves.",
        "microphone: bad: none is there → Plug one in.",
        "clock: unknown: not checked",
        "1 thing is bad.",
    ]


@pytest.mark.parametrize(
    ("findings", "last"), [(FINDINGS[:2], "Nothing is bad."), ([FINDINGS[2]] * 2, "2 things are bad.")]
)
def test_the_last_line_says_it_all(findings: list[Finding], last: str) -> None:
    assert finding_rows(findings)[-1].text == last


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show(finding_rows(FINDINGS), stream)
    shown = stream.getvalue()
    assert "\x1b[32mgood: 5 GB free" in shown
    assert "\x1b[33mdoubtful: " in shown
    assert "\x1b[1;31mbad: none is there" in shown
    assert "[llvmpipe]" in shown


def test_a_program_gets_all_of_it() -> None:
    assert findings_json(FINDINGS[1:2]) == {
        "well": True,
        "findings": [
            {
                "subject": "graphics",
                "verdict": "doubtful",
                "text": "WebGL 2 by the processor [llvmpipe]",
                "advice": "It serves.",
            }
        ],
    }
    assert findings_json(FINDINGS)["well"] is False
