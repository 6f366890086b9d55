"""The configuration that ``avatar-kiosk init`` writes: every key, explained, and switched off by a ``#``.

It is made from the schema, so that it cannot name a key that does not exist or a default that is not true.
"""

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import get_origin

from kiosk.config.durations import format_duration
from kiosk.config.fields import Field, KeyName, fields_of
from kiosk.config.schema import Table
from kiosk.config.secret_sources import variable_name
from kiosk.config.times import Duration

_WIDTH = 100

_HEAD = """\
# Avatar Kiosk

# Lines that begin with # are remarks. To set something, take the # in front of its key away and
# write your value. A key that is not set has the value shown here, if it is not an example.
# After a save: avatar-kiosk check
#
# Without [livekit] the kiosk runs in demo mode, which needs nothing.
"""


def template() -> str:
    """The text of a new configuration file: valid as it is, and without any effect."""
    return "\n".join([_HEAD, *_tables(fields_of())])


def _tables(fields: Iterable[Field]) -> list[str]:
    return [_table(field.table, field.name) for field in fields if field.table is not None]


def _table(table: type[Table], name: KeyName) -> str:
    intro = "\n".join(_remark(paragraph) for paragraph in _paragraphs(table.__doc__ or ""))
    fields = list(fields_of(table, name))
    keys = [_key(field) for field in fields if field.table is None]
    return "\n".join([f"[{'.'.join(name)}]", intro, "", *keys, *_tables(fields)])


def _key(key: Field) -> str:
    name = key.name[-1]
    remark = key.info.description or ""
    if key.choices:
        remark += f" One of: {', '.join(key.choices)}."
    default = key.info.get_default()
    example = (key.info.examples or [None])[0]
    if key.secret and get_origin(key.kind) is not dict:
        lines = [f'#{name}_file = "{name.replace("_", "-")}.txt"', f'# or: {name} = "…", or ${variable_name(key.name)}']
        return "\n".join([_remark(remark), *lines, ""])
    if example is not None:
        return "\n".join([_remark(f"{remark} For example:"), f"#{name} = {_toml(example)}", ""])
    return "\n".join([_remark(remark), f"#{name} = {_written(key, default)}", ""])


def _written(key: Field, value: object) -> str:
    if any(isinstance(mark, Duration) for mark in key.info.metadata) and isinstance(value, float):
        return _toml(format_duration(value))
    return _toml(value)


def _toml(value: object) -> str:
    match value:
        case tuple() | list():
            items = [_toml(item) for item in value]
            return items[0] if isinstance(value, tuple) and len(items) == 1 else f"[{', '.join(items)}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {_toml(item)}' for name, item in value.items())} }}"
        case Path():
            return _toml(str(value))
        case _:
            return json.dumps(value, ensure_ascii=False)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _remark(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
