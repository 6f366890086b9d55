"""The README's tables of all settings, from the schema. Pure.

``python -m kiosk.config.documentation`` prints what belongs between the README's markers.
"""

import sys
from collections.abc import Iterable

from pydantic import SecretStr

from kiosk.config.fields import SOURCES, Field, fields_of
from kiosk.config.schema import Table
from kiosk.config.shown_values import default_shown, plain
from kiosk.config.writing import toml_value

BEGIN = "<!-- settings -->"
END = "<!-- /settings -->"


def documentation() -> str:
    """All settings as Markdown, folded away; begins and ends with the markers."""
    tables = "\n".join(_tables(fields_of()))
    return f"{BEGIN}\n<details>\n<summary>All settings</summary>\n\n{tables}\n</details>\n{END}\n"


def _tables(fields: Iterable[Field]) -> Iterable[str]:
    for field in fields:
        if field.table is not None:
            yield _table(field.table, field)
            yield from _tables(fields_of(field.table, field.name))


def _table(table: type[Table], field: Field) -> str:
    intro = " ".join((table.__doc__ or "").split())
    keys = [_row(key) for key in fields_of(table, field.name) if key.table is None]
    head = ["| key | what it takes | without it | |", "|---|---|---|---|"]
    return "\n".join([f"**`[{field.dotted}]`** {_cell(intro)}", "", *head, *keys, ""])


def _row(key: Field) -> str:
    names = [key.name[-1]]
    if key.kind is SecretStr:
        names += [f"…{source}" for source in SOURCES]
    default = default_shown(key)
    example = f" For example `{_cell(toml_value(plain(key.info.examples[0])))}`." if key.info.examples else ""
    cells = (
        ", ".join(f"`{name}`" for name in names),
        _cell(key.expected),
        "" if default is None else f"`{_cell(toml_value(default))}`",
        _cell(key.info.description or "") + example,
    )
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.write(documentation())
