#!/usr/bin/env python3
"""Writes the software bill of materials: what the kiosk is made of, as CycloneDX 1.6 in JSON.

Usage: bill_of_materials.py FILE COMMIT

Run it with the Python of the environment that the packages are made from: its Python packages are listed as they are
installed there; the page's npm packages as package-lock.json pins them, with its checksums; and what comes inside of
others: Qt, Chromium, FFmpeg, Python, the typeface. The list is checked against CycloneDX's own schema before it is
written.

COMMIT is the one it was made from. With SOURCE_DATE_EPOCH (seconds since 1970) the file is the same each time.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_expression, is_supported_id
from cyclonedx.validation.json import JsonStrictValidator
from materials import Part, interpreter, npm_needs, npm_parts, python_needs, python_parts, typeface
from packageurl import PackageURL

PROJECT = Path(__file__).resolve().parents[2]
LOCK = PROJECT / "resources" / "web" / "package-lock.json"
FRAMEWORKS = frozenset({"qt", "chromium", "python"})


def kiosk_and_parts() -> tuple[Part, list[Part]]:
    """The kiosk itself, and all that it is made of."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    requirements = project["dependencies"]
    own = [interpreter(), typeface()]
    needs = (*python_needs(requirements), *npm_needs("", lock), *(part.purl for part in own))
    kiosk = Part(PackageURL("generic", None, project["name"], own_version()), (project["license"],), needs)
    return kiosk, [*python_parts(requirements), *npm_parts(lock), *own]


def own_version() -> str:
    """The clone's, whatever is installed."""
    sys.path.insert(0, str(PROJECT))
    from kiosk import __version__  # noqa: PLC0415 - the line above is what finds it

    return __version__


def component(part: Part, kind: ComponentType) -> Component:
    purl = part.purl
    return Component(
        name=purl.name,
        group=purl.namespace,
        version=purl.version,
        type=kind,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=licence(part.licences),
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=part.sha512)] if part.sha512 else None,
    )


def licence(told: Sequence[str]) -> Iterable[DisjunctiveLicense | LicenseExpression]:
    """The first that SPDX knows, or else the words it says; a whole licence's text is left out."""
    for text in told:
        if is_supported_id(text):
            return (DisjunctiveLicense(id=text),)
        if is_expression(text):
            return (LicenseExpression(text),)
    return tuple(DisjunctiveLicense(name=text) for text in told[:1] if "\n" not in text)


def bill_of_materials(commit: str, made: datetime) -> Bom:
    """All of it."""
    kiosk, parts = kiosk_and_parts()
    whole = component(kiosk, ComponentType.APPLICATION)
    whole.properties.add(Property(name="avatar-kiosk:commit", value=commit))
    components = {
        part.purl: component(part, ComponentType.FRAMEWORK if part.purl.name in FRAMEWORKS else ComponentType.LIBRARY)
        for part in parts
    }
    bom = Bom(
        components=components.values(),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{kiosk.purl.to_string()}#{commit}"),
        metadata=BomMetaData(component=whole, timestamp=made),
    )
    for part, described in ((kiosk, whole), *((part, components[part.purl]) for part in parts)):
        bom.register_dependency(described, [components[purl] for purl in part.needs])
    return bom


def main() -> None:
    """See the module's docstring."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    file, commit = Path(sys.argv[1]), sys.argv[2]
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    made = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    text = JsonV1Dot6(bill_of_materials(commit, made)).output_as_string(indent=2)
    if (problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        sys.exit(f"The bill of materials is not what CycloneDX 1.6 asks for: {problem}")
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
