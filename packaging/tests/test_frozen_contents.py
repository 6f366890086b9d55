"""The rules by which the frozen program is trimmed, over plain names."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.kiosk_process import PROJECT


@pytest.fixture(scope="module")
def contents() -> ModuleType:
    """`contents.py`, which lies in no package."""
    spec = importlib.util.spec_from_file_location("contents", PROJECT / "packaging" / "pyinstaller" / "contents.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_of_the_kiosks_modules_are_named(contents: ModuleType) -> None:
    names = contents.modules(PROJECT / "kiosk")
    assert {"kiosk", "kiosk.cli", "kiosk.audio.studio_process", "kiosk.operations.microphone_probe"} <= set(names)
    assert [name for name in names if importlib.util.find_spec(name) is None] == []


def test_data_are_the_files_that_are_no_modules(contents: ModuleType, tmp_path: Path) -> None:
    for name in ("a.py", "b.qml", "sub/c.js", "__pycache__/a.cpython-313.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in contents.data_files(tmp_path)] == ["b.qml", "sub/c.js"]


def test_qml_modules_are_followed_through_those_they_import(contents: ModuleType) -> None:
    texts = ["import QtQuick\nimport QtQuick.Shapes as S\n// import QtCharts\nItem {}", 'import "local"\n']
    qmldirs = {
        "QtQuick": "module QtQuick\nimport QtQml auto\n",
        "QtQuick/Shapes": "depends QtCharts auto\n",  # for tools, not for the engine
        "QtQml": "import QML 1.0\nimport QtQml.Models auto\n",  # QML itself is in the library
        "QtQml/Models": "",
        "QtCharts": "",
    }
    imports = contents.qml_imports(texts)
    assert imports == {"QtQuick", "QtQuick.Shapes"}
    assert contents.qml_closure(imports, qmldirs.get) == {"QtQuick", "QtQuick/Shapes", "QtQml", "QtQml/Models"}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("PySide6/Qt/qml/QtQuick/qmldir", True),
        ("PySide6/Qt/qml/QtQuick/plugins.qmltypes", False),
        ("PySide6/Qt/qml/QtQuick/Controls/qmldir", False),
        ("PySide6/qml/QtQuick/qtquick2plugin.dll", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland-generic.so", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("PySide6/Qt/plugins/qmltooling/libqmldbg_tcp.so", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\sqldrivers\\qsqlite.dll", False),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/permissions/libqdarwinmicrophonepermission.dylib", True),
        ("PySide6/Qt/translations/qtwebengine_locales/en-US.pak", True),
        ("PySide6/Qt/translations/qtwebengine_locales/sv.pak", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/Qt/resources/qtwebengine_resources_200p.pak", True),
        ("PySide6/Qt/resources/qtwebengine_devtools_resources.pak", False),
        ("PySide6/Qt/resources/locales/de.pak", False),
        ("PySide6/Qt/lib/libQt6Core.so.6", True),
        ("libsoftokn3.chk", False),
        ("kiosk/resources/web/plugins/of-the-page.js", True),
    ],
)
def test_a_file_is_wanted_if_the_kiosk_can_use_it(contents: ModuleType, name: str, *, wanted: bool) -> None:
    assert contents.wanted(name, {"QtQuick"}) is wanted


LINUX = [
    ("kiosk.so", "/x/kiosk.so", "EXTENSION"),
    ("PySide6/Qt/lib/libQt6Core.so.6", "/x/libQt6Core.so.6", "BINARY"),
    ("PySide6/Qt/lib/libQt6Gui.so.6", "/x/libQt6Gui.so.6", "BINARY"),
    ("PySide6/Qt/lib/libQt6Charts.so.6", "/x/libQt6Charts.so.6", "BINARY"),
    ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
    ("libQt6Charts.so.6", "PySide6/Qt/lib/libQt6Charts.so.6", "SYMLINK"),
    ("libpython3.13.so.1.0", "/x/libpython3.13.so.1.0", "BINARY"),
    ("data.txt", "/x/data.txt", "DATA"),
]
WINDOWS = [
    ("PySide6\\QtGui.pyd", "C:\\x\\QtGui.pyd", "EXTENSION"),
    ("PySide6\\Qt6Gui.dll", "C:\\x\\Qt6Gui.dll", "BINARY"),
    ("PySide6\\Qt6Charts.dll", "C:\\x\\Qt6Charts.dll", "BINARY"),
    ("PySide6\\MSVCP140.dll", "C:\\x\\MSVCP140.dll", "BINARY"),
    ("python313.dll", "C:\\x\\python313.dll", "BINARY"),
]
FRAMEWORKS = "PySide6/Qt/lib"
MACOS = [
    ("PySide6/QtGui.so", "/x/QtGui.so", "EXTENSION"),
    (f"{FRAMEWORKS}/QtGui.framework/Versions/A/QtGui", "/x/QtGui.framework/Versions/A/QtGui", "BINARY"),
    (f"{FRAMEWORKS}/QtGui.framework/Resources", "Versions/Current/Resources", "SYMLINK"),
    ("QtGui", f"{FRAMEWORKS}/QtGui.framework/Versions/A/QtGui", "SYMLINK"),
    (f"{FRAMEWORKS}/QtCharts.framework/Versions/A/QtCharts", "/x/QtCharts.framework/Versions/A/QtCharts", "BINARY"),
    ("QtCharts", f"{FRAMEWORKS}/QtCharts.framework/Versions/A/QtCharts", "SYMLINK"),
    ("Python.framework/Versions/3.13/Python", "/y/Python", "BINARY"),
]
LINKS = {
    "/x/kiosk.so": ["/x/libQt6Gui.so.6", "libc.so.6"],
    "/x/libQt6Gui.so.6": ["/x/libQt6Core.so.6", "/x/libQt6Gui.so.6"],
    "/x/libQt6Charts.so.6": ["/x/libQt6Gui.so.6"],
    "C:\\x\\QtGui.pyd": ["C:\\x\\QT6GUI.dll", "KERNEL32.dll"],
    "/x/QtGui.so": ["/x/QtGui.framework/Versions/A/QtGui"],
}


@pytest.mark.parametrize("entries", [LINUX, WINDOWS, MACOS], ids=["Linux", "Windows", "macOS"])
def test_a_library_of_qt_stays_if_something_that_stays_links_it(
    contents: ModuleType, entries: Sequence[tuple[str, str, str]]
) -> None:
    kept = contents.linked(entries, lambda file: LINKS.get(file, []))
    assert [entry for entry in entries if entry not in kept] == [entry for entry in entries if "Charts" in entry[0]]
    assert [entry for entry in kept if entry not in entries] == []
