// Lines of facts. The lines stay when a value changes; only their words do.
import QtQuick

Column {
    id: facts

    property Ui ui
    property var entries: []

    width: parent ? parent.width : 0
    Repeater {
        model: facts.entries ? facts.entries.length : 0
        Fact {
            required property int index
            readonly property var entry: facts.entries[index] ?? ({})
            ui: facts.ui
            label: entry.label ?? ""
            value: entry.value ?? ""
            tone: entry.tone ?? ""
            first: index === 0
            last: index === facts.entries.length - 1
        }
    }
}
