#!/usr/bin/env python3
"""Writes what a Debian package says about itself: copyright, licences, changes, and an example configuration.

Usage: papers.py FOLDER VERSION MAINTAINER

FOLDER becomes /usr/share/doc/avatar-kiosk. Run it with the Python of the environment that was frozen: its packages are
the ones that are listed. SOURCE_DATE_EPOCH (seconds since 1970) is the time of the changes.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import sysconfig
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(PROJECT), str(HERE.parent / "sbom")]

from materials import Part, interpreter, npm_parts, python_parts, typeface  # noqa: E402 - found by the line above

from kiosk.config.template import template  # noqa: E402 - the same

SCHEMA = "file:///usr/share/avatar-kiosk/avatar-kiosk.schema.json"
UNRELEASED = "Unreleased"
NOTICES = re.compile(r"(licen[cs]es/.*|LICEN[CS]E.*|NOTICE.*|COPYING.*|AUTHORS.*)", re.IGNORECASE)


def debian_changelog(text: str, version: str, maintainer: str, seconds: int) -> str:
    """CHANGELOG.md in the words of deb-changelog(5).

    Args:
        text: CHANGELOG.md. What is unreleased there belongs to this package.
        version: of this package.
        maintainer: name and address.
        seconds: since 1970; the file has no dates of its own.
    """
    entries: dict[str, list[str]] = {version: []}
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        entries.setdefault(version if title == UNRELEASED else title.split()[0], []).extend(_items(body))
    signed = f" -- {maintainer}  {formatdate(seconds)}"
    return "\n".join(
        f"avatar-kiosk ({number}) stable; urgency=medium\n\n" + "\n".join(items) + f"\n\n{signed}\n"
        for number, items in entries.items()
        if items or number == version
    )


def _items(body: str) -> Iterator[str]:
    """The list's points; a line that stands by itself heads those that follow."""
    for block in re.split(r"\n(?=- )|\n\n", body.strip()):
        words = " ".join(block.split())
        if words:
            point = words.removeprefix("- ")
            yield textwrap.fill(point, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)


def copyright_file(parts: Iterable[Part]) -> str:
    """The file `copyright`: the frame with a line for each part."""
    lines = (f"  {_name(part)}: {_licence(part)}" for part in parts)
    return (
        (HERE / "copyright.in")
        .read_text(encoding="utf-8")
        .replace("@PARTS@", "\n".join(lines))
        .replace("@MIT@", _own_licence())
    )


def _own_licence() -> str:
    """The words of LICENSE below its head, as the format wants them."""
    _, _, words = (PROJECT / "LICENSE").read_text(encoding="utf-8").partition("\nPermission")
    return "\n".join(f" {line}" if line else " ." for line in f"Permission{words}".strip().splitlines())


def _name(part: Part) -> str:
    purl = part.purl
    name = "/".join(filter(None, (purl.namespace, purl.name)))
    return f"{name} {purl.version} ({purl.type})" if purl.version else name


def _licence(part: Part) -> str:
    short = (text for text in part.licences if "\n" not in text and len(text) < 100)
    return next(short, "see its own text")


def notices(names: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Place and file of every licence that the installed Python packages of these names bring."""
    for name in names:
        for file in metadata.files(name) or ():
            folder, _, rest = str(file).partition("/")
            if folder.endswith(".dist-info") and NOTICES.fullmatch(rest):
                yield f"{name}/{rest.removeprefix('licenses/')}", Path(str(file.locate()))


def main() -> None:
    """See the module's docstring."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, version, maintainer = Path(sys.argv[1]), *sys.argv[2:]
    requirements = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lock = json.loads((PROJECT / "resources" / "web" / "package-lock.json").read_text(encoding="utf-8"))
    python = python_parts(requirements)
    parts = [interpreter(), typeface(), *python, *npm_parts(lock)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copyright").write_text(copyright_file(parts), encoding="utf-8")
    (folder / "config.toml.example").write_text(template(SCHEMA), encoding="utf-8")
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    history = debian_changelog(changes, version, maintainer, int(os.environ["SOURCE_DATE_EPOCH"]))
    (folder / "changelog.gz").write_bytes(gzip.compress(history.encode(), mtime=0))
    for place, file in notices(part.purl.name for part in python if part.purl.type == "pypi"):
        target = folder / "licenses" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    python_licence = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    (folder / "licenses" / "python").mkdir(exist_ok=True)
    (folder / "licenses" / "python" / "LICENSE").write_bytes(python_licence.read_bytes())


if __name__ == "__main__":
    main()
