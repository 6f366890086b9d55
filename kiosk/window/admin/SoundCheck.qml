// Plays a sound, listens to it, and says what came of it.
import QtQuick

Card {
    id: check

    property QtObject sound
    readonly property var result: sound.result
    readonly property bool running: sound.trial === "check"

    title: ui.t.sound_check ?? ""
    text: ui.t.sound_check_text ?? ""
    Push {
        objectName: "check"
        ui: check.ui
        kind: "main"
        symbol: "wave"
        busy: check.running
        enabled: check.sound.trial !== "test"
        text: (check.running ? check.ui.t.sound_check_running : check.ui.t.sound_check_start) ?? ""
        onTriggered: check.sound.sound_check()
    }
    Rectangle {
        visible: check.result.title !== undefined && !check.running
        width: parent.width
        height: outcome.implicitHeight + 2 * check.ui.px(18)
        radius: check.ui.px(16)
        color: check.ui.c.well
        Column {
            id: outcome
            x: check.ui.px(18)
            y: check.ui.px(18)
            width: parent.width - 2 * x
            spacing: check.ui.px(16)
            Row {
                width: parent.width
                spacing: check.ui.px(16)
                Sign { id: mark; ui: check.ui; tone: check.result.tone ?? "good" }
                Column {
                    width: parent.width - mark.width - parent.spacing
                    anchors.verticalCenter: parent.verticalCenter
                    Words { objectName: "verdict"; ui: check.ui; width: parent.width; text: check.result.title ?? ""; size: 19; weight: 600 }
                    Words { ui: check.ui; width: parent.width; text: check.result.text ?? ""; size: 15.5; color: check.ui.c.soft; visible: text !== "" }
                }
            }
            Facts { ui: check.ui; entries: check.result.facts ?? [] }
        }
    }
}
