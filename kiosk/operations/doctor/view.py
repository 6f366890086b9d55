"""The findings for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from kiosk.operations.doctor.findings import Finding, Verdict, well
from kiosk.operations.terminal import Row, Tone

_TONES = {
    Verdict.GOOD: Tone.GOOD,
    Verdict.DOUBTFUL: Tone.DOUBTFUL,
    Verdict.BAD: Tone.BAD,
    Verdict.UNKNOWN: Tone.PLAIN,
}


def finding_rows(findings: Sequence[Finding]) -> list[Row]:
    """One row a finding, and a last one that says it all."""
    bad = sum(finding.verdict is Verdict.BAD for finding in findings)
    if well(findings):
        last = Row("", "Nothing is bad.", Tone.GOOD)
    else:
        last = Row("", f"{bad} thing{' is' if bad == 1 else 's are'} bad.", Tone.BAD)
    return [*map(_row, findings), last]


def findings_json(findings: Sequence[Finding]) -> dict[str, object]:
    """`{"well": …, "findings": [{"subject", "verdict", "text", "advice"}, …]}`."""
    return {"well": well(findings), "findings": [asdict(finding) for finding in findings]}


def _row(finding: Finding) -> Row:
    """The verdict as a word, too: a pipe has no colours, and not everybody sees them."""
    advice = f" → {finding.advice}" if finding.advice else ""
    return Row(finding.subject, f"{finding.verdict}: {finding.text}{advice}", _TONES[finding.verdict])
