// "Sure?", for what a visitor would notice.
import QtQuick

Item {
    id: question

    property Ui ui
    property QtObject panel
    property string shown
    readonly property bool asked: panel.question !== ""

    onAskedChanged: if (asked) { shown = panel.question; cancel.forceActiveFocus(); }
    visible: veil.opacity > 0

    Rectangle {
        id: veil
        anchors.fill: parent
        color: question.ui.c.dark ? "#000000" : "#1c2231"
        opacity: question.asked ? 0.55 : 0
        Behavior on opacity { NumberAnimation { duration: 140 } }
    }
    MouseArea { anchors.fill: parent; hoverEnabled: true; onWheel: wheel => wheel.accepted = true; onClicked: question.panel.ask("") }
    MouseArea { anchors.fill: card; enabled: question.asked }
    Card {
        id: card
        anchors.centerIn: parent
        ui: question.ui
        opacity: question.asked ? 1 : 0
        width: Math.min(parent.width - question.ui.px(52), question.ui.px(560))
        gap: 20
        Column {
            width: parent.width
            spacing: question.ui.px(8)
            Words { objectName: "questionTitle"; ui: question.ui; width: parent.width; text: question.ui.t[question.shown + "_title"] ?? ""; size: 24; weight: 650 }
            Words { ui: question.ui; width: parent.width; text: question.ui.t[question.shown + "_text"] ?? ""; color: question.ui.c.soft }
        }
        Row {
            id: answers
            width: parent.width
            spacing: question.ui.px(12)
            readonly property real each: (width - spacing) / 2
            Push {
                id: cancel
                objectName: "cancel"
                ui: question.ui
                width: answers.each
                height: Math.max(implicitHeight, confirm.implicitHeight)
                text: question.ui.t.cancel ?? ""
                onTriggered: question.panel.ask("")
            }
            Push {
                id: confirm
                objectName: "confirm"
                ui: question.ui
                width: answers.each
                height: Math.max(implicitHeight, cancel.implicitHeight)
                kind: "danger"
                text: question.ui.t[question.shown] ?? ""
                onTriggered: question.panel.confirm()
            }
        }
    }
}
