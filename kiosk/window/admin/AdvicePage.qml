// What is wrong, and how to set a PIN: all there is without one.
import QtQuick

Item {
    id: page

    property Ui ui
    property QtObject panel
    readonly property var status: panel.status
    readonly property var config: panel.config

    Scroller {
        id: scroller
        anchors { fill: parent; leftMargin: page.ui.px(26); rightMargin: page.ui.px(26) }
        ui: page.ui

        Hero { ui: page.ui; status: page.status; width: parent.width }
        Problems { ui: page.ui; config: page.config; width: parent.width; visible: page.config.tone !== "good" }
        Card {
            ui: page.ui
            width: parent.width
            Row {
                width: parent.width
                spacing: page.ui.px(18)
                Sign { id: lock; ui: page.ui; tone: "warn"; symbol: "lock"; size: 52 }
                Column {
                    width: parent.width - lock.width - parent.spacing
                    spacing: page.ui.px(14)
                    Column {
                        width: parent.width
                        spacing: page.ui.px(4)
                        Words { objectName: "noPin"; ui: page.ui; width: parent.width; text: page.ui.t.advice_pin ?? ""; size: 20; weight: 600 }
                        Words { ui: page.ui; width: parent.width; text: page.ui.t.advice_pin_text ?? ""; color: page.ui.c.soft }
                    }
                    Rectangle {
                        width: parent.width
                        height: command.implicitHeight + page.ui.px(26)
                        radius: page.ui.px(14)
                        color: page.ui.c.well
                        border { width: Math.max(1, page.ui.px(1)); color: page.ui.c.line }
                        Words {
                            id: command
                            x: page.ui.px(18)
                            anchors.verticalCenter: parent.verticalCenter
                            width: parent.width - 2 * x
                            ui: page.ui
                            text: page.panel.command
                            size: 18
                            font.family: "monospace"
                        }
                    }
                    Words { ui: page.ui; width: parent.width; text: page.ui.t.advice_pin_next ?? ""; color: page.ui.c.soft }
                }
            }
        }
    }
}
