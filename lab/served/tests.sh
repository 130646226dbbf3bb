# What the jobs share whose tests are Go and ask a bridge; sourced by them after `environment.sh`.

# bridge_tests DIRECTORY…: the Go modules there are sound, and their tests pass against the program as it is now. Ends on a
# line with how many passed and failed; a test that has others below it does not count.
bridge_tests() {
    local module results=$LAB_SCRATCH/bridge-tests status=0
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --package secretbridge
    export SECRETBRIDGE_BINARY=${CARGO_TARGET_DIR:-$root/target}/debug/secretbridge
    mkdir -p "$results"
    rm -f "$results"/*
    (cd "$lab/served" && go vet ./...)
    for module in "$@"; do
        fetch "$module"
        (cd "$module" && go vet ./... && go test -count=1 -v ./...) >"$results/$(basename "$module")" || status=1
    done
    awk -v status="$status" "$tests_report" "$results"/*
}

# Of what `go test -v` says: the summaries, what was left out and why, and all there is to know of what failed.
tests_report='
    /^(ok|FAIL|\?)[ \t]/ || /left out: / { sub(/^ +/, ""); print }
    /^ *(--- (FAIL|SKIP)|panic:)/, /^ *(--- PASS|=== )/ { if (!/--- PASS|=== /) print }
    /^ *--- (PASS|FAIL|SKIP): / {
        results[FILENAME, $3] = $2
        for (above = $3; sub("/[^/]*$", "", above);) has_tests_below[FILENAME, above]
    }
    END {
        for (test in results) if (!(test in has_tests_below)) results[test] == "PASS:" ? passed++ : failed++
        printf "%d passed, %d failed\n", passed, failed
        exit status || failed || !passed
    }
'
