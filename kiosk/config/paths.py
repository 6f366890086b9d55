"""Where the kiosk's configuration and data lie on this machine."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import platformdirs

from kiosk.installation import resources_folder

APPLICATION = "avatar-kiosk"
CONFIG_NAME = "config.toml"
CONFIG_VARIABLE = "AVATAR_KIOSK_CONFIG"


def user_config_file() -> Path:
    """The configuration of this user: also where ``avatar-kiosk init`` writes."""
    return platformdirs.user_config_path(APPLICATION, appauthor=False) / CONFIG_NAME


def site_config_file(platform: str = sys.platform) -> Path:
    """The configuration of this machine, for every user who has none."""
    if platform in {"win32", "darwin"}:  # %ProgramData% and /Library/Application Support
        return platformdirs.site_config_path(APPLICATION, appauthor=False) / CONFIG_NAME
    return Path("/etc") / APPLICATION / CONFIG_NAME  # elsewhere platformdirs means /etc/xdg, where nobody looks


def search_places() -> tuple[Path, ...]:
    """Where a configuration is looked for when nobody names one, the first one that is there wins."""
    return user_config_file(), site_config_file()


def find_config(explicit: Path | None, environ: Mapping[str, str], places: Sequence[Path] | None = None) -> Path | None:
    """The configuration file to read, or None: demo mode.

    A file that was named (``--config``, ``$AVATAR_KIOSK_CONFIG``) is returned even if it is missing: to run something
    else in its place would hide the mistake.
    """
    if explicit is not None:
        return explicit
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    *others, machines = places or search_places()
    return next((place for place in others if _there(place)), machines if _there(machines, hidden=True) else None)


def _there(place: Path, *, hidden: bool = False) -> bool:
    """Whether something is at this place. `hidden`: the answer where this user may not look.

    A folder closed to this user hides nothing of theirs: they are somebody else than its variable `HOME` says. But the
    machine's own file is meant for whoever runs the kiosk, and must not be passed over in silence.
    """
    try:
        place.stat()
    except PermissionError:
        return hidden
    except OSError:
        return False
    return True


def state_folder() -> Path:
    """What the kiosk remembers from one start to the next; everything in it may be lost."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False)


def schema_file() -> Path:
    """The JSON Schema that is shipped."""
    return resources_folder() / "schema" / "avatar-kiosk.schema.json"


def sdk_place() -> Path:
    """What leads to the vendor's packages: a link, or a file that holds a path where links cannot be made."""
    return platformdirs.user_data_path(APPLICATION, appauthor=False) / "sdk"


def sdk_folder() -> Path:
    """Where ``avatar-kiosk sdk install`` puts the vendor's packages: the folder that holds ``node_modules``."""
    place = sdk_place()
    return place.parent / place.read_text(encoding="utf-8") if place.is_file() else place
