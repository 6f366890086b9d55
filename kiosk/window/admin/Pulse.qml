// Something goes on: three dots, of which one is lit. It moves three times a second, and only while it is seen.
import QtQuick

Row {
    id: pulse

    property Ui ui
    property color color
    property int lit: 0

    spacing: ui.px(5)
    Repeater {
        model: 3
        Rectangle {
            required property int index
            width: pulse.ui.px(7)
            height: width
            radius: width / 2
            color: pulse.color
            opacity: index === pulse.lit ? 1 : 0.35
        }
    }
    Timer {
        interval: 330
        repeat: true
        running: pulse.visible
        onTriggered: pulse.lit = (pulse.lit + 1) % 3
    }
}
