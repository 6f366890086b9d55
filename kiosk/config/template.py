"""The configuration that ``avatar-kiosk init`` writes: every key, explained, and switched off by a ``#``.

It is made from the schema, so that it cannot name a key that does not exist or a default that is not true.
"""

import textwrap
from collections.abc import Iterable

from pydantic import SecretStr

from kiosk.config.fields import FILE, KEYRING, Field, KeyName, fields_of
from kiosk.config.schema import Table
from kiosk.config.secret_sources import variable_name
from kiosk.config.shown_values import default_shown, plain
from kiosk.config.writing import toml_value

_WIDTH = 100

_HEAD = """\
# Avatar Kiosk

# Lines that begin with # are remarks. To set something, take the # in front of its key away and
# write your value behind the =. Texts stand in quotes, numbers and true or false do not; times are
# written "90s", "15m" or "1h30m". A key that is not set has the value shown here, unless it says
# "For example". After a save, see whether all is well: avatar-kiosk check
#
# A secret need not stand here: put it into a file that only the kiosk's user may read (chmod 600),
# or into the system's keyring (keyring set avatar-kiosk NAME), and write the file's path or NAME.
#
# Without [livekit] the kiosk runs in demo mode, which needs nothing.
"""


def template(schema: str | None = None) -> str:
    """The text of a new configuration file: valid as it is, and without any effect.

    Args:
        schema: the address of the JSON Schema, by which editors that know TOML (Taplo, Even Better TOML) complete and
            check.
    """
    directive = [f"#:schema {schema}"] if schema else []
    return "\n".join([*directive, _HEAD, *_tables(fields_of())])


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
    if key.kind is SecretStr:
        others = f'# or: {name} = "…", {name}{KEYRING} = "NAME", or ${variable_name(key.name)}'
        lines = [f'#{name}{FILE} = "{name.replace("_", "-")}.txt"', others]
        return "\n".join([_remark(remark), *lines, ""])
    if key.info.examples:
        return "\n".join(
            [_remark(f"{remark} For example:"), f"#{name} = {toml_value(plain(key.info.examples[0]))}", ""]
        )
    if not key.choices and key.kind is not bool:
        remark += f" Takes {key.expected}."
    return "\n".join([_remark(remark), f"#{name} = {toml_value(default_shown(key))}", ""])


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _remark(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
