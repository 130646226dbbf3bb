# What every job of the lab needs; sourced by `lab/run` and by each `lab/<job>/run`.
set -euo pipefail
shopt -s inherit_errexit

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$lab")
cache=${SECRETBRIDGE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/secretbridge-lab}
toolchain=go1.25.6
toolchain_sum=h1:bFBg1JW4x1TlzEzCjRIMNGxfcVgq6kp2eNEQAdHq0Wk=
mkdir -p "$cache"
export GOTOOLCHAIN=auto GOFLAGS=-mod=readonly GOWORK=off CGO_ENABLED=0
if [[ -n ${SECRETBRIDGE_LAB_CACHE-} ]]; then
    export GOMODCACHE=$cache/go/mod GOCACHE=$cache/go/build
fi

die() {
    printf 'lab: %s\n' "$*" >&2
    exit 1
}

# need_go: a Go of 1.21 or newer, which fetches by itself the toolchain that a go.mod asks for. Installs Debian's if there is
# none; that one may be older, and then the toolchain is fetched with it, from the same module proxy.
need_go() {
    if ! command -v go >/dev/null; then
        printf 'lab: there is no go; installing golang-go with apt-get\n' >&2
        command -v apt-get >/dev/null || die 'install Go 1.21 or newer: there is neither go nor apt-get'
        as_root apt-get update --quiet=2
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends golang-go >&2
    fi
    if go_is_old; then
        fetch_toolchain
    fi
}

go_is_old() {
    local version
    version=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
    [[ $version =~ ^go1\.([0-9]+) ]] || die "$(command -v go) calls itself $version"
    ((BASH_REMATCH[1] < 21))
}

fetch_toolchain() {
    local module=golang.org/toolchain@v0.0.1-$toolchain.linux-amd64 answer directory
    printf 'lab: %s is too old; fetching %s with it\n' "$(cd / && go version)" "$toolchain" >&2
    [[ $(uname -sm) == 'Linux x86_64' ]] || die 'install Go 1.21 or newer and put it first in PATH'
    answer=$(cd / && go mod download -json "$module") || die "$answer"
    directory=$(sed -nE 's/^\t"Dir": "(.*)",$/\1/p' <<<"$answer")
    [[ $answer == *"\"Sum\": \"$toolchain_sum\""* ]] || die "$module is not what it was: $answer"
    chmod -R u+x "$directory/bin" "$directory/pkg/tool" # an old go does not know that there are programs in a module
    export PATH=$directory/bin:$PATH
    hash -r
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        die "needs root, or a sudo that does not ask, for: $*"
    fi
}

# fetch DIRECTORY [PACKAGE…]: gets what the Go module there is built and tested of, or what these packages are built of. A module
# proxy has its moments: it is asked three times.
fetch() {
    local directory=$1 pause
    shift
    (($# > 0)) || set -- -test ./...
    for pause in 5 20 0; do
        (cd "$directory" && go list -deps "$@" >/dev/null) && return
        sleep "$pause"
    done
    die "what $directory is built of cannot be fetched"
}

# go_tests DIRECTORY…: the Go modules there are sound.
go_tests() {
    local module
    for module in "$@"; do
        fetch "$module"
        (cd "$module" && go vet ./... && go test ./...)
    done
}

# go_program JOB/NAME: builds the program of the Go module there, and prints its path.
go_program() {
    fetch "$lab/$1" >&2
    (cd "$lab/$1" && go build -ldflags='-s -w' -o "$cache/bin/$1" .) >&2
    printf '%s\n' "$cache/bin/$1"
}

# written: collects what secretbridge writes for each chart, once in a run of the lab, and prints the folder.
written() {
    local folder=$LAB_SCRATCH/written
    if [[ ! -d $folder ]]; then
        "$lab/written" "$folder.new" >&2
        mv "$folder.new" "$folder"
    fi
    printf '%s\n' "$folder"
}

# What lasts as long as one run.
if [[ -z ${LAB_SCRATCH-} ]]; then
    LAB_SCRATCH=$(mktemp -d)
    export LAB_SCRATCH
    trap 'rm -rf "$LAB_SCRATCH"' EXIT
fi
