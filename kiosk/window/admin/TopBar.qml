// The title, the languages, how long it stays open, and the way out.
import QtQuick

Item {
    id: bar

    property Ui ui
    property QtObject panel
    readonly property bool tight: width < ui.px(700)

    implicitHeight: ui.px(92)

    Row {
        x: bar.ui.px(26)
        anchors.verticalCenter: parent.verticalCenter
        spacing: bar.ui.px(13)
        Symbol { name: "admin"; color: bar.ui.c.accent_ink; size: bar.ui.px(30); anchors.verticalCenter: parent.verticalCenter }
        Words {
            ui: bar.ui
            text: bar.ui.t.title ?? ""
            size: 22
            weight: 650
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Row {
        anchors { right: parent.right; rightMargin: bar.ui.px(26); verticalCenter: parent.verticalCenter }
        spacing: bar.ui.px(12)
        Words {
            visible: bar.panel.countdown > 0
            ui: bar.ui
            text: bar.ui.fill(bar.ui.t.closes_in, bar.panel.countdown)
            size: 16
            weight: 600
            color: bar.ui.c.warn
            font.features: ({ "tnum": 1 })
            anchors.verticalCenter: parent.verticalCenter
        }
        Rectangle {
            width: languages.width + 2 * bar.ui.px(4)
            height: bar.ui.px(54)
            radius: bar.ui.px(18)
            color: bar.ui.c.well
            border { width: Math.max(1, bar.ui.px(1)); color: bar.ui.c.line }
            Row {
                id: languages
                x: bar.ui.px(4)
                anchors.verticalCenter: parent.verticalCenter
                Repeater {
                    model: bar.panel.languages
                    Rectangle {
                        id: language
                        required property var modelData
                        readonly property bool spoken: modelData.code === bar.panel.language
                        objectName: "language-" + modelData.code
                        width: bar.ui.px(54)
                        height: bar.ui.px(46)
                        radius: bar.ui.px(14)
                        color: spoken ? bar.ui.tint(bar.ui.c.ink, 0.13) : "transparent"
                        Accessible.role: Accessible.RadioButton
                        Accessible.name: modelData.name
                        Words {
                            anchors.centerIn: parent
                            ui: bar.ui
                            text: language.modelData.code.toUpperCase()
                            size: 15.5
                            weight: 600
                            color: language.spoken ? bar.ui.c.ink : bar.ui.c.soft
                        }
                        MouseArea { anchors.fill: parent; onClicked: bar.panel.speak(language.modelData.code) }
                    }
                }
            }
        }
        Push {
            objectName: "close"
            ui: bar.ui
            text: bar.tight ? "" : bar.ui.t.close ?? ""
            symbol: "close"
            onTriggered: bar.panel.close()
        }
    }
}
