"""The figures as a table to read and as JSON to keep."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.bench.comparison import Comparison, Samples

_COLUMNS = ("measured", "kiosk", "peer", "ratio", "goal")


def table(comparisons: Sequence[Comparison]) -> str:
    """A table in Markdown; figures are median (least to greatest)."""
    rows = [_COLUMNS, *(_row(comparison) for comparison in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in padded]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    peers = {comparison.benchmark: comparison.peer_name for comparison in comparisons}
    remarks = dict.fromkeys(remark for comparison in comparisons for remark in comparison.remarks)
    notes = [f"{benchmark}: the peer is {peer}." for benchmark, peer in peers.items()]
    return "\n".join([*lines, "", *notes, *remarks])


def _row(comparison: Comparison) -> tuple[str, ...]:
    ratio = "–" if comparison.ratio is None else f"{comparison.ratio:.2f}"
    goals = [] if comparison.goal is None else [f"≤ {comparison.goal:g}"]
    if comparison.limit is not None:
        goals.append(f"≤ {comparison.limit:g} {comparison.unit}")
    verdict = {True: ": reached", False: ": MISSED", None: ""}[comparison.reached]
    figures = (_figures(samples, comparison.unit) for samples in (comparison.kiosk, comparison.peer))
    return (comparison.what, *figures, ratio, ", ".join(goals) + verdict)


def _figures(samples: Samples, unit: str) -> str:
    if samples.median is None:
        return "–"
    digits = 0 if unit == "MB" else 2
    least, greatest = min(samples.values), max(samples.values)
    return f"{samples.median:.{digits}f} {unit} ({least:.{digits}f} to {greatest:.{digits}f})"


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
