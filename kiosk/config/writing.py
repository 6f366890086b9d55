"""Values as TOML writes them."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: object) -> str:
    """``value`` on one line: a text, a number, true or false, or a list or table of them.

    Raises:
        TypeError: TOML has nothing for it.
    """
    match value:
        case Path():
            return toml_value(str(value))
        case str():
            # JSON's escapes are TOML's; but TOML allows no bare DEL.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool() | int():
            return json.dumps(value)
        case float():
            return json.dumps(value) if math.isfinite(value) else str(value)
        case Mapping():
            pairs = [f"{toml_key((str(name),))} = {toml_value(item)}" for name, item in value.items()]
            return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
        case Sequence():
            return f"[{', '.join(toml_value(item) for item in value)}]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def toml_key(parts: Sequence[str]) -> str:
    """A key, dotted if it has several parts."""
    return ".".join(part if _BARE_KEY.fullmatch(part) else toml_value(part) for part in parts)
