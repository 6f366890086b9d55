// A button. It answers to a finger, to the mouse, and to the keyboard when it has the focus.
import QtQuick

Rectangle {
    id: push

    property Ui ui
    property string text
    property string symbol
    property string kind: "plain"   // plain, main, danger, quiet
    property bool busy: false
    property real size: 17
    signal triggered

    readonly property color ink: kind === "main" ? ui.c.on_accent : kind === "danger" ? ui.c.on_danger : ui.c.ink
    readonly property bool square: text === ""

    function trigger() {
        if (enabled && !busy)
            triggered();
    }

    implicitHeight: Math.max(ui.px(54), words.implicitHeight + ui.px(20))
    implicitWidth: square ? implicitHeight : inside.implicitWidth + ui.px(44)
    radius: Math.min(height / 2, ui.px(18))
    color: kind === "main" ? ui.c.accent : kind === "danger" ? ui.c.danger
         : kind === "quiet" ? "transparent" : ui.tint(ui.c.ink, 0.08)
    border.width: activeFocus ? Math.max(2, ui.px(2)) : 0
    border.color: kind === "main" ? ui.c.ink : ui.c.accent_ink
    opacity: enabled ? 1 : 0.4
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: text || symbol
    Accessible.onPressAction: trigger()

    Keys.onReturnPressed: trigger()
    Keys.onEnterPressed: trigger()
    Keys.onSpacePressed: trigger()

    Rectangle {
        anchors.fill: parent
        radius: parent.radius
        color: push.ink
        opacity: touch.pressed ? 0.16 : touch.containsMouse ? 0.06 : 0
    }
    Row {
        id: inside
        anchors.centerIn: parent
        spacing: push.ui.px(11)
        Symbol {
            visible: push.symbol !== "" && !push.busy
            name: push.symbol
            color: push.ink
            size: push.ui.px(push.square ? 24 : 22)
            anchors.verticalCenter: parent.verticalCenter
        }
        Pulse {
            visible: push.busy
            ui: push.ui
            color: push.ink
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            id: words
            visible: push.text !== ""
            ui: push.ui
            text: push.text
            size: push.size
            weight: 600
            color: push.ink
            lineHeight: 1.05
            horizontalAlignment: Text.AlignHCenter
            // No wider than the button is, once something else has said how wide that is.
            width: Math.min(implicitWidth, push.width - push.ui.px(push.symbol ? 63 : 30))
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        hoverEnabled: true
        onClicked: push.trigger()
    }
}
