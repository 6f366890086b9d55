// How the kiosk is, and what can be done about it at once.
import QtQuick

Scroller {
    id: page

    property QtObject panel
    readonly property var status: panel.status

    Hero { ui: page.ui; status: page.status; width: parent.width }
    Card {
        ui: page.ui
        width: parent.width
        Facts { ui: page.ui; entries: page.status.facts ?? [] }
    }
    Flow {
        id: actions
        width: parent.width
        spacing: page.ui.px(14)
        readonly property real each: Math.max((width - spacing) / 2, 0)
        Push {
            objectName: "session"
            ui: page.ui
            width: actions.each
            height: page.ui.px(64)
            kind: "main"
            symbol: page.status.talking ? "stop" : "talk"
            text: (page.status.talking ? page.ui.t.end_session : page.ui.t.start_session) ?? ""
            onTriggered: page.status.talking ? page.panel.end_session() : page.panel.start_session()
        }
        Push {
            objectName: "reload"
            ui: page.ui
            width: actions.each
            height: page.ui.px(64)
            symbol: "renew"
            text: page.ui.t.reload_page ?? ""
            onTriggered: page.panel.reload_page()
        }
    }
}
