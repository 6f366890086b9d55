"""Running a kiosk unattended: logs, the control socket, the single instance, status, service manager, shutdown."""
