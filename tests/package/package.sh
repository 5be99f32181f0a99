#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Builds and runs the consumers against a staged install.
# usage: package.sh stage BUILD STAGE | cmake STAGE LIBDIR WORK CC
#                                     | pkgconfig STAGE LIBDIR WORK CC
set -eu
here=$(cd "$(dirname "$0")" && pwd)

check_output() {
	grep -q linear "$1/plan.txt" || {
		echo "the plan names no linear layer:"
		cat "$1/plan.txt"
		exit 1
	}
	cat "$1/plan.txt"
}

case $1 in
stage)
	rm -rf "$3"
	cmake --install "$2" --prefix "$3" >/dev/null
	exit 0
	;;
esac
mode=$1 stage=$2 libdir=$3 work=$4 cc=$5
# Moved, so that nothing may depend on where it was installed.
rm -rf "$work"
mkdir -p "$work"
cp -a "$stage" "$work/moved"
stage=$work/moved

if [ "$mode" = cmake ]; then
	cmake -S "$here/cmake" -B "$work/build" -G Ninja \
		-DCMAKE_PREFIX_PATH="$stage" \
		-DCMAKE_C_COMPILER="$cc" >"$work/log" 2>&1 &&
		cmake --build "$work/build" >>"$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
	"$work/build/consumer" >"$work/plan.txt"
	check_output "$work"
	exec "$work/build/holder"
fi

PKG_CONFIG_PATH=$stage/$libdir/pkgconfig
LD_LIBRARY_PATH=$stage/$libdir
export PKG_CONFIG_PATH LD_LIBRARY_PATH
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror"
# Flags are several words.
# shellcheck disable=SC2086,SC2046
"$cc" $flags $(pkg-config --cflags starcloak) "$here/consumer.c" \
	-o "$work/consumer" $(pkg-config --libs starcloak)
# shellcheck disable=SC2086,SC2046
"$cc" $flags $(pkg-config --cflags starcloak-client) "$here/holder.c" \
	-o "$work/holder" $(pkg-config --libs starcloak-client)
"$work/consumer" >"$work/plan.txt"
check_output "$work"
"$work/holder"
# The example of the README, as it stands there.
sed -n '/^```c$/,/^```$/p' "$here/../../README.md" | sed '/^```/d' \
	>"$work/readme.c"
grep -q 'int main' "$work/readme.c" || {
	echo "README.md has no example in C"
	exit 1
}
# shellcheck disable=SC2086,SC2046
"$cc" $flags $(pkg-config --cflags starcloak) "$work/readme.c" \
	-o "$work/readme" $(pkg-config --libs starcloak)
"$work/readme" >"$work/plan.txt"
check_output "$work"
# starcloak bench finds its program in an installed tree.
[ -x "$stage/bin/starcloak-bench" ] || {
	echo "starcloak-bench is not installed"
	exit 1
}
# And that program the demo's network, wherever it is run.
(cd "$work" && STARPU_HOME=$work STARPU_PERF_MODEL_DIR=$work \
	"$stage/bin/starcloak-bench" --quick --sched eager) >"$work/sched" || {
	echo "starcloak-bench does not run the demo's network"
	exit 1
}
if readelf -d "$stage/$libdir/libstarcloak-client.so" | grep -i starpu; then
	echo "the client's library needs StarPU"
	exit 1
fi
