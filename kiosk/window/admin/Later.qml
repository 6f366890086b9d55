// Settings that are changed in the file, and do not count yet.
import QtQuick

Card {
    id: later

    property string tone
    property var keys: []

    visible: keys.length > 0
    Flow {
        width: parent.width
        spacing: later.ui.px(10)
        Repeater {
            model: later.keys
            Rectangle {
                id: key
                required property string modelData
                width: name.implicitWidth + later.ui.px(30)
                height: later.ui.px(40)
                radius: height / 2
                color: later.ui.tint(later.ui.tone(later.tone), 0.16)
                Words { id: name; anchors.centerIn: parent; ui: later.ui; text: key.modelData; size: 15.5; weight: 600 }
            }
        }
    }
}
