#!/bin/sh
# The whole round at 128 bits, as between two machines: the key holder's files
# lie in client/, the evaluator's in server/.  demo.sh BUILD [--json FILE]
set -eu
build=$1
json=
case ${2:-} in
'') ;;
--json) json=${3:?--json needs a file} ;;
*)
	echo "usage: ./dev demo [--json FILE]; STARCLOAK_DEMO_PARAMS names another" \
		"set than l14-40, STARCLOAK_DEMO_IMAGES another number than 16" >&2
	exit 2
	;;
esac
bin=$PWD/$build/bin
here=$PWD/models/digits
work=$build/demo
set=${STARCLOAK_DEMO_PARAMS:-l14-40}
images=${STARCLOAK_DEMO_IMAGES:-16}
rm -rf "$work" && mkdir -p "$work/client" "$work/server"
STARPU_PERF_MODEL_DIR=$PWD/$work/starpu STARPU_HOME=$PWD/$work/starpu
export STARPU_PERF_MODEL_DIR STARPU_HOME STARPU_SILENT=1

step() {
	printf '\n== %s\n' "$1"
	shift
	begin=$(date +%s.%N)
	"$@"
	end=$(date +%s.%N)
	echo "$begin $end" | awk '{printf "   %.2f s\n", $2 - $1}'
}

"$bin/starcloak" info --params "$set" | head -4
step "plan (needs no key)" "$bin/starcloak" plan --params "$set" \
	--model "$here/digits.safetensors" --json "$work/server/plan.json" --count "$images"
step "keygen (client)" "$bin/starcloak-client" keygen --params "$set" \
	--plan "$work/server/plan.json" --secret "$work/client/secret.sck" \
	--public "$work/client/public.sck" --keys "$work/server/keys.sck"
ls -l "$work/client/public.sck" "$work/server/keys.sck" |
	awk '{printf "   %s: %.1f MiB\n", $NF, $5 / 1048576}'
step "encrypt (client)" "$bin/starcloak-client" encrypt --params "$set" \
	--public "$work/client/public.sck" --in "$here/heldout.safetensors" \
	--count "$images" --out "$work/server/in.sck"
step "run (evaluator, no secret)" "$bin/starcloak" run --params "$set" \
	--model "$here/digits.safetensors" --keys "$work/server/keys.sck" \
	--in "$work/server/in.sck" --out "$work/server/out.sck" \
	--trace "$work/schedule.svg" --json "$work/run.json"
step "the same in the clear" "$bin/starcloak" run --backend clear \
	--params "$set" --model "$here/digits.safetensors" \
	--in "$here/heldout.safetensors" --count "$images" \
	--out "$work/client/clear.json"
step "decrypt and compare (client)" "$bin/starcloak-client" diff \
	--params "$set" --secret "$work/client/secret.sck" \
	--in "$work/server/out.sck" --labels "$work/client/clear.json" \
	--json "$work/diff.json"
echo
echo "schedule: $work/schedule.svg"
if [ -n "$json" ]; then
	sum=$(sha256sum "$work/server/in.sck" "$work/server/out.sck" |
		awk '{printf "%s\"%s\"", (NR > 1 ? ", " : ""), $1}')
	{
		sed '$d' "$work/run.json" | sed '$s/$/,/'
		sed '1d;$d' "$work/diff.json" | grep -v '"images"' | sed '$s/$/,/'
		printf ' "ciphertext_sha256": [%s]\n}\n' "$sum"
	} >"$json"
fi
