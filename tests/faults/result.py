"""What came of a fault, and the table of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

COLUMNS = ("fault", "scene", "outcome", "seconds", "rung", "what the visitor saw meanwhile", "handler")

NOTICED = 0.05
"""Seconds without moving pictures that are more than the rounding of a clock."""


@dataclass(frozen=True)
class PeerResult:
    """How the page with nothing but the documents' handler fared."""

    recovered: bool
    seconds: float | None
    """From the moment the outside was whole again; None: not within its time."""


@dataclass(frozen=True)
class Result:
    """One fault in one scene."""

    family: str
    fault: str
    scene: str
    lasted: float
    """Seconds the outside was broken; 0: an instant."""
    recovered: bool
    seconds: float | None
    """From the moment the outside was whole again until well for good; 0: it was never seen unwell after that."""
    outcome: str
    """In words: live again, ready for the next visitor, or what failed."""
    rung: str | None
    """The highest rung of the ladder that was used."""
    restarts: int
    """How often the supervisor started the process again."""
    story: list[tuple[str, str | None, float]]
    dark: float
    """Seconds in which the screen showed nothing."""
    person: str = ""
    peer: PeerResult | None = None
    log: list[str] = field(default_factory=list)
    """The kiosk's last lines, kept only of failures."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.family, self.fault, self.scene

    @staticmethod
    def from_json(values: dict[str, Any]) -> Result:
        peer = values.pop("peer")
        chapters = [(state, reason, seconds) for state, reason, seconds in values.pop("story")]
        return Result(**values, story=chapters, peer=PeerResult(**peer) if peer else None)


def load(path: Path) -> list[Result]:
    """The results of earlier runs; none when there are none."""
    if not path.exists():
        return []
    return [Result.from_json(values) for values in json.loads(path.read_text(encoding="utf-8"))["results"]]


def save(results: Sequence[Result], path: Path, about: dict[str, object]) -> None:
    """Keep results as JSON, with what they were measured on."""
    text = json.dumps({**about, "results": [asdict(result) for result in results]}, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def merged(old: Iterable[Result], new: Iterable[Result], order: Sequence[tuple[str, str, str]]) -> list[Result]:
    """The latest result of each fault and scene that the catalogue (`order`) still has, in its order."""
    latest = {result.key: result for result in (*old, *new)}
    return [latest[key] for key in order if key in latest]


def table(results: Sequence[Result], about: dict[str, object]) -> str:
    """Everything as Markdown, with the summary before it."""
    lines = ["# What was broken, and how it came back", "", *_summary(results), ""]
    lines += [f"{name.capitalize()}: {value}." for name, value in about.items()]
    for family in dict.fromkeys(result.family for result in results):
        own = [result for result in results if result.family == family]
        lines += ["", f"## {family.capitalize()}", "", f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
        lines += [f"| {' | '.join(_row(result))} |" for result in own]
    persons = [f"- {result.fault} ({result.scene}): {result.person}" for result in results if result.person]
    if persons:
        lines += ["", "## What needs a person", "", *dict.fromkeys(persons)]
    return "\n".join(lines) + "\n"


def _summary(results: Sequence[Result]) -> list[str]:
    survived = [result for result in results if result.recovered]
    compared = [result for result in results if result.peer is not None]
    helped = sum(bool(result.person) for result in survived)
    lines = [
        f"The kiosk came back from {len(survived)} of {len(results)} faults: from {len(survived) - helped} without a "
        f"person, and from {helped} as soon as somebody had set right what only a person can."
    ]
    if compared:
        by_handler = [result for result in compared if result.peer and result.peer.recovered]
        alone = sum(result.recovered for result in compared)
        lines.append(
            f"Of the {len(compared)} that also struck a page with nothing but the documents' `stalled` handler, in the "
            f"same run, the kiosk survived {alone} and the handler {len(by_handler)}."
        )
        both = [(r.seconds, r.peer.seconds) for r in by_handler if r.peer and r.seconds is not None]
        pairs = [(own, other) for own, other in both if other is not None]
        noticed = [pair for pair in pairs if max(pair) > NOTICED]
        if noticed:
            own, other = median(pair[0] for pair in noticed), median(pair[1] for pair in noticed)
            lines.append(
                f"Of those that both survived, {len(pairs) - len(noticed)} disturbed neither; for the other "
                f"{len(noticed)} the median was {own:.1f} s here and {other:.1f} s there."
            )
    return lines


def _row(result: Result) -> tuple[str, ...]:
    rung = result.rung or "–"
    if result.restarts:
        rung = f"{rung}, {result.restarts} restart{'s' if result.restarts > 1 else ''}"
    peer = "" if result.peer is None else _seconds(result.peer.seconds) if result.peer.recovered else "not"
    seconds = _seconds(result.seconds) if result.recovered else "**not**"
    return (result.fault, result.scene, result.outcome, seconds, rung, _told(result), peer)


def _told(result: Result) -> str:
    """The states the visitor went through, shortest ones left out."""
    chapters = [chapter for chapter in result.story if chapter[2] >= 0.3]
    told = " → ".join(
        f"{state}{f' ({reason})' if reason else ''} {seconds:.0f} s" for state, reason, seconds in chapters
    )
    return f"{told}; nothing on the screen for {result.dark:.0f} s" if result.dark >= 0.5 else told


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f}"
