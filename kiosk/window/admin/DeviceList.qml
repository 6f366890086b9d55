// The devices that are wished for in their order, then the others.
import QtQuick

Column {
    id: list

    property Ui ui
    property QtObject sound
    property string kind
    property var rows: []
    readonly property int chosen: rows.filter(row => row.place >= 0).length

    spacing: ui.px(10)
    Repeater {
        model: list.rows.length
        Column {
            id: entry
            required property int index
            readonly property var row: list.rows[index] ?? ({})
            width: list.width
            spacing: list.ui.px(10)
            Words {
                visible: entry.index === list.chosen
                ui: list.ui
                width: parent.width
                topPadding: list.ui.px(8)
                text: list.ui.t.not_chosen ?? ""
                size: 15
                weight: 600
                color: list.ui.c.soft
            }
            DeviceRow {
                objectName: list.kind + "-" + entry.index
                ui: list.ui
                width: parent.width
                row: entry.row
                metered: list.kind === "microphone"
                level: metered && entry.row.device ? list.sound.levels[entry.row.device] ?? 0 : 0
                first: entry.row.place === 0
                last: entry.row.place === list.chosen - 1
                only: list.chosen === 1
                onPreferred: list.sound.prefer(list.kind, entry.row.name)
                onDropped: list.sound.drop(list.kind, entry.row.name)
                onMoved: by => list.sound.move(list.kind, entry.row.place, by)
            }
        }
    }
}
