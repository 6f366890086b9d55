"""Figures of the kiosk beside those of its peer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Samples:
    """What repeated measuring gave, in the order of measuring; empty: not measured."""

    values: tuple[float, ...]

    @property
    def median(self) -> float | None:
        return median(self.values) if self.values else None

    def as_json(self) -> dict[str, object]:
        if not self.values:
            return {"samples": []}
        return {
            "samples": [round(value, 4) for value in self.values],
            "min": round(min(self.values), 4),
            "median": round(median(self.values), 4),
            "max": round(max(self.values), 4),
        }


@dataclass(frozen=True)
class Comparison:
    """One thing measured of both."""

    benchmark: str
    what: str
    unit: str
    kiosk: Samples
    peer: Samples
    peer_name: str
    goal: float | None = None
    """Greatest ratio of the medians, kiosk to peer, that is good enough; None: shown to explain the others."""
    limit: float | None = None
    """Greatest median of the kiosk's own that is good enough, in the unit; None: whatever the ratio allows."""
    remarks: tuple[str, ...] = ()
    """What a reader has to know, in sentences: why the peer is missing, or what makes a figure doubtful."""

    @property
    def ratio(self) -> float | None:
        """Median of the kiosk by median of the peer; None where either is missing or the peer's is nothing."""
        own, other = self.kiosk.median, self.peer.median
        return own / other if own is not None and other else None

    @property
    def reached(self) -> bool | None:
        """Whether goal and limit are met; None where there is nothing to tell."""
        figures = ((self.ratio, self.goal), (self.kiosk.median, self.limit))
        verdicts = [figure <= most for figure, most in figures if figure is not None and most is not None]
        return all(verdicts) if verdicts else None

    def as_json(self) -> dict[str, object]:
        return {
            "benchmark": self.benchmark,
            "what": self.what,
            "unit": self.unit,
            "kiosk": self.kiosk.as_json(),
            "peer": {"name": self.peer_name, **self.peer.as_json()},
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": self.goal,
            "limit": self.limit,
            "reached": self.reached,
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }


def samples_of(rounds: Sequence[dict[str, float]], key: str) -> Samples:
    """One figure out of every round of measuring."""
    return Samples(tuple(figures[key] for figures in rounds))
