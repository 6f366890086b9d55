"""The problems of a configuration: coloured on a terminal, as compilers write them in a pipe, and as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.config import Loaded, Problem, Severity
from kiosk.operations.terminal import Row, Tone, show

if TYPE_CHECKING:
    from collections.abc import Sequence

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.DOUBTFUL}


def in_order(loaded: Loaded) -> list[Problem]:
    """Problems and warnings in the order of the file."""
    both = [*loaded.problems, *loaded.warnings]
    return sorted(both, key=lambda problem: (problem.line or 0, problem.column or 0))


def show_problems(loaded: Loaded, stream: TextIO | None = None) -> None:
    """Print them to `stream`, or stdout."""
    stream = stream or sys.stdout
    show([_summary(loaded)], stream)
    problems = in_order(loaded)
    if stream.isatty():
        _show_styled(problems, stream)
        return
    for problem in problems:
        stream.write(f"{_place(loaded, problem)}: {_mark(problem)}{problem.message}\n")


def problem_json(loaded: Loaded, problem: Problem) -> dict[str, object]:
    """One of them for tools. `line` and `column` count from 1, and are null for what has no place in the file."""
    return {
        "kind": "problem",
        "severity": problem.severity.value,
        "file": str(loaded.path) if loaded.path else None,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "value": problem.value,
        "expected": problem.expected,
        "suggestion": problem.suggestion,
        "message": problem.message,
    }


def _summary(loaded: Loaded) -> Row:
    errors, warnings = len(loaded.problems), len(loaded.warnings)
    counts = [f"{errors or 'no'} problem{'' if errors == 1 else 's'}"]
    if warnings:
        counts.append(f"{warnings} warning{'' if warnings == 1 else 's'}")
    tone = Tone.BAD if errors else Tone.DOUBTFUL if warnings else Tone.GOOD
    return Row("", f"{loaded.path or 'environment'}: {', '.join(counts)}", tone)


def _show_styled(problems: Sequence[Problem], stream: TextIO) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for problem in problems:
        place = "" if problem.line is None else f"line {problem.line}:{problem.column}"
        table.add_row(place, Text(_mark(problem) + _what(problem), style=_TONES[problem.severity].value))
        if problem.expected:
            table.add_row("", Text.assemble(("expected  ", "dim"), problem.expected))
        if problem.suggestion:
            table.add_row("", Text(problem.suggestion, style="cyan"))
        table.add_row("", "")
    Console(file=stream, highlight=False).print(table)


def _place(loaded: Loaded, problem: Problem) -> str:
    """FILE:LINE:COLUMN, which editors can jump to."""
    name = str(loaded.path or "environment")
    return name if problem.line is None else f"{name}:{problem.line}:{problem.column}"


def _mark(problem: Problem) -> str:
    return "warning: " if problem.severity is Severity.WARNING else ""


def _what(problem: Problem) -> str:
    """The message without what is shown on lines of its own."""
    told = problem.message.removesuffix(problem.suggestion).rstrip()
    return told.removesuffix(f"Expected: {problem.expected}.").rstrip()
