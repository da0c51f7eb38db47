#!/bin/sh
# Makes a Debian machine one that podwire runs in, and runs the voting app's scenarios there once. As root:
#
#     provision.sh FOLDER USER     the clone, and whose it is
#
# The Vagrantfile's machine is made by this, and `npm run vagrant-stand-in` makes one without Vagrant. Run again, it does
# what is left to do.
set -eu
folder=$1
user=$2
export DEBIAN_FRONTEND=noninteractive

step() { echo "provision: $*"; }

step "Node, npm and git"
apt-get update -qq
apt-get install -qq --no-install-recommends ca-certificates git kmod nodejs npm > /dev/null
# Debian 13 has a Node that is new enough. Where it is not, npm has one: it goes to /usr/local and comes first on the PATH.
is_new_enough='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
node --eval "$is_new_enough" || npm install --global --loglevel=error --no-audit --no-fund node@22
hash -r
step "Node $(node --version)"

# What labs can use of the kernel beyond what a fresh boot has loaded. Some of it the kernel loads when it is asked for, some
# only for root, and some never by itself. Names that a kernel does not have are skipped; `podwire doctor` tells.
modules="
  br_netfilter veth vxlan nf_conntrack nf_conntrack_netlink
  xt_addrtype xt_comment xt_conntrack xt_mark xt_MASQUERADE xt_recent xt_REDIRECT xt_set xt_statistic ipt_REJECT
  nf_tables nft_chain_nat nft_compat nft_fib_ipv4 nft_masq nft_numgen nft_reject_ipv4
  ip_set ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh ip_vs_lc xt_ipvs dummy
  ipip ip_gre sch_netem ifb"
step "kernel modules"
mkdir -p /etc/modules-load.d
printf '%s\n' $modules > /etc/modules-load.d/podwire.conf
for module in $modules; do
  modprobe -q "$module" || step "this kernel has no $module"
done

# Debian's packages need root; all else is the user's, who runs the labs.
step "what podwire needs"
cd "$folder"
npm run --silent setup
# Only what is not: under an overlay every change of owner is a copy.
find node_modules dist ! -user "$user" -exec chown --no-dereference "$user:" {} +
step "the voting app's scenarios"
setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --reset-env npm start --silent
