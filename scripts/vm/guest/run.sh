# The first process of the virtual machine, once the host's file system is the root: makes what a
# machine has, runs the one command, and says how it ended and how much it said.
#
# The host reads, on the control port:   exit STATUS BYTES-OF-STDOUT BYTES-OF-STDERR
# and may write there:                   signal NAME
# Then it ends the machine from outside: it knows when everything has arrived.
set -eu
vm=/run/podwire-vm
box() { "$vm/busybox" "$@"; }
. "$vm/settings"

box mkdir -p /dev/pts /dev/shm
box mount -t devpts -o "mode=0620,ptmxmode=0666,gid=5" devpts /dev/pts
box mount -t tmpfs -o "mode=1777" shm /dev/shm
box mount -t cgroup2 cgroup2 /sys/fs/cgroup
for link in "fd fd" "stdin fd/0" "stdout fd/1" "stderr fd/2"; do
  box ln -sfn "/proc/self/${link#* }" "/dev/${link% *}"
done
box hostname "$hostname"
box ip link set lo up

if [ -z "$modules" ]; then
  box mkdir -p "/lib/modules/$release"
  box mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro" modules "/lib/modules/$release"
elif [ "$modules" != "/lib/modules/$release" ]; then
  box mkdir -p /lib/modules
  box ln -sfn "$modules" "/lib/modules/$release"
fi
# The kernel loads what it is asked for by this program, and so do others. The host's own, if it
# has one, may not understand what busybox has written about the modules.
for program in "$vm/modprobe" /usr/sbin/modprobe; do
  box ln -sfn "$vm/busybox" "$program"
done
echo "$vm/modprobe" > /proc/sys/kernel/modprobe
# What the kernel does not ask for by itself. One that it was built without is no matter.
for module in br_netfilter nf_conntrack iptable_filter iptable_nat ip_vs tun; do
  "$vm/modprobe" -q "$module" || true
done
[ ! -e /dev/net/tun ] || box chmod 0666 /dev/net/tun

if [ -n "$network" ]; then
  # The addresses that QEMU gives and has: https://wiki.qemu.org/Documentation/Networking
  "$vm/modprobe" virtio_net
  box ip link set eth0 up
  box ip addr add 10.0.2.15/24 dev eth0
  box ip route add default via 10.0.2.2
  box rm -f /etc/resolv.conf
  echo "nameserver 10.0.2.3" > /etc/resolv.conf
fi

if [ -n "$output" ]; then
  box mkdir -p "$output"
  box mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,cache=none" output "$output"
fi

# Ports, in the order in which QEMU was given them.
input=/dev/vport0p1
out=/dev/vport0p2
err=/dev/vport0p3
exec 7<> /dev/vport0p4
box mkfifo "$vm/in" "$vm/out" "$vm/err"
# Through pipes: a program takes a pipe better than a device that takes 32 KiB at once.
"$vm/busybox" tee "$out" < "$vm/out" 7>&- | "$vm/busybox" wc -c > "$vm/out.bytes" 7>&- &
carriers=$!
"$vm/busybox" tee "$err" < "$vm/err" 7>&- | "$vm/busybox" wc -c > "$vm/err.bytes" 7>&- &
carriers="$carriers $!"
"$vm/busybox" cat "$input" > "$vm/in" 2> /dev/null 7>&- &

relay() {
  while read -r verb signal <&7; do
    [ "$verb" = signal ] || continue
    until [ -s "$vm/pid" ]; do box usleep 10000; done
    read -r leader < "$vm/pid"
    kill "-$signal" "-$leader" 2> /dev/null || true
  done
}
relay &

# In front, and by itself in its session: a shell has its background programs ignore SIGINT.
set +e
box setsid "$vm/busybox" sh "$vm/command" < "$vm/in" > "$vm/out" 2> "$vm/err" 7>&-
status=$?

# What it left running ends with it, as in a container. Kernel threads have no command line.
for folder in /proc/[0-9]*; do
  process=${folder#/proc/}
  line=
  read -r line < "$folder/cmdline"
  case "$process $line" in
    "1 "* | *" " | *" $vm/busybox"*) ;;
    *) kill -9 "$process" ;;
  esac
done 2> /dev/null
wait $carriers
read -r out_bytes < "$vm/out.bytes"
read -r err_bytes < "$vm/err.bytes"
box sync
echo "exit $status $out_bytes $err_bytes" >&7
while :; do box sleep 3600; done
