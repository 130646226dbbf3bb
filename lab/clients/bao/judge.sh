# How a step of the program is judged; sourced by `steps`. The last output is in `came`.

came=
ran=

# run COMMAND…: for a step that is judged afterwards.
run() {
    ran=0
    came=$("$@" 2>&1) || ran=$?
}

passed() {
    printf 'ok %s\n' "$1"
}

# failed STEP EXPECTED
failed() {
    printf 'FAILED %s\n  expected %s\n  came exit code %s and %s\n' "$1" "$2" "$ran" "$came"
}

left_out() {
    printf 'left out %s\n' "$1"
}

# says STEP CODE PATTERN COMMAND…: it ends with this exit code, and what it says has the pattern.
says() {
    local step=$1 code=$2 pattern=$3
    shift 3
    run "$@"
    if ((ran == code)) && [[ $came =~ $pattern ]]; then
        passed "$step"
    else
        failed "$step" "exit code $code and $pattern"
    fi
}

# prints STEP TEXT COMMAND…: this and nothing else, and it ends well.
prints() {
    local step=$1 text=$2
    shift 2
    run "$@"
    if ((ran == 0)) && [[ $came == "$text" ]]; then
        passed "$step"
    else
        failed "$step" "exit code 0 and $text"
    fi
}

# holds STEP EXPRESSION COMMAND…: the JSON that it prints is such that this holds of `answer`, in Python.
holds() {
    local step=$1 expression=$2
    shift 2
    run "$@"
    if ((ran == 0)) && EXPRESSION=$expression python3 -c '
import json, os, sys
answer = json.load(sys.stdin)
sys.exit(0 if eval("(" + os.environ["EXPRESSION"] + ")") else 1)' <<<"$came" 2>/dev/null; then
        passed "$step"
    else
        failed "$step" "$expression"
    fi
}

# value EXPRESSION: of the JSON that came last.
value() {
    EXPRESSION=$1 python3 -c '
import json, os, sys
answer = json.load(sys.stdin)
print(eval(os.environ["EXPRESSION"]))' <<<"$came"
}
