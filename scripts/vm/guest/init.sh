#!/bin/busybox sh
# The first program in the virtual machine: from the archive that the kernel unpacked to the host's
# file system, over which whatever is written stays in memory. Then run.sh takes over.
set -eu
exec 2>/dev/console
/bin/busybox --install -s /bin
export PATH=/bin

mkdir -p /proc /sys /dev /host /changes /root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order

mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro" host /host
mount -t tmpfs -o "size=80%,mode=0755" changes /changes
mkdir /changes/files /changes/work
mount -t overlay -o "lowerdir=/host,upperdir=/changes/files,workdir=/changes/work" root /root

for folder in proc sys dev; do mount --move "/$folder" "/root/$folder"; done
mount -t tmpfs -o "mode=0755" run /root/run
mkdir -p /root/run/podwire-vm
cp /bin/busybox /podwire-vm/* /root/run/podwire-vm
exec switch_root /root /run/podwire-vm/busybox sh /run/podwire-vm/run.sh
