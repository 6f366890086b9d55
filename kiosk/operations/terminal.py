"""Facts for people: rows of label and text, calm colours on a terminal, plain `label: text` lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Tone(StrEnum):
    """How a row is meant; the values are rich's styles."""

    PLAIN = ""
    GOOD = "green"
    DOUBTFUL = "yellow"
    BAD = "bold red"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact. Without a label it is a line of its own."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN


def show(rows: Sequence[Row], stream: TextIO | None = None) -> None:
    """Print the rows to `stream`, or stdout."""
    stream = stream or sys.stdout
    if stream.isatty():
        _show_styled(rows, stream)
        return
    for row in rows:
        stream.write(f"{row.label}: {row.text}\n" if row.label else f"{row.text}\n")


def _show_styled(rows: Sequence[Row], stream: TextIO) -> None:
    console = Console(file=stream, highlight=False)
    width = max((len(row.label) for row in rows), default=0)
    for labelled, group in groupby(rows, key=lambda row: bool(row.label)):
        table = Table.grid(padding=(0, 3))
        if labelled:
            table.add_column(style="dim", no_wrap=True, min_width=width)
        table.add_column(overflow="fold")
        for row in group:
            text = Text(row.text, style=row.tone.value)  # Text, not markup: device names are full of square brackets
            table.add_row(*([row.label, text] if labelled else [text]))
        console.print(table)
