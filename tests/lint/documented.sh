#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# What a public header declares has a comment of its own right above it:
# functions, and types that are no part of another. documented.sh SOURCE
set -eu
cd "$1"
bad=0
for header in $(git ls-files 'memory/sck_*.h' 'fhe/sck_*.h' 'fhe/client/sck_*.h' \
	'graph/sck_*.h' 'models/sck_*.h'); do
	awk -v file="$header" '
		/^SCK_API|^typedef |^(struct|enum) [a-z_]+ \{/ {
			if (before !~ /\*\/$/) {
				printf "%s:%d: no comment above: %s\n", file, NR, $0
				bad = 1
			}
		}
		{ before = $0 }
		END { exit bad }' "$header" || bad=1
done
exit $bad
