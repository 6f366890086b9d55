// A symbol in a disc of its own tone.
import QtQuick

Rectangle {
    id: sign

    property Ui ui
    property string tone
    property string symbol: tone
    property real size: 44

    implicitWidth: ui.px(size)
    implicitHeight: implicitWidth
    radius: width / 2
    color: ui.tint(ui.tone(tone), 0.18)
    Symbol {
        anchors.centerIn: parent
        name: sign.symbol
        color: sign.ui.tone(sign.tone)
        size: Math.round(sign.width * 0.54)
        stroke: 2.2
    }
}
