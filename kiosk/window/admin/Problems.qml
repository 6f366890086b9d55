// What is wrong in the configuration file, each with its place.
import QtQuick

Card {
    id: problems

    property var config: ({})
    readonly property var entries: config.problems ?? []

    gap: 18
    Row {
        width: parent.width
        spacing: problems.ui.px(16)
        Sign { id: mark; ui: problems.ui; tone: problems.config.tone ?? "good" }
        Column {
            width: parent.width - mark.width - parent.spacing
            anchors.verticalCenter: parent.verticalCenter
            Words { objectName: "problemsSummary"; ui: problems.ui; width: parent.width; text: problems.config.summary ?? ""; size: 20; weight: 600 }
            Words { ui: problems.ui; width: parent.width; text: problems.config.advice ?? ""; size: 15.5; color: problems.ui.c.soft }
        }
    }
    Repeater {
        model: problems.entries.length
        Rectangle {
            id: entry
            required property int index
            readonly property var problem: problems.entries[index] ?? ({})
            width: parent.width
            height: lines.implicitHeight + 2 * problems.ui.px(16)
            radius: problems.ui.px(14)
            color: problems.ui.c.well
            Rectangle {
                width: problems.ui.px(5)
                height: parent.height - 2 * problems.ui.px(12)
                radius: width / 2
                anchors.verticalCenter: parent.verticalCenter
                x: problems.ui.px(8)
                color: problems.ui.tone(entry.problem.tone)
            }
            Column {
                id: lines
                x: problems.ui.px(26)
                width: parent.width - x - problems.ui.px(18)
                anchors.verticalCenter: parent.verticalCenter
                spacing: problems.ui.px(4)
                Flow {
                    width: parent.width
                    spacing: problems.ui.px(10)
                    Words { ui: problems.ui; text: entry.problem.place ?? ""; visible: text !== ""; size: 15; weight: 600; color: problems.ui.tone(entry.problem.tone) }
                    Words { ui: problems.ui; text: entry.problem.key ?? ""; visible: text !== ""; size: 15; weight: 600; width: Math.min(implicitWidth, parent.width); color: problems.ui.c.soft }
                }
                Words { ui: problems.ui; width: parent.width; text: entry.problem.message ?? ""; size: 16.5 }
            }
        }
    }
}
