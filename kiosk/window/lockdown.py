"""Which keys, clicks and gestures reach the page. What is not named here does not.

What only the operating system can withhold (Ctrl+Alt+Del, the Windows key, Alt+Tab, virtual consoles) never gets here;
the kiosk's session must be set up without a desktop behind it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QSinglePointEvent, QWheelEvent

from kiosk.browser.throttle import Throttle

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier

EDITING_KEYS = frozenset(
    {
        _Key.Key_Backspace,
        _Key.Key_Backtab,
        _Key.Key_Delete,
        _Key.Key_Down,
        _Key.Key_End,
        _Key.Key_Enter,
        _Key.Key_Home,
        _Key.Key_Left,
        _Key.Key_PageDown,
        _Key.Key_PageUp,
        _Key.Key_Return,
        _Key.Key_Right,
        _Key.Key_Space,
        _Key.Key_Tab,
        _Key.Key_Up,
    }
)
"""Keys without a character that typing and moving the focus need."""

WRITING_AIDS = frozenset({_Key.Key_Shift, _Key.Key_CapsLock, _Key.Key_AltGr, _Key.Key_Multi_key})

_MODIFIER_KEYS = frozenset({_Key.Key_Control, _Key.Key_Alt, _Key.Key_Meta, _Key.Key_Super_L, _Key.Key_Super_R})

_COMMANDING = _Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier
_ALT_GR = _Modifier.ControlModifier | _Modifier.AltModifier
"""What AltGr looks like on Windows."""

_KEY_EVENTS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
_BUTTON_EVENTS = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletRelease,
    }
)
_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop})
_NEVER = {
    QEvent.Type.ContextMenu: "context menu",
    QEvent.Type.NativeGesture: "touchpad gesture",
}


def refused_key(key: int, modifiers: Qt.KeyboardModifier, text: str) -> bool:
    """Whether a key is kept from the page: all are, but those that write a character and those that edit."""
    commands = modifiers & _COMMANDING
    writes = bool(text) and text.isprintable()
    if commands == _ALT_GR:
        return not writes
    if commands:
        return True
    dead = _Key.Key_Dead_Grave.value <= key <= _Key.Key_Dead_Longsolidusoverlay.value
    return not (writes or dead or key in EDITING_KEYS or key in WRITING_AIDS)


def refusal(event: QEvent) -> str | None:
    """What is refused in this event, in a few words, or nothing: it may pass."""
    kind = event.type()
    if kind in _KEY_EVENTS and isinstance(event, QKeyEvent):
        if refused_key(event.key(), event.modifiers(), event.text()):
            return f"key {event.keyCombination().key().name.removeprefix('Key_')}"
    elif kind in _BUTTON_EVENTS and isinstance(event, QSinglePointEvent):
        if event.button() not in {Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton}:
            return f"mouse button {event.button().name}"
    elif kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
        if event.modifiers() & _COMMANDING:
            return "wheel with a modifier key"
    elif kind in _DRAG_EVENTS:
        return "drag and drop"
    return _NEVER.get(kind)


def _is_worth_a_report(event: QEvent) -> bool:
    """One report for what a person does once: not for letting go, repeating, or reaching for a modifier key."""
    if isinstance(event, QKeyEvent):
        return event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat() and event.key() not in _MODIFIER_KEYS
    return event.type() not in {QEvent.Type.MouseButtonRelease, QEvent.Type.TabletRelease, QEvent.Type.DragMove}


class Lockdown(QObject):
    """Event filter for the window that shows the page. All input comes through there, whichever page is shown."""

    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._throttle = Throttle()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        what = refusal(event)
        if what is None:
            return False
        event.ignore()
        if _is_worth_a_report(event) and self._throttle.admits():
            self.refused.emit(what)
        return True
