// Text in the panel's typeface.
import QtQuick

Text {
    property Ui ui
    property real size: 17
    property int weight: 450

    color: ui.c.ink
    font {
        family: ui.family
        pixelSize: ui.px(size)
        weight: weight >= 600 ? Font.DemiBold : Font.Normal
        variableAxes: ({ "wght": weight })
    }
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    lineHeight: lineCount > 1 ? 1.18 : 1
}
