# shellcheck shell=bash
# The kiosk's icon on this user's desktop and in the menu. Nothing needs root, nothing outside the home is touched.

SHORTCUT=avatar-kiosk.desktop
ENTRY=$PROJECT/packaging/desktop/$SHORTCUT # as the Debian package ships it
ICONS=$PROJECT/resources/icons
LAUNCH=$PROJECT/packaging/desktop/launch

# install_shortcut: writes or renews the icon; what a double click starts is this clone.
install_shortcut() {
  local applications icons desktop file
  [[ $PROJECT != *$'\n'* ]] || fail "no icon can start what is in a folder with a line break in its name: $PROJECT"
  applications=$(data_folder)/applications
  icons=$(data_folder)/icons/hicolor
  install_icons "$icons"
  file=$applications/$SHORTCUT
  mkdir -p "$applications"
  shortcut_text "$icons/256x256/apps/avatar-kiosk.png" | replace_file "$file" 644
  say "In the menu:      $file"
  if has update-desktop-database; then update-desktop-database -q "$applications" || true; fi
  if desktop=$(desktop_folder); then
    mkdir -p "$desktop"
    replace_file "$desktop/$SHORTCUT" 755 <"$file"
    say "On the desktop:   $desktop/$SHORTCUT"
    trust "$desktop/$SHORTCUT" || say "The desktop may ask once whether the icon can be trusted."
    stop_questions_of_pcmanfm
  else
    say "No icon on the desktop: this user has no desktop folder."
  fi
  say "Its pictures:     $icons"
  say "A double click on it opens the kiosk. \`packaging/run --remove-shortcut\` takes it away again."
}

# remove_shortcut: takes away what install_shortcut has written.
remove_shortcut() {
  local applications icons desktop file
  applications=$(data_folder)/applications
  icons=$(data_folder)/icons/hicolor
  local files=("$applications/$SHORTCUT" "$icons"/*/apps/avatar-kiosk.{png,svg})
  if desktop=$(desktop_folder); then files+=("$desktop/$SHORTCUT"); fi
  for file in "${files[@]}"; do
    [[ -e $file || -L $file ]] || continue
    rm -f -- "$file"
    say "Removed $file"
  done
  if [[ -d $icons ]]; then touch "$icons"; fi
  if has update-desktop-database && [[ -d $applications ]]; then update-desktop-database -q "$applications" || true; fi
}

data_folder() { printf '%s\n' "${XDG_DATA_HOME:-$HOME/.local/share}"; }

# desktop_folder: where icons on the desktop are; fails where the user has chosen to have none.
desktop_folder() {
  local folder=$HOME/Desktop chosen=${XDG_CONFIG_HOME:-$HOME/.config}/user-dirs.dirs
  # A file of assignments for shells to read, in the user's own words for Desktop.
  # shellcheck source=/dev/null
  if [[ -r $chosen ]]; then folder=$(. "$chosen" && printf '%s\n' "${XDG_DESKTOP_DIR:-$folder}"); fi
  [[ ${folder%/} != "${HOME%/}" ]] && printf '%s\n' "$folder"
}

# install_icons FOLDER: into this icon theme, so that panels find them by the window's name, too.
install_icons() {
  local size
  for size in 16 24 32 48 128 256; do
    replace_file "$1/${size}x$size/apps/avatar-kiosk.png" 644 <"$ICONS/avatar-kiosk-$size.png"
  done
  replace_file "$1/scalable/apps/avatar-kiosk.svg" 644 <"$ICONS/avatar-kiosk.svg"
  touch "$1" # a cache older than its folder is not believed
}

# shortcut_text PICTURE: the Debian package's desktop file with this clone's program and this picture in it.
shortcut_text() {
  local line command
  command=$(exec_word "$LAUNCH")
  if [[ ${KIOSK_PYTHON:-} ]]; then
    # The environment is of this Python only as long as it is asked for.
    command="env $(exec_word "KIOSK_PYTHON=$KIOSK_PYTHON") $command"
  elif [[ $LAUNCH == *%* ]]; then
    # GLib looks for the program itself before it makes one % of two.
    command="env $command"
  fi
  while IFS= read -r line; do
    case $line in
      Exec=avatar-kiosk*) printf 'Exec=%s%s\n' "$command" "${line#Exec=avatar-kiosk}" ;;
      Icon=avatar-kiosk) printf 'Icon=%s\n' "${1//\\/\\\\}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$ENTRY"
}

# exec_word WORD: one word of an Exec line. Two layers undo it, the value's and the command's, and then % is special.
exec_word() {
  local word=$1 character
  word=${word//\\/\\\\}
  for character in '"' '`' '$'; do word=${word//"$character"/"\\$character"}; done
  word=${word//\\/\\\\}
  printf '"%s"\n' "${word//%/%%}"
}

# replace_file FILE MODE: writes its input there in one step, so that no desktop reads half a file.
replace_file() {
  local folder=${1%/*} draft
  mkdir -p "$folder"
  draft=$(mktemp "$folder/.${1##*/}.XXXXXX")
  if ! { cat >"$draft" && chmod "$2" "$draft" && mv -f -- "$draft" "$1"; }; then
    rm -f -- "$draft"
    fail "$1 could not be written"
  fi
}

# trust FILE: what Xfce and GNOME ask of an icon before they start it without a question, kept by gvfs beside the file.
# A desktop without gvfs does not ask.
trust() {
  local bus=()
  has gio || return 0
  [[ ${DBUS_SESSION_BUS_ADDRESS:-} || -S ${XDG_RUNTIME_DIR:-/run/user/$EUID}/bus ]] || bus=(dbus-run-session --)
  "${bus[@]}" gio set "$1" metadata::xfce-exe-checksum "$(sha256sum <"$1" | cut -d' ' -f1)" 2>/dev/null &&
    "${bus[@]}" gio set "$1" metadata::trusted true 2>/dev/null
}

# stop_questions_of_pcmanfm: it knows no trust. Unless told otherwise it asks at every double click.
stop_questions_of_pcmanfm() {
  local file=${XDG_CONFIG_HOME:-$HOME/.config}/libfm/libfm.conf
  has pcmanfm || return 0
  if [[ -e $file ]] && grep -q '^quick_exec=' "$file"; then
    grep -q '^quick_exec=1' "$file" ||
      say "PCManFM asks before it opens an icon: it is set to ask options on launch of executable files."
    return 0
  fi
  { [[ ! -e $file ]] || cat -- "$file"; } | with_quick_exec | replace_file "$file" 644
  say "PCManFM:          opens icons without asking from its next start on (quick_exec in $file)"
}

# with_quick_exec: its input with the setting in the group [config].
with_quick_exec() {
  awk '{ print } $0 == "[config]" { print "quick_exec=1"; done = 1 } END { if (!done) print "[config]\nquick_exec=1" }'
}
