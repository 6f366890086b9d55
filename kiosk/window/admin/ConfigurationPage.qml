// The configuration file: where it is, what is wrong in it, what does not count yet.
import QtQuick

Scroller {
    id: page

    property QtObject panel
    readonly property var config: panel.config

    Problems { ui: page.ui; config: page.config; width: parent.width }
    Card {
        ui: page.ui
        width: parent.width
        title: page.ui.t.file ?? ""
        text: page.config.about ?? ""
        Rectangle {
            visible: page.config.path !== ""
            width: parent.width
            height: path.implicitHeight + page.ui.px(26)
            radius: page.ui.px(14)
            color: page.ui.c.well
            Words {
                id: path
                objectName: "path"
                x: page.ui.px(18)
                width: parent.width - 2 * x
                anchors.verticalCenter: parent.verticalCenter
                ui: page.ui
                text: page.config.path ?? ""
                size: 15.5
                font.family: "monospace"
                wrapMode: Text.WrapAnywhere
            }
        }
        Fact {
            visible: page.config.loaded !== ""
            ui: page.ui
            label: page.ui.t.file_loaded ?? ""
            value: page.config.loaded ?? ""
            first: true
            last: true
        }
        Push {
            visible: page.config.path !== ""
            objectName: "readConfig"
            ui: page.ui
            symbol: "renew"
            text: page.ui.t.read_config ?? ""
            onTriggered: page.panel.read_config()
        }
    }
    Later { ui: page.ui; width: parent.width; tone: "busy"; title: page.ui.t.waiting ?? ""; keys: page.config.waiting ?? [] }
    Later {
        ui: page.ui
        width: parent.width
        tone: "warn"
        title: page.ui.t.restart_needed ?? ""
        keys: page.config.restart ?? []
        Push {
            ui: page.ui
            symbol: "renew"
            text: page.ui.t.restart ?? ""
            onTriggered: page.panel.ask("restart")
        }
    }
}
