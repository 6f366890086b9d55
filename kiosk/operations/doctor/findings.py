"""What the doctor says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    """It works, and could work better."""
    BAD = "bad"
    """A visitor is served badly, or not at all; or will be."""
    UNKNOWN = "unknown"
    """Not tried, or not to be told from here. Never guessed at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, in words, and, where it is not good, what to do."""

    subject: str
    verdict: Verdict
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Untold:
    """In the place of facts that are not there. `fault`: that they could not be had is itself what is wrong."""

    why: str
    fault: bool = False
    advice: str = ""

    def finding(self, subject: str) -> Finding:
        return Finding(subject, Verdict.BAD if self.fault else Verdict.UNKNOWN, self.why, self.advice)


def well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is bad."""
    return all(finding.verdict is not Verdict.BAD for finding in findings)


def good(subject: str, text: str) -> Finding:
    return Finding(subject, Verdict.GOOD, text)


def doubtful(subject: str, text: str, advice: str) -> Finding:
    return Finding(subject, Verdict.DOUBTFUL, text, advice)


def bad(subject: str, text: str, advice: str) -> Finding:
    return Finding(subject, Verdict.BAD, text, advice)
