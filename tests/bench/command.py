"""The command line that all benchmarks share."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench.comparison import Comparison
from tests.bench.report import machine, table

Benchmark = Callable[[int, Path], Sequence[Comparison]]
"""Measures so many rounds, with a folder for logs, and says what came out."""

REPETITIONS = 5


def main(benchmarks: Mapping[str, Benchmark], arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are asked for, print one table, write one JSON file; the exit code."""
    chosen = _parse(benchmarks, arguments)
    before = machine()
    comparisons: list[Comparison] = []
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        for name in chosen.benchmarks or benchmarks:
            own = Path(folder, name)
            own.mkdir()
            try:
                comparisons += benchmarks[name](chosen.repetitions, own)
            except (pytest.skip.Exception, pytest.fail.Exception) as lack:  # how the test rig names a missing part
                missing.append(f"{name} is left out: {lack}.")
                progress(missing[-1])
    if comparisons:
        print(table(comparisons))
    result = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "repetitions": chosen.repetitions,
        "machine": before,
        "load_after": [round(load, 2) for load in os.getloadavg()],
        "left_out": missing,
        "comparisons": [comparison.as_json() for comparison in comparisons],
    }
    chosen.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nAll figures are in {chosen.json}.")
    return 0 if comparisons else 1


def progress(words: str) -> None:
    """Tell a person who waits; stdout is for the result."""
    print(words, file=sys.stderr, flush=True)


def _parse(benchmarks: Mapping[str, Benchmark], arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the kiosk beside its peers.")
    if len(benchmarks) > 1:
        parser.add_argument("benchmarks", nargs="*", metavar="benchmark", help=f"of {', '.join(benchmarks)}; else all")
    else:
        parser.set_defaults(benchmarks=[])
    parser.add_argument("-n", "--repetitions", type=_positive, default=REPETITIONS, metavar="N", help="rounds of each")
    default = Path(tempfile.gettempdir(), "avatar-kiosk-bench.json")
    parser.add_argument("--json", type=Path, default=default, metavar="FILE", help="where all figures go (%(default)s)")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.benchmarks if name not in benchmarks]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(benchmarks)}")
    return chosen


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
