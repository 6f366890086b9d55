// The way between the pages: a row at the bottom of an upright picture, where it is reached; a column beside a wide one.
import QtQuick

Item {
    id: navigation

    property Ui ui
    property QtObject panel

    implicitHeight: ui.px(112)

    Rectangle {
        visible: !navigation.ui.wide
        anchors.fill: parent
        color: navigation.ui.c.card
        Rectangle { width: parent.width; height: Math.max(1, navigation.ui.px(1)); color: navigation.ui.c.line }
    }
    Grid {
        id: grid
        readonly property real gap: navigation.ui.px(6)
        x: navigation.ui.wide ? 0 : navigation.ui.px(14)
        y: navigation.ui.wide ? 0 : navigation.ui.px(12)
        width: navigation.width - 2 * x
        columns: navigation.ui.wide ? 1 : 4
        spacing: gap
        Repeater {
            model: ["status", "sound", "configuration", "device"]
            Rectangle {
                id: tab
                required property string modelData
                readonly property bool here: navigation.panel.page === modelData
                readonly property string worry: modelData === "status" ? (navigation.panel.status.tone ?? "")
                                              : modelData === "configuration" ? (navigation.panel.config.tone ?? "") : ""
                objectName: "tab-" + modelData
                width: navigation.ui.wide ? grid.width : (grid.width - 3 * grid.gap) / 4
                height: navigation.ui.px(navigation.ui.wide ? 60 : 88)
                radius: navigation.ui.px(18)
                color: here ? navigation.ui.tint(navigation.ui.c.accent_ink, 0.16) : touch.pressed ? navigation.ui.tint(navigation.ui.c.ink, 0.1) : "transparent"
                activeFocusOnTab: true
                border { width: activeFocus ? Math.max(2, navigation.ui.px(2)) : 0; color: navigation.ui.c.accent_ink }
                Accessible.role: Accessible.PageTab
                Accessible.name: label.text
                Keys.onReturnPressed: navigation.panel.show_page(modelData)
                Keys.onSpacePressed: navigation.panel.show_page(modelData)

                Symbol {
                    id: sign
                    name: tab.modelData
                    color: tab.here ? navigation.ui.c.accent_ink : navigation.ui.c.soft
                    size: navigation.ui.px(navigation.ui.wide ? 25 : 29)
                    x: navigation.ui.wide ? navigation.ui.px(15) : (tab.width - width) / 2
                    y: navigation.ui.wide ? (tab.height - height) / 2 : navigation.ui.px(14)
                }
                Rectangle {
                    visible: tab.worry === "bad" || tab.worry === "warn"
                    width: navigation.ui.px(11)
                    height: width
                    radius: width / 2
                    x: sign.x + sign.width - width / 2
                    y: sign.y - height / 3
                    color: navigation.ui.tone(tab.worry)
                }
                Words {
                    id: label
                    ui: navigation.ui
                    text: navigation.ui.t["page_" + tab.modelData] ?? ""
                    size: navigation.ui.wide ? 17 : 15.5
                    weight: 600
                    color: tab.here ? navigation.ui.c.ink : navigation.ui.c.soft
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                    horizontalAlignment: navigation.ui.wide ? Text.AlignLeft : Text.AlignHCenter
                    x: navigation.ui.wide ? sign.x + sign.width + navigation.ui.px(13) : 0
                    width: tab.width - x - (navigation.ui.wide ? navigation.ui.px(8) : 0)
                    y: navigation.ui.wide ? (tab.height - height) / 2 : navigation.ui.px(50)
                }
                MouseArea { id: touch; anchors.fill: parent; onClicked: navigation.panel.show_page(tab.modelData) }
            }
        }
    }
}
