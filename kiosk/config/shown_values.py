"""Defaults and examples as a person would write them into the file. Pure."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import PydanticUndefined

from kiosk.config.durations import format_duration
from kiosk.config.fields import Field
from kiosk.config.times import Duration


def default_shown(field: Field) -> Any:
    """The default of a key; None if it has none, or one that depends on other keys."""
    default = field.info.get_default()
    if default is PydanticUndefined or default is None:
        return None
    if isinstance(default, float) and any(isinstance(mark, Duration) for mark in field.marks):
        return format_duration(default)
    return plain(default)


def plain(value: Any) -> Any:
    """``value`` as texts, numbers, lists and tables; a list of one device or language is written without brackets."""
    match value:
        case tuple() | list():
            items = [plain(item) for item in value]
            return items[0] if isinstance(value, tuple) and len(items) == 1 else items
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case Path() | ZoneInfo():
            return str(value)
    return value
