// A group of things that belong together.
import QtQuick

Rectangle {
    id: card

    property Ui ui
    property string title
    property string text
    property real gap: 16
    default property alias content: column.data

    implicitHeight: column.implicitHeight + 2 * ui.px(24)
    radius: ui.px(22)
    color: ui.c.card
    border.width: Math.max(1, ui.px(1))
    border.color: ui.c.line

    Column {
        id: column
        x: card.ui.px(24)
        y: card.ui.px(24)
        width: card.width - 2 * x
        spacing: card.ui.px(card.gap)

        Column {
            visible: card.title !== ""
            width: parent.width
            spacing: card.ui.px(4)
            Words { ui: card.ui; width: parent.width; text: card.title; size: 20; weight: 600 }
            Words { ui: card.ui; width: parent.width; text: card.text; visible: text !== ""; size: 15.5; color: card.ui.c.soft }
        }
    }
}
