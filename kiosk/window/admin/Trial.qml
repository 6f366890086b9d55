// A button, and beside it what it does; where there is no room, below it.
import QtQuick

Item {
    id: trial

    property Ui ui
    property string text
    default property alias button: holder.data
    readonly property bool beside: width > ui.px(560)

    implicitHeight: beside ? Math.max(holder.height, words.height) : holder.height + ui.px(10) + words.height

    Item { id: holder; width: childrenRect.width; height: childrenRect.height }
    Words {
        id: words
        x: trial.beside ? holder.width + trial.ui.px(18) : 0
        y: trial.beside ? (trial.height - height) / 2 : holder.height + trial.ui.px(10)
        width: trial.width - x
        ui: trial.ui
        text: trial.text
        size: 15.5
        color: trial.ui.c.soft
    }
}
