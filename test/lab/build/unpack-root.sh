#!/bin/bash
# unpack-root.sh ROOT <LIST-OF-DEB-FILES: a root file system by plain unpacking, without dpkg and maintainer scripts.
set -euo pipefail
export root=$1
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{proc,sys,dev,run,tmp,root,home,srv,mnt,media,opt,boot,etc,var}
for top in bin sbin lib lib64; do ln -s "usr/$top" "$root/$top"; done

unpack() {
  dpkg-deb --fsys-tarfile "$1" | tar -C "$root" -xpf - --keep-directory-symlink \
    --exclude='./usr/share/'{man,locale,doc,info,lintian,bash-completion,bug}'/*' \
    --exclude='*/x86_64-linux-gnu/perl/*/CORE/*'
}
export -f unpack
xargs -P 2 -n 1 bash -c 'set -eo pipefail; unpack "$0"'
