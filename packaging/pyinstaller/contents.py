"""What goes into the frozen program, decided over plain names. The spec brings the names and hands on the answers.

PyInstaller collects all that Qt has: every QML module, every plugin, and the libraries of both. Much of that is for
other programs. What stays is what the kiosk's own files import, the plugins named here, and the libraries these link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""Name in the program's folder, file on this machine (of a SYMLINK: what it points to), PyInstaller's type."""

LANGUAGES = frozenset(
    (
        *("ar", "de", "en-GB", "en-US", "es", "es-419", "fr", "it", "ja"),
        *("ko", "nl", "pl", "pt-BR", "pt-PT", "tr", "zh-CN", "zh-TW"),
    )
)
"""Chromium's own words, in the languages of the page. Without en-US it does not start."""

PLUGINS = (
    # X11, Wayland, and no screen at all for the probes.
    "platforms/libqxcb.so",
    "platforms/libqwayland*.so",
    "platforms/libqoffscreen.so",
    "xcbglintegrations/*",
    "wayland-graphics-integration-client/*",
    "wayland-shell-integration/libxdg-shell.so",
    "wayland-shell-integration/libfullscreen-shell-v1.so",
    "wayland-decoration-client/libbradient.so",
    # Windows and macOS.
    "platforms/qwindows.dll",
    "platforms/qoffscreen.dll",
    "platforms/libqcocoa.dylib",
    "platforms/libqoffscreen.dylib",
    "permissions/*",
    # Keyboards with dead keys and input methods.
    "platforminputcontexts/*compose*",
    "platforminputcontexts/*ibus*",
    # Pictures: the icon, the owner's logo.
    "iconengines/*svgicon*",
    "imageformats/*qsvg*",
    "imageformats/*qjpeg*",
    "imageformats/*qwebp*",
    "imageformats/*qico*",
    "imageformats/*qicns*",
    # Certificates as Qt shows them, and the sound devices.
    "tls/*",
    "multimedia/*",
)
"""Folder and file of the plugins the kiosk can use. Qt knows three dozen kinds; a debugger's is among the others."""

WITHOUT = (
    "*/qtwebengine_devtools_resources.pak",  # the developer tools, which nobody can open
    "*/resources/locales/*",  # what a start as root has left behind
    "*.qm",  # the words of Qt's own dialogs, which the kiosk never shows
    "*/qml/*.qmltypes",  # for editors
    "*/qml/*/designer/*",
    "*/metatypes/*",
    "*.chk",  # checksums of the system's own NSS libraries
    "*.dist-info/RECORD",  # pip's list; it has the path of the clone that the program was made in
)

EXCLUDED_MODULES = (
    *("_curses", "lib2to3", "pydoc_data", "readline", "sqlite3", "tkinter", "unittest"),
    *("hypothesis", "mypy", "numpy.f2py", "numpy.testing", "pydantic.mypy", "pytest", "setuptools"),
    "PySide6.QtMultimediaWidgets",
)
"""What others import just in case, or for their own tests; some would ask for libraries nobody here needs."""

_QT_LIBRARIES = ("PySide6", "Qt", "lib")


def modules(package: Path) -> list[str]:
    """The names of all modules in the folder of a package."""
    files = (file.relative_to(package.parent).with_suffix("") for file in sorted(package.rglob("*.py")))
    return [".".join(file.parts[:-1] if file.name == "__init__" else file.parts) for file in files]


def data_files(package: Path) -> list[Path]:
    """What lies beside the modules of a package and is no module: QML, scripts."""
    files = (file for file in package.rglob("*") if file.is_file())
    return sorted(file for file in files if file.suffix not in {".py", ".pyc"})


def qml_imports(texts: Iterable[str]) -> set[str]:
    """The modules that QML files import, as written: `QtQuick.Shapes`."""
    return {found for text in texts for found in re.findall(r"^import\s+([A-Z][\w.]*)", text, re.MULTILINE)}


def qml_closure(imports: Iterable[str], qmldir: Callable[[str], str | None]) -> frozenset[str]:
    """These modules and those that they import themselves, as folders: `QtQuick/Shapes`.

    Args:
        qmldir: the text of a module's `qmldir`; None where there is no such module on disk.
    """
    pending, folders = list(imports), set[str]()
    while pending:
        folder = pending.pop().replace(".", "/")
        if folder in folders or (text := qmldir(folder)) is None:
            continue
        folders.add(folder)
        pending += re.findall(r"^(?:optional |default )?import\s+([A-Z][\w.]*)", text, re.MULTILINE)
    return frozenset(folders)


def wanted(name: str, qml_folders: Collection[str]) -> bool:
    """Whether the file of this name in the program's folder is for the kiosk. Libraries: see `linked`."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = path.parts
    if any(fnmatch(str(path), pattern) for pattern in WITHOUT):
        return False
    if "PySide6" not in parts:
        return True
    if "qtwebengine_locales" in parts:
        return path.stem in LANGUAGES
    if "plugins" in parts:
        at = PurePosixPath(*parts[parts.index("plugins") + 1 :])
        return any(fnmatch(str(at), pattern) for pattern in PLUGINS)
    if "qml" in parts:
        return "/".join(parts[parts.index("qml") + 1 : -1]) in qml_folders
    return True


def linked(entries: Sequence[Entry], imports: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The entries without those libraries of Qt that nothing left in the program links.

    Args:
        imports: the files, or their names, that a binary links.
    """
    by_library: dict[str, list[Entry]] = {}
    for entry in entries:
        if (library := _library(entry)) is not None:
            by_library.setdefault(library, []).append(entry)
    pending = [entry for entry in entries if entry[2] in {"BINARY", "EXTENSION"} and _library(entry) is None]
    used = set[str]()
    while pending:
        for needed in imports(pending.pop()[1]):
            library = _key(needed)
            if library in by_library and library not in used:
                used.add(library)
                pending += [entry for entry in by_library[library] if entry[2] == "BINARY"]
    return [entry for entry in entries if (library := _library(entry)) is None or library in used]


def _library(entry: Entry) -> str | None:
    """The key of a library that Qt brings, or of a link to it; None for anything else."""
    for path in (entry[0], entry[1]) if entry[2] == "SYMLINK" else (entry[0],):
        parts = PurePosixPath(path.replace("\\", "/")).parts
        key = _key(path)
        windows = parts[0] == "PySide6" and len(parts) == 2 and fnmatch(key, "qt6*.dll")
        if parts[:3] == _QT_LIBRARIES or windows:
            return key
    return None


def _key(path: str) -> str:
    """By which a library is known: the name of its file, on macOS of its framework."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return next((part.lower() for part in parts if fnmatch(part, "Qt*.framework")), parts[-1].lower())
