#!/bin/bash
# Runs inside the new root: what maintainer scripts would have done, as far as a running host needs it.
set -euo pipefail
chmod 1777 /tmp /var/tmp 2>/dev/null || { mkdir -p /var/tmp && chmod 1777 /tmp /var/tmp; }
ln -sf bash /usr/bin/sh
ln -sf gawk /usr/bin/awk
ln -sf which.debianutils /usr/bin/which
[ -e /usr/bin/python3 ] || ln -s python3.11 /usr/bin/python3
for name in {ip,ip6}tables{,-save,-restore}; do ln -sf xtables-nft-multi "/usr/sbin/$name"; done
for name in {eb,arp}tables{,-save,-restore}; do ln -sf xtables-nft-multi "/usr/sbin/$name"; done

# accounts: Debian's numbers for now, because files carry them
cp /usr/share/base-passwd/passwd.master /etc/passwd
cp /usr/share/base-passwd/group.master /etc/group
: >/etc/shadow
: >/etc/gshadow
for user in messagebus:104 sshd:105 polkitd:996 systemd-network:998; do
  echo "${user%:*}:x:${user#*:}:${user#*:}::/:/usr/sbin/nologin" >>/etc/passwd
  echo "${user%:*}:x:${user#*:}:" >>/etc/group
done
for group in systemd-journal:999 input:106 kvm:107 render:108 ssh_keys:109; do
  echo "${group%:*}:x:${group#*:}:" >>/etc/group
done
chown root:messagebus /usr/lib/dbus-1.0/dbus-daemon-launch-helper
chmod 4754 /usr/lib/dbus-1.0/dbus-daemon-launch-helper

# folders and files without an owner in the archives; polkit and firewalld hang without /var/run
mkdir -p /var/{log,cache,lib,spool,opt,local} /etc/alternatives /var/lib/dpkg/alternatives
rm -rf /var/run /var/lock
ln -s /run /var/run
ln -s /run/lock /var/lock
ln -sf /proc/mounts /etc/mtab
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
for file in fstab motd subuid subgid environment; do : >"/etc/$file"; done
cp /usr/share/base-files/profile /etc/profile
cp /usr/share/base-files/dot.bashrc /root/.bashrc
cp /usr/share/base-files/dot.profile /root/.bash_profile
chmod 550 /root

(cd /usr/share/ca-certificates && find . -name '*.crt' -printf '%P\n' | sort) >/etc/ca-certificates.conf
mkdir -p /etc/ssl/certs
ldconfig
update-ca-certificates >/dev/null 2>&1
