"""Doubles of the vendor's packages, one for each generation, written from the documents: the vendor's own are not in
every registry. They join real LiveKit rooms, and say on the page's console what is done to them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from kiosk.browser.generations import Generation
from tests.support.kiosk_process import PROJECT, KioskProcess

SOURCE = PROJECT / "tests" / "web" / "doubles"
MODULES = {1: "first", 2: "second", 3: "third"}
MARK = "told "


class AvatarDoubles:
    """The packages of one generation in a folder of their own."""

    def __init__(self, folder: Path, generation: Generation) -> None:
        """Install them in `folder`/node_modules."""
        self.sdk = folder
        modules = folder / "node_modules"
        shutil.copytree(SOURCE, modules / "avatar-doubles")
        for name in generation.packages:
            package = modules / name
            package.mkdir(parents=True)
            manifest = {
                "name": name,
                "version": "0.0.0",
                "type": "module",
                "exports": "./index.js",
                "dependencies": {"avatar-doubles": "*"},
            }
            (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
            module = f"avatar-doubles/{MODULES[generation.number]}"
            (package / "index.js").write_text(f"export * from '{module}';\n", encoding="utf-8")

    def told(self, kiosk: KioskProcess) -> list[list[Any]]:
        """Every call so far, in order: its name, and what it was given."""
        calls = []
        for record in kiosk.records():
            _, mark, text = str(record.get("message", "")).partition(MARK)
            if mark and text.startswith("["):
                calls.append(json.JSONDecoder().raw_decode(text)[0])
        return calls
