# shellcheck shell=bash
# A screen to show the kiosk on, and whether sound would be heard.

# A display that answers, not only a variable that names one.
display_answers() {
  if [[ -n ${WAYLAND_DISPLAY:-} ]]; then
    case $WAYLAND_DISPLAY in
      /*) [[ -S $WAYLAND_DISPLAY ]] && return 0 ;;
      *) [[ -S ${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY ]] && return 0 ;;
    esac
  fi
  case ${DISPLAY:-} in
    '') return 1 ;;
    :*) local number=${DISPLAY#:} && [[ -S /tmp/.X11-unix/X${number%%.*} ]] ;;
    *) return 0 ;; # over the network: Qt says it better than a guess
  esac
}

# start_virtual_screen WIDTHxHEIGHT: sets DISPLAY and XVFB. The screen ends by itself with its last window
# (-terminate), so that a killed script leaves none behind; a session of its own keeps Ctrl-C away from it.
start_virtual_screen() {
  local answers number
  exec {answers}< <(exec setsid Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -terminate 3>&1 >/dev/null 2>&1)
  XVFB=$!
  read -r -t 20 -u "$answers" number || fail "the virtual screen (Xvfb) did not start"
  exec {answers}<&-
  unset WAYLAND_DISPLAY
  export DISPLAY=:$number
}

sound_answers() {
  if has pactl; then
    timeout 3 pactl info >/dev/null 2>&1
  else
    [[ -n ${PULSE_SERVER:-} || -S ${XDG_RUNTIME_DIR:-/run/user/$EUID}/pulse/native ]]
  fi
}
