#!/bin/bash
# Runs inside the new root, after accounts got EL9's numbers: EL9's layout and units, and no Debian tools in sight.
set -euo pipefail
units=/usr/lib/systemd/system

# layout
rm -rf /var/mail /var/spool/mail
mkdir -p /var/spool/mail /etc/pki/tls/{certs,private,misc} /etc/pki/ca-trust/{source/anchors,extracted/pem} \
  /usr/libexec/openssh /usr/share/empty.sshd /usr/lib64/sasl2 /etc/sysconfig /etc/dnf/vars /etc/yum.repos.d \
  /var/lib/rpm /opt/el9lab/repo /etc/sudoers.d
chown root:mail /var/spool/mail
chmod 0775 /var/spool/mail
ln -s spool/mail /var/mail
ln -sf ../../lib/openssh/sftp-server /usr/libexec/openssh/sftp-server
bundle=/etc/ssl/certs/ca-certificates.crt
ln -sfn $bundle /etc/pki/tls/certs/ca-bundle.crt
ln -sfn $bundle /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
ln -sfn certs/ca-bundle.crt /etc/pki/tls/cert.pem
ln -sfn ../../../ssl/openssl.cnf /etc/pki/tls/openssl.cnf
rm -rf /usr/lib/x86_64-linux-gnu/sasl2
ln -s /usr/lib64/sasl2 /usr/lib/x86_64-linux-gnu/sasl2
ln -sf dnf-3 /usr/bin/yum
ln -sf useradd /usr/sbin/adduser
ln -sf ../bin/update-alternatives /usr/sbin/alternatives
ln -sf ../bin/update-alternatives /usr/sbin/update-alternatives
sed -i 's/messagebus/dbus/g' /usr/share/dbus-1/system.conf $units/dbus.* /usr/lib/tmpfiles.d/dbus.conf 2>/dev/null || :
rm -f /usr/lib/sysusers.d/*.conf

chmod 4755 /usr/sbin/unix_chkpwd
rm -rf /var/log/journal # logs are volatile until somebody makes this folder

# the packages that this root amounts to
rm -f /etc/os-release /usr/lib/os-release /etc/debian_version /etc/issue.net
rm -f /usr/lib/python3/dist-packages/dnf-plugins/local.py # adds a repository of its own
for repo in baseos appstream; do
  printf '[%s]\nname=%s\nbaseurl=file:///opt/el9lab/repo/%s\ngpgcheck=0\n' $repo $repo $repo
done >/etc/yum.repos.d/boot.repo
dnf -q -y --releasever=9 --setopt=install_weak_deps=0 install "$@"
rm /etc/yum.repos.d/boot.repo
dnf -q clean all >/dev/null
rm -rf /var/log/dnf* /var/log/hawkey.log

# no Debian tools; its mysql folder would win over /etc/my.cnf
rm -rf /etc/{mysql,apt,dpkg,debconf.conf,network,init.d,adduser.conf,deluser.conf,ufw,runit,sv,sgml,xml,logcheck} \
  /etc/{update-motd.d,X11,ucf.conf} /etc/rc?.d /etc/cron.*/{apt-compat,dpkg,e2scrub_all} /etc/logrotate.d/{apt,dpkg,alternatives} \
  /etc/cron.d/* /usr/bin/{apt,apt-*,dpkg,dpkg-*,debconf*} /usr/sbin/{addgroup,deluser,delgroup,invoke-rc.d,update-rc.d,dpkg-*} \
  /var/{lib,cache}/{apt,debconf} /etc/ssh/ssh_host_* /usr/share/man/* /usr/share/doc/*
find /var/lib/dpkg -mindepth 1 -maxdepth 1 ! -name alternatives -exec rm -rf {} +

# units: only what an EL9 host of this size enables
rm -rf /etc/systemd/system/*.wants /etc/systemd/system/{sshd.service,dbus-org*} $units/{ssh.service,ssh@.service,ssh.socket,rescue-ssh.target} \
  $units/{getty@.service,console-getty.service,e2scrub*,dpkg-db-backup.*,fstrim.*}
ln -sf $units/multi-user.target /etc/systemd/system/default.target
systemctl enable sshd.service systemd-tmpfiles-clean.timer dbus.socket >/dev/null 2>&1
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /etc/hostname /etc/resolv.conf
