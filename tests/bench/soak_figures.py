"""What a soak has measured, session by session, and what that says about a thousand more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

MEMORY_GOAL = 10.0
"""Kilobytes (10³ bytes) of main memory that a session may leave behind."""
COUNT_GOAL = 0.02
"""Descriptors, threads or processes that a session may leave behind: 20 in a thousand are noise, 1 each is not."""


@dataclass(frozen=True)
class Sample:
    """The kiosk at rest after one session."""

    session: int
    """How many sessions have been; 0 before the first."""
    seconds: float
    """Since the start of the soak."""
    memory: dict[str, int]
    """Bytes of its own by the role of the processes: browser, renderer, network, …

    Without the pages of programs and libraries: the kernel may drop those, and how much of them counts depends on who
    else on the machine has the same mapped.
    """
    pss: int
    """Bytes in all, programs and libraries included by their share."""
    descriptors: int
    threads: int
    processes: int
    rooms: int
    """Left on the server."""

    @property
    def own(self) -> int:
        return sum(self.memory.values())


@dataclass
class Course:
    """All of a soak."""

    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """One line for each session that did not become live, broke off, or did not end at rest."""
    durations: list[float] = field(default_factory=list)
    """Seconds of each session, from the start to the rest after it."""

    def slope(self, figure: Callable[[Sample], float]) -> float | None:
        """What one session adds to a figure: the least-squares line through the second half.

        The first half is warm-up: caches fill, arenas find their size. None with less than three samples there.
        """
        later = self.samples[len(self.samples) // 2 :]
        if len(later) < 3:
            return None
        return least_squares([sample.session for sample in later], [figure(sample) for sample in later])

    @property
    def memory_slope(self) -> float | None:
        """Kilobytes a session."""
        return self.slope(lambda sample: sample.own / 1e3)

    def role_slopes(self) -> dict[str, float | None]:
        """The same for each role that was ever seen."""
        roles = sorted({role for sample in self.samples for role in sample.memory})
        return {role: self.slope(lambda sample, role=role: sample.memory.get(role, 0) / 1e3) for role in roles}  # type: ignore[misc]

    def as_json(self) -> dict[str, object]:
        return {
            "sessions": len(self.durations),
            "failed": self.failures,
            "memory_kb_per_session": self.memory_slope,
            "by_role_kb_per_session": self.role_slopes(),
            "descriptors_per_session": self.slope(lambda sample: sample.descriptors),
            "threads_per_session": self.slope(lambda sample: sample.threads),
            "processes_per_session": self.slope(lambda sample: sample.processes),
            "rooms_left": self.samples[-1].rooms if self.samples else None,
            "seconds": [round(seconds, 2) for seconds in self.durations],
            "samples": [asdict(sample) for sample in self.samples],
        }


def least_squares(x: Sequence[float], y: Sequence[float]) -> float:
    """The slope of the line that fits best."""
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    spread = sum((value - x_mean) ** 2 for value in x)
    return sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)) / spread


def table(course: Course) -> str:
    """The figures in Markdown."""
    first, last = course.samples[0], course.samples[-1]
    slopes = course.role_slopes()
    pss_slope = course.slope(lambda sample: sample.pss / 1e3)
    rows = [
        ("measured", "before", "after", "a session", "goal"),
        _row("memory in all (PSS)", first.pss / 1e6, last.pss / 1e6, "MB", pss_slope, "KB", None),
        _row("memory of its own", first.own / 1e6, last.own / 1e6, "MB", course.memory_slope, "KB", MEMORY_GOAL),
        *(
            _row(f"  {role}", first.memory.get(role, 0) / 1e6, last.memory.get(role, 0) / 1e6, "MB", slope, "KB", None)
            for role, slope in slopes.items()
        ),
    ]
    for name in ("descriptors", "threads", "processes"):
        slope = course.slope(lambda sample, name=name: getattr(sample, name))  # type: ignore[misc]
        rows.append(_row(name, getattr(first, name), getattr(last, name), "", slope, "", COUNT_GOAL))
    rows.append(("rooms left", str(first.rooms), str(last.rooms), "", f"0: {_verdict(last.rooms, 0)}"))
    failed = len(course.failures)
    rows.append(("sessions failed", "", f"{failed} of {len(course.durations)}", "", f"0: {_verdict(failed, 0)}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    lines.append("")
    if course.durations:
        lines.append(f"A session took {median(course.durations):.1f} s (median).")
    return "\n".join([*lines, *course.failures])


def reached(course: Course) -> bool:
    """Whether every goal is."""
    counts = [course.slope(lambda sample, name=name: getattr(sample, name)) for name in ("descriptors", "threads")]  # type: ignore[misc]
    slopes = [(course.memory_slope, MEMORY_GOAL), *((slope, COUNT_GOAL) for slope in counts)]
    return not course.failures and course.samples[-1].rooms == 0 and all(s is None or s <= goal for s, goal in slopes)


def _row(
    what: str, first: float, last: float, unit: str, slope: float | None, slope_unit: str, goal: float | None
) -> tuple[str, str, str, str, str]:
    shown = [f"{value:.1f} {unit}".rstrip() if unit else f"{value:g}" for value in (first, last)]
    grows = "–" if slope is None else f"{slope:+.{1 if slope_unit else 3}f} {slope_unit}".rstrip()
    wanted = "" if goal is None else f"≤ {goal:g} {slope_unit}".rstrip() + f": {_verdict(slope, goal)}"
    return (what, *shown, grows, wanted)  # type: ignore[return-value]


def _verdict(value: float | None, goal: float) -> str:
    return "not measured" if value is None else "reached" if value <= goal else "MISSED"
