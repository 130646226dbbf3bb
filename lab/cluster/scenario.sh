# What the scenarios share; sourced by `lab/cluster/<scenario>/run`.
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
# shellcheck source=../served/tests.sh
source "$lab/served/tests.sh"

operators=(0.10.4 0.20.4)
programs=$cache/cluster

# programs: builds what the scenarios run, each once for as long as what it is built of stays the same.
programs() {
    local version
    need_go
    mkdir -p "$programs/definitions"
    built kubernetes go.etcd.io/etcd/server/v3=etcd k8s.io/kubernetes/cmd/kube-apiserver=kube-apiserver \
        k8s.io/kubernetes/cmd/kubectl=kubectl
    for version in "${operators[@]}"; do
        built "operator/v$version" "github.com/external-secrets/external-secrets=operator-$version"
    done
}

# built DIRECTORY PACKAGE=NAME…: the programs of the Go module in that folder are in $programs, under these names.
built() {
    local directory=$lab/cluster/$1 stamp made=$LAB_SCRATCH/made pair kept
    kept=$programs/$(basename "$1").built
    stamp=$(cat "$directory/go.mod" "$directory/go.sum" "${BASH_SOURCE[0]}" | sha256sum)
    shift
    [[ $(cat "$kept" 2>/dev/null) != "$stamp" ]] || return 0
    printf 'building %s\n' "${*#*=}" >&2
    mkdir -p "$made"
    for pair in "$@"; do
        fetch "$directory" "${pair%=*}"
        (cd "$directory" && go build -ldflags='-s -w' -o "$made/${pair#*=}" "${pair%=*}") >&2
        mv "$made/${pair#*=}" "$programs/"
        if [[ $pair == */external-secrets=operator-* ]]; then
            definitions "$directory" "${pair##*-}"
        fi
    done
    printf '%s\n' "$stamp" >"$kept"
}

# definitions DIRECTORY VERSION: the operator's resource definitions, as its module has them.
definitions() {
    local folder
    folder=$(cd "$1" && go list -m -f '{{.Dir}}' github.com/external-secrets/external-secrets)
    install -m 644 "$folder/deploy/crds/bundle.yaml" "$programs/definitions/$2.yaml"
}

# scenario [FLAG…]: plays the scenario in the folder of the calling script, a package of tests in Go; the flags are for `go test`.
# Ends on a line with how many passed and failed.
scenario() {
    local name status=0 results
    name=$(basename "$(dirname "${BASH_SOURCE[1]}")")
    programs
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --package secretbridge ${profile:+"--$profile"}
    export SECRETBRIDGE_BINARY=${CARGO_TARGET_DIR:-$root/target}/${profile:-debug}/secretbridge
    export SECRETBRIDGE_LAB_PROGRAMS=$programs SECRETBRIDGE_LAB_LOGS=$cache/logs/$name SECRETBRIDGE_LAB_ROOT=$root
    rm -rf "$SECRETBRIDGE_LAB_LOGS"
    mkdir -p "$SECRETBRIDGE_LAB_LOGS"
    results=$SECRETBRIDGE_LAB_LOGS/tests.log
    fetch "$lab/cluster"
    (cd "$lab/cluster" && go vet . "./$name" && go test -count=1 -timeout=30m -v "$@" "./$name") >"$results" || status=1
    ((status == 0)) || grep -v '^=== ' "$results" || true
    printf 'the logs of all processes are in %s\n' "$SECRETBRIDGE_LAB_LOGS"
    awk -v status="$status" "$tests_report" "$results"
}
