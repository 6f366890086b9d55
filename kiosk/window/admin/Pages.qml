// The four pages, the way between them, and what came of the last command.
import QtQuick

FocusScope {
    id: pages

    property Ui ui
    property QtObject panel

    focus: true

    Navigation {
        id: navigation
        ui: pages.ui
        panel: pages.panel
        x: pages.ui.wide ? pages.ui.px(26) : 0
        y: pages.ui.wide ? 0 : parent.height - height
        width: pages.ui.wide ? pages.ui.px(190) : parent.width
        height: pages.ui.wide ? parent.height : implicitHeight
    }
    Loader {
        id: page
        x: pages.ui.wide ? navigation.x + navigation.width + pages.ui.px(22) : pages.ui.px(26)
        width: parent.width - x - pages.ui.px(26)
        height: parent.height - (pages.ui.wide ? 0 : navigation.height)
        focus: true
        sourceComponent: ({ status: statusPage, sound: soundPage, configuration: configurationPage, device: devicePage })[pages.panel.page]
    }
    Component { id: statusPage; StatusPage { ui: pages.ui; panel: pages.panel } }
    Component { id: soundPage; SoundPage { ui: pages.ui; panel: pages.panel } }
    Component { id: configurationPage; ConfigurationPage { ui: pages.ui; panel: pages.panel } }
    Component { id: devicePage; DevicePage { ui: pages.ui; panel: pages.panel } }

    Notice {
        ui: pages.ui
        message: pages.panel.message
        onDismissed: pages.panel.dismiss()
        width: Math.min(page.width, pages.ui.px(700))
        x: page.x + Math.round((page.width - width) / 2)
        y: page.height - height - pages.ui.px(20)
    }
}
