/** What stands on the host before the first apply and has to go, or be taken in. */
export const grown = [
  'dnf -y -q install nano',
  `for name in old foreign; do printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/kinds-$name.service; done
systemctl daemon-reload && systemctl -q enable --now kinds-old.service kinds-foreign.service && useradd kinds-old`,
  'mkdir -p /etc/kinds /opt/kinds-old/deep && ln -s nowhere /etc/kinds/old && echo "# Kept by a test" | tee /etc/kinds/stray.conf >/etc/kinds/stray',
  'mkdir -p /etc/kinds/old.d/deep && echo old | tee /etc/kinds/old.conf >/etc/kinds/old.d/deep/file',
]

/** Breaks by hand, at least one for each kind. */
export const broken = [
  'sed -i "s/^enabled=1/enabled=0/" /etc/yum.repos.d/almalinux-crb.repo',
  'rpm -e epel-release',
  'dnf -y -q module reset php',
  'rpm -e --nodeps wget',
  'dnf -y -q downgrade lab-probe',
  'dnf -y -q install nano',
  'sed -i "s/^baseurl=.*/baseurl=file:\\/\\/\\/opt\\/el9lab\\/repo\\/epel/; s/^gpgcheck=.*/gpgcheck=1/" /etc/yum.repos.d/kinds.repo',
  'echo other.blue.example >/etc/hostname',

  'usermod -u 4343 -s /bin/bash -G "" kinds && echo kinds:x | chpasswd',
  'groupmod -g 4343 kinds',
  'chmod 0777 /etc/kinds',
  'echo "colour = red" >/etc/kinds/text.conf',
  'sed -i "/^Storage/d" /etc/kinds/template.conf',
  'echo leaked >/etc/kinds/secret; chmod 0644 /etc/kinds/secret',
  'chown nobody:root /etc/kinds/owned.conf',
  'rm /etc/kinds/checked.conf',
  'ln -sfn owned.conf /etc/kinds/current',
  `printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/kinds-old.service && systemctl start kinds-old.service
useradd -u 4777 kinds-old; mkdir -p /opt/kinds-old/deep; ln -s nowhere /etc/kinds/old; echo "# Kept by a test" >/etc/kinds/stray.conf`,
  'echo again >/etc/kinds/old.conf; mkdir -p /etc/kinds/old.d/deep; echo again >/etc/kinds/old.d/deep/file',
  'echo kept >/opt/kinds/data/by-hand; echo changed >/opt/kinds/program; rm /opt/kinds/.orchestrate-sha256; chmod 0755 /opt/kinds',
  'rm /etc/kinds/made',
  'echo other >/etc/kinds/asked; chmod 0666 /etc/kinds/asked; chmod 0644 /etc/kinds/key.pem',

  'mkdir -p /etc/kinds-by-hand; echo new >/etc/kinds-by-hand/one.conf',
  'systemctl stop kinds@down.service',
  'systemctl -q disable kinds@disabled.service',
  'systemctl -q enable --now kinds@unwanted.service',

  `mysql -e "ALTER DATABASE kinds CHARACTER SET latin1 COLLATE latin1_bin;
    SET PASSWORD FOR kinds@localhost = PASSWORD('other');
    REVOKE INSERT ON kinds.* FROM kinds@localhost; GRANT DELETE ON kinds.* TO kinds@localhost;
    DROP TABLE kinds.spare;
    UPDATE kinds.entry SET colour = 'red' WHERE name = 'one';
    UPDATE kinds.entry SET token = 'other' WHERE name = 'two';
    DELETE FROM kinds.entry WHERE name = 'three';
    INSERT INTO kinds.entry VALUES ('four', 'green', NULL);
    CREATE DATABASE kinds_old; CREATE TABLE kinds_old.t (id INT); CREATE USER kinds_old@localhost, kinds_old@'%'"`,

  // A reload makes the runtime side what the permanent one is, so it comes first.
  'firewall-cmd -q --permanent --delete-zone=kinds && firewall-cmd -q --reload',
  'firewall-cmd -q --remove-port=8025/tcp; firewall-cmd -q --permanent --remove-service=smtps',
  'firewall-cmd -q --add-port=9999/tcp',
  `firewall-cmd -q --permanent --remove-rich-rule='rule family="ipv4" source address="198.51.100.0/24" port port="8026" protocol="tcp" accept'`,
]

/** Prints what is on the host in the words of its own tools: the same after a repair as after the first apply. */
export const facts = `exec 2>&1
grep -h -A9 '^\\[\\(crb\\|epel\\|kinds\\)\\]' /etc/yum.repos.d/*.repo | grep -E '^(\\[|enabled|baseurl)'
rpm -q --qf '%{NAME} %{VERSION}\\n' wget lab-probe nano epel-release
grep -h '^state\\|^stream' /etc/dnf/modules.d/php.module
hostname; cat /etc/hostname
getent passwd kinds; getent group kinds; id -Gn kinds; getent shadow kinds | cut -d: -f2 | cut -c1
cd /etc/kinds && stat -c '%A %U:%G %N' . ./*
cat text.conf template.conf owned.conf checked.conf made asked
sha256sum </etc/kinds-tree/main.conf | cmp - index && cmp /etc/kinds-tree/main.conf /run/kinds-reload && echo loaded
cd /opt/kinds && stat -c '%A %U:%G %n' . program data && cat program
systemctl show -p LoadState,ActiveState --value kinds-old.service kinds-foreign.service | paste -sd ' '
getent passwd kinds-old; getent group kinds-old; ls -d /etc/kinds/stray* /etc/kinds/old* /opt/kinds-old 2>/dev/null
for unit in reload restart down disabled unwanted; do
  echo "$unit $(systemctl is-active kinds@$unit.service) $(systemctl is-enabled kinds@$unit.service)"
done
mysql -N -B -e "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'kinds';
  SHOW TABLES FROM kinds; SELECT name, colour, LENGTH(token) FROM kinds.entry; SHOW DATABASES LIKE 'kinds%';
  SELECT User, Host FROM mysql.user WHERE User LIKE 'kinds%'; SHOW GRANTS FOR kinds@localhost" | sed 's/PASSWORD .*/PASSWORD/'
for side in '' --permanent; do
  for zone in public kinds; do firewall-cmd $side --zone=$zone --list-all | grep -E '^[a-z]|  (services|ports):|rule family'; done
done`
