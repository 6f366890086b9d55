// One microphone or speaker: its place, its name, how loud it is, and what can be done with it.
import QtQuick

Rectangle {
    id: device

    property Ui ui
    property var row: ({})
    property bool metered: false
    property real level: 0
    property bool first: false
    property bool last: false
    property bool only: false
    readonly property bool chosen: row.place >= 0
    signal preferred
    signal dropped
    signal moved(by: int)

    implicitHeight: Math.max(middle.implicitHeight, ui.px(50)) + 2 * ui.px(12)
    radius: ui.px(16)
    color: row.inUse ? ui.tint(ui.c.accent_ink, 0.13) : ui.c.well
    border { width: Math.max(1, ui.px(1)); color: row.inUse ? ui.tint(ui.c.accent_ink, 0.55) : "transparent" }

    Words {
        id: place
        visible: device.chosen
        x: device.ui.px(18)
        width: device.ui.px(22)
        anchors.verticalCenter: parent.verticalCenter
        ui: device.ui
        text: device.row.place + 1
        size: 19
        weight: 650
        color: device.row.inUse ? device.ui.c.accent_ink : device.ui.c.soft
        font.features: ({ "tnum": 1 })
    }
    Column {
        id: middle
        x: device.chosen ? place.x + place.width + device.ui.px(10) : device.ui.px(18)
        width: buttons.x - x - device.ui.px(14)
        anchors.verticalCenter: parent.verticalCenter
        spacing: device.ui.px(4)
        Words {
            ui: device.ui
            width: parent.width
            text: device.row.title ?? ""
            weight: 600
            color: device.row.present || device.row.kind === "auto" ? device.ui.c.ink : device.ui.c.soft
            maximumLineCount: 2
            elide: Text.ElideRight
        }
        Words {
            ui: device.ui
            width: parent.width
            text: [device.row.inUse ? device.ui.t.in_use : "", device.row.text].filter(Boolean).join(" · ")
            visible: text !== ""
            size: 15
            color: device.row.inUse ? device.ui.c.accent_ink : device.row.present ? device.ui.c.soft : device.ui.c.warn
        }
        Meter {
            visible: device.metered && device.row.present
            ui: device.ui
            width: parent.width
            level: device.level
        }
    }
    Row {
        id: buttons
        anchors { right: parent.right; rightMargin: device.ui.px(10); verticalCenter: parent.verticalCenter }
        spacing: device.ui.px(2)
        Push {
            visible: device.chosen && !device.only
            objectName: "up"
            ui: device.ui
            kind: "quiet"
            symbol: "up"
            enabled: !device.first
            implicitHeight: device.ui.px(50)
            onTriggered: device.moved(-1)
        }
        Push {
            visible: device.chosen && !device.only
            objectName: "down"
            ui: device.ui
            kind: "quiet"
            symbol: "down"
            enabled: !device.last
            implicitHeight: device.ui.px(50)
            onTriggered: device.moved(1)
        }
        Push {
            visible: device.chosen && !(device.only && device.row.kind === "auto")
            objectName: "drop"
            ui: device.ui
            kind: "quiet"
            symbol: "minus"
            implicitHeight: device.ui.px(50)
            onTriggered: device.dropped()
        }
        Push {
            visible: !device.chosen
            objectName: "use"
            ui: device.ui
            text: device.ui.t.choose ?? ""
            size: 16
            implicitHeight: device.ui.px(50)
            onTriggered: device.preferred()
        }
    }
}
