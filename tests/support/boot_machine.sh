# Becomes the first process of a machine whose files are a copy of this one's: what is written there stays there.
# Run in namespaces of its own: pid, mount, cgroup, uts, ipc, net.
#
#   bash boot_machine.sh FOLDER   an empty folder; FOLDER/files holds what the machine has beside, or instead
set -euo pipefail

folder=$1
root=$folder/root

# What would reach beyond the machine, or only keeps it: devices, kernel settings, clocks, other logins.
masked=(
  systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service
  systemd-sysctl.service systemd-modules-load.service systemd-remount-fs.service systemd-update-utmp.service
  systemd-update-utmp-runlevel.service systemd-timesyncd.service systemd-binfmt.service systemd-random-seed.service
  systemd-journal-flush.service systemd-pstore.service systemd-networkd.service dev-hugepages.mount dev-mqueue.mount
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount
  proc-sys-fs-binfmt_misc.automount console-getty.service getty.target
)

make_root() {
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$folder/layers"
  mkdir "$folder/layers/upper" "$folder/layers/work"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
}

make_devices() {
  local device
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  for device in null zero full random urandom tty tty0 "$CONSOLE"; do
    cp --archive "/dev/$device" "$root/dev/"
  done
  mkdir -m 1777 "$root/dev/shm"
  mkdir "$root/dev/pts"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
}

# Nothing of this machine's own is started, and what is added is there.
make_system() {
  local unit
  rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.service.d
  for unit in "${masked[@]}"; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  cp --archive "$folder/files/." "$root/"
  systemctl --root "$root" --quiet enable "avatar-kiosk@$CONSOLE"
}

enter() {
  cd "$root"
  pivot_root . .
  umount --lazy .
  exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd \
    --unit=graphical.target --show-status=0 --log-target=journal
}

make_root
make_devices
make_system
enter
