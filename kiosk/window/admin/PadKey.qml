// One key of the keypad.
import QtQuick

Rectangle {
    id: key

    property Ui ui
    property string what
    property bool ready: true
    signal typed

    readonly property bool main: what === "ok"

    radius: ui.px(22)
    color: main && ready ? ui.c.accent : touch.pressed ? ui.tint(ui.c.ink, 0.2) : what === "back" || main ? "transparent" : ui.c.card
    border { width: Math.max(1, ui.px(1)); color: what === "back" || (main && ready) ? "transparent" : ui.c.line }
    opacity: enabled ? 1 : 0.4
    Accessible.role: Accessible.Button
    Accessible.name: what
    Accessible.onPressAction: typed()

    Words {
        anchors.centerIn: parent
        visible: key.what !== "back"
        ui: key.ui
        text: key.main ? key.ui.t.pin_ok ?? "" : key.what
        size: key.main ? 21 : 30
        weight: key.main ? 650 : 500
        color: key.main ? (key.ready ? key.ui.c.on_accent : key.ui.c.soft) : key.ui.c.ink
    }
    Symbol {
        anchors.centerIn: parent
        visible: key.what === "back"
        name: "back"
        color: key.ui.c.ink
        size: key.ui.px(30)
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        onPressed: if (key.ready) key.typed()
    }
}
