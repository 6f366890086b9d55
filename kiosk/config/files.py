"""The files a configuration names: relative ones start beside it, and those it cannot do without must be there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.config.companions import Breach
from kiosk.config.fields import KeyName
from kiosk.config.schema import Settings


def with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    """``settings`` with every relative path starting in ``folder``."""
    changed: dict[str, Any] = {}
    for table_name in Settings.model_fields:
        table = getattr(settings, table_name)
        paths = {name: folder / value for name, value in table if isinstance(value, Path) and not value.is_absolute()}
        if paths:
            changed[table_name] = table.model_copy(update=paths)
    return settings.model_copy(update=changed)


def missing_files(settings: Settings, installed_sdk: Path) -> list[Breach]:
    """What is not there, is not what it should be, or must not be read."""
    appearance = settings.appearance
    found = [*_picture(("appearance", "logo"), appearance.logo)]
    if isinstance(appearance.background, Path):
        found += _picture(("appearance", "background"), appearance.background)
    return [*found, *_sdk(settings.avatar.sdk, installed_sdk), *_log(settings.log.file)]


def holds_packages(folder: Path) -> bool:
    """Whether ``folder`` holds a ``node_modules``."""
    return (folder / "node_modules").is_dir()


def _picture(key: KeyName, file: Path | None) -> Iterator[Breach]:
    if file is None:
        return
    expected = "an image file that the kiosk can read"
    if not file.exists():
        yield Breach(
            key,
            f"{'.'.join(key)}: there is no file {file}.",
            expected,
            "Relative paths start in the configuration's folder.",
        )
    elif not file.is_file():
        yield Breach(key, f"{'.'.join(key)}: {file} is not a file.", expected)
    elif not os.access(file, os.R_OK):
        yield Breach(
            key, f"{'.'.join(key)}: {file} cannot be read.", expected, "Give the kiosk's user the right to read it."
        )


def _sdk(sdk: str | Path, installed: Path) -> Iterator[Breach]:
    key = ("avatar", "sdk")
    if isinstance(sdk, Path) and not holds_packages(sdk):
        yield Breach(
            key,
            f"avatar.sdk: {sdk} holds no node_modules.",
            "a folder that holds node_modules",
            "Run npm install there.",
        )
    elif sdk == "installed" and not holds_packages(installed):
        yield Breach(
            key, "avatar.sdk: no AvatarKit SDK is installed.", "an installed SDK", "Run: avatar-kiosk sdk install"
        )


def _log(file: Path | None) -> Iterator[Breach]:
    if file is not None and file.is_dir():
        yield Breach(("log", "file"), f"log.file: {file} is a folder.", "the path of a file")
    elif file is not None and file.is_fifo():  # the first line would wait for somebody who reads it
        yield Breach(("log", "file"), f"log.file: {file} is a pipe.", "the path of a file")
