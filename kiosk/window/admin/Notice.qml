// What came of the last command. A tap takes it away.
import QtQuick

Rectangle {
    id: notice

    property Ui ui
    property var message: ({})
    property var shown: ({})
    readonly property bool there: message.title !== undefined
    signal dismissed

    // While it fades, its words stay.
    onMessageChanged: if (message.title !== undefined) shown = message
    visible: opacity > 0
    opacity: there ? 1 : 0
    Behavior on opacity { NumberAnimation { duration: 160 } }
    height: words.implicitHeight + 2 * ui.px(18)
    radius: ui.px(20)
    color: Qt.tint(ui.c.card, ui.tint(ui.tone(shown.tone ?? ""), 0.16))
    border { width: Math.max(1, ui.px(1.5)); color: ui.tint(ui.tone(shown.tone ?? ""), 0.7) }

    Sign {
        id: mark
        x: notice.ui.px(18)
        anchors.verticalCenter: parent.verticalCenter
        ui: notice.ui
        tone: notice.shown.tone ?? "good"
    }
    Column {
        id: words
        x: mark.x + mark.width + notice.ui.px(16)
        width: parent.width - x - notice.ui.px(20)
        anchors.verticalCenter: parent.verticalCenter
        spacing: notice.ui.px(2)
        Words { objectName: "noticeTitle"; ui: notice.ui; width: parent.width; text: notice.shown.title ?? ""; size: 18; weight: 600 }
        Words {
            objectName: "noticeDetail"
            ui: notice.ui
            width: parent.width
            text: notice.shown.detail ?? ""
            visible: text !== ""
            size: 15.5
            wrapMode: Text.Wrap
        }
    }
    MouseArea { anchors.fill: parent; enabled: notice.there; onClicked: notice.dismissed() }
}
