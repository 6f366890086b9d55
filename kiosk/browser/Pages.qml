// Where pages live. They are made here and not from Python, because PySide6 6.11 hands what `QQmlComponent.create`
// makes to the component as its child, and crashes when the one is deleted before the other.
import QtQuick

FocusScope {
    id: pages

    property Item newest

    focus: true

    function open(properties) {
        newest = view.createObject(pages, properties);
    }

    Component {
        id: view
        Page {}
    }
}
