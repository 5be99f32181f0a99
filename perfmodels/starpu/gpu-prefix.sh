#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# All that Starcloak's build needs beside CUDA, CMake and a C compiler, in one
# folder that can be carried to a GPU machine without a network: StarPU with
# CUDA, and Debian's libraries, headers and pkgconf. See README.md.
# usage: gpu-prefix.sh STARPU-PREFIX FOLDER
set -euo pipefail
starpu=${1:?usage: gpu-prefix.sh STARPU-PREFIX FOLDER}
to=${2:?usage: gpu-prefix.sh STARPU-PREFIX FOLDER}
limit_mib=64

die() { printf 'gpu-prefix: %s\n' "$*" >&2; exit 1; }
grep -q 'STARPU_USE_CUDA 1' "$starpu"/include/starpu/*/starpu_config.h ||
	die "$starpu is no StarPU with CUDA: ./dev setup --starpu --cuda builds one"

packages="libhwloc15 libhwloc-dev libudev1 libltdl7 libcunit1 libcunit1-dev
libjansson4 libjansson-dev libsodium23 libsodium-dev libnettle8 nettle-dev libgmp10 libgmp-dev
libmpfr6 libmpfr-dev libncurses6 libtinfo6 pkgconf-bin libpkgconf3"
rm -rf "$to" "$to.deb"
mkdir -p "$to" "$to.deb/root"
to=$(cd "$to" && pwd)
deb=$(cd "$to.deb" && pwd)
# shellcheck disable=SC2086
(cd "$deb" && apt-get -o APT::Sandbox::User=root download -qq $packages) ||
	die "apt-get cannot download (apt-get update first?)"
for file in "$deb"/*.deb; do
	dpkg -x "$file" "$deb/root"
done

# Debian's multiarch folders become plain ones: one lib, one include.
root=$deb/root
arch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
mkdir -p "$to/bin" "$to/lib/pkgconfig" "$to/include"
cp -a "$root/usr/bin/pkgconf" "$to/bin/pkg-config"
for folder in "$root/lib/$arch" "$root/usr/lib/$arch" "$starpu/lib"; do
	[ ! -d "$folder" ] || find "$folder" -maxdepth 1 -name 'lib*.so*' \
		-exec cp -a {} "$to/lib/" \;
	[ ! -d "$folder/pkgconfig" ] || cp "$folder"/pkgconfig/*.pc "$to/lib/pkgconfig/"
done
cp -a "$root"/usr/include/. "$to/include/"
[ ! -d "$to/include/$arch" ] || {
	cp -a "$to/include/$arch/." "$to/include/"
	rm -rf "${to:?}/include/$arch"
}
cp -a "$starpu/include/." "$to/include/"
find "$to/lib" -name '*.so*' -type f -exec strip --strip-unneeded {} +

# Found wherever the folder lies; CUDA's own folders are the build's to name.
cuda=$(sed -n 's/.*-I\([^ ]*cuda[^ ]*\)\/include.*/\1/p' "$to"/lib/pkgconfig/starpu-1.4.pc | sed -n 1p)
for file in "$to"/lib/pkgconfig/*.pc; do
	sed -i -e 's#^prefix=.*#prefix=${pcfiledir}/../..#' \
		-e "s#^libdir=.*#libdir=\${prefix}/lib#" \
		-e "s#^includedir=.*#includedir=\${prefix}/include#" \
		-e "s#^exec_prefix=.*#exec_prefix=\${prefix}#" \
		-e "s#/$arch##g" ${cuda:+-e "s#-[IL]${cuda}[^ ]*##g"} "$file"
done

# Nothing else may be needed but glibc, the compiler's own libraries and CUDA's.
missing=$(LD_LIBRARY_PATH=$to/lib ldd "$to"/lib/lib*.so* 2>/dev/null |
	sed -n 's/^\t\(lib[^ ]*\) => \(.*\)/\1 \2/p' | grep -v " $to/" |
	grep -vE '^(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|libcu[a-zA-Z]*|libnv[a-zA-Z0-9-]*)\.so' |
	sort -u || :)
[ -z "$missing" ] || die "libraries from outside the folder: $missing"
rm -rf "$deb"
size=$(du -sm "$to" | cut -f1)
[ "$size" -lt $limit_mib ] || die "$to is $size MiB, more than $limit_mib"
echo "gpu-prefix: $size MiB in $to"
