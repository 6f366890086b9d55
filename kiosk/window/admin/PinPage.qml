// Where the PIN is typed, with a finger or on a keyboard.
import QtQuick

FocusScope {
    id: page

    property Ui ui
    property QtObject panel
    readonly property QtObject pad: panel.pad
    readonly property real key: Math.max(64, Math.min(ui.px(96), (height - ui.px(250)) / 4.6))

    focus: true
    Keys.onPressed: event => {
        if (event.text >= "0" && event.text <= "9" && event.text.length === 1)
            pad.press(event.text);
        else if (event.key === Qt.Key_Backspace)
            pad.back();
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            pad.submit();
        else
            return;
        event.accepted = true;
    }
    Connections {
        target: page.pad
        function onWrong() { shaking.restart(); }
    }
    SequentialAnimation {
        id: shaking
        NumberAnimation { target: nudge; property: "x"; to: -page.ui.px(14); duration: 60 }
        NumberAnimation { target: nudge; property: "x"; to: page.ui.px(12); duration: 80 }
        NumberAnimation { target: nudge; property: "x"; to: -page.ui.px(7); duration: 80 }
        NumberAnimation { target: nudge; property: "x"; to: 0; duration: 80 }
    }

    Column {
        anchors.centerIn: parent
        anchors.verticalCenterOffset: page.ui.wide ? -page.ui.px(18) : 0
        width: Math.min(parent.width - page.ui.px(48), page.ui.px(560))
        spacing: page.ui.px(page.ui.wide ? 16 : 26)

        Column {
            width: parent.width
            spacing: page.ui.px(8)
            Words {
                ui: page.ui
                width: parent.width
                text: page.ui.t.pin_title ?? ""
                size: 30
                weight: 650
                horizontalAlignment: Text.AlignHCenter
            }
            Words {
                objectName: "pinMessage"
                ui: page.ui
                width: parent.width
                text: page.pad.message
                size: 17
                weight: page.pad.tone === "bad" ? 600 : 450
                color: page.pad.tone === "bad" ? page.ui.c.bad : page.ui.c.soft
                horizontalAlignment: Text.AlignHCenter
            }
        }
        Item {
            width: parent.width
            height: page.ui.px(26)
            Row {
                objectName: "dots"
                anchors.centerIn: parent
                spacing: page.ui.px(page.pad.count > 8 ? 10 : 16)
                transform: Translate { id: nudge }
                Repeater {
                    model: Math.max(4, page.pad.count)
                    Rectangle {
                        required property int index
                        readonly property bool typed: index < page.pad.count
                        width: page.ui.px(18)
                        height: width
                        radius: width / 2
                        color: typed ? page.ui.c.accent_ink : "transparent"
                        border { width: Math.max(2, page.ui.px(2)); color: typed ? page.ui.c.accent_ink : page.ui.c.soft }
                        opacity: page.pad.wait > 0 ? 0.4 : 1
                    }
                }
            }
        }
        Grid {
            anchors.horizontalCenter: parent.horizontalCenter
            columns: 3
            rowSpacing: page.ui.px(page.ui.wide ? 12 : 18)
            columnSpacing: page.ui.px(page.ui.wide ? 16 : 22)
            enabled: page.pad.wait === 0 && !page.pad.busy
            Repeater {
                model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "ok"]
                PadKey {
                    required property string modelData
                    objectName: "key-" + modelData
                    ui: page.ui
                    what: modelData
                    ready: modelData !== "ok" || page.pad.ready
                    width: Math.round(page.key * 1.16)
                    height: Math.round(page.key)
                    onTyped: {
                        if (modelData === "ok")
                            page.pad.submit();
                        else if (modelData === "back")
                            page.pad.back();
                        else
                            page.pad.press(modelData);
                    }
                }
            }
        }
    }
}
