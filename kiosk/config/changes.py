"""What differs between two settings, and what of it needs a restart."""

from kiosk.config.schema import Settings


def changed_tables(old: Settings, new: Settings) -> frozenset[str]:
    """The names of the tables that differ, for example ``{"appearance"}``."""
    return frozenset(name for name in Settings.model_fields if getattr(old, name) != getattr(new, name))


def needs_restart(old: Settings, new: Settings) -> tuple[str, ...]:
    """The changed keys that are read only once, at the start of the process, as ``table.key``."""
    return tuple(key for key in Settings.restart_keys if _value(old, key) != _value(new, key))


def _value(settings: Settings, key: str) -> object:
    table, name = key.split(".")
    return getattr(getattr(settings, table), name)
