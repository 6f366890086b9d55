"""The one configuration file: what may stand in it, how it is read, what is wrong with it, and when it has changed."""

from kiosk.config.changes import changed_tables, needs_restart
from kiosk.config.loader import Loaded, load_settings
from kiosk.config.paths import find_config, sdk_folder, state_folder, user_config_file
from kiosk.config.problems import Problem, Severity
from kiosk.config.schema import Settings

__all__ = [
    "Loaded",
    "Problem",
    "Settings",
    "Severity",
    "changed_tables",
    "find_config",
    "load_settings",
    "needs_restart",
    "sdk_folder",
    "state_folder",
    "user_config_file",
]
