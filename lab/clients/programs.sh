# The clients, fetched by hash or built, and how each is run; sourced by `run`.

need_bao() {
    bao=$("$lab/openbao/run" --program released)
}

need_hvac() {
    local wanted
    wanted=$(sha256sum <"$here/hvac/requirements.txt" | cut -c 1-16)
    venv=$cache/clients/hvac-$wanted
    [[ -x $venv/bin/python ]] && return
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        printf 'lab: python3 makes no virtual environments; installing python3-venv with apt-get\n' >&2
        install_debian python3-venv
    fi
    rm -rf "$venv.new"
    mkdir -p "$cache/clients"
    python3 -m venv "$venv.new"
    "$venv.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        --requirement "$here/hvac/requirements.txt" >&2
    mv "$venv.new" "$venv"
}

need_node-vault() {
    local wanted
    wanted=$(sha256sum <"$here/node-vault/package-lock.json" | cut -c 1-16)
    modules=$cache/clients/node-vault-$wanted
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        printf 'lab: there is no node or no npm; installing both with apt-get\n' >&2
        install_debian nodejs npm
    fi
    [[ -d $modules/node_modules/node-vault ]] && return
    rm -rf "$modules.new"
    mkdir -p "$modules.new"
    cp "$here/node-vault/package.json" "$here/node-vault/package-lock.json" "$modules.new"
    (cd "$modules.new" && npm ci --ignore-scripts --no-audit --no-fund --silent) >&2
    mv "$modules.new" "$modules"
}

need_vaultrs() {
    vaultrs=$cache/clients/vaultrs/debug/lab-vaultrs
    cargo build --quiet --locked --manifest-path "$here/vaultrs/Cargo.toml" --target-dir "$cache/clients/vaultrs"
}

install_debian() {
    command -v apt-get >/dev/null || die "install $*: there is no apt-get to do it with"
    as_root apt-get update --quiet=2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$@" >&2
}

# Each client has a home of its own, and nothing of the caller's settings but what is below.
client() {
    local home
    home=$(mktemp -d -p "$scratch")
    env -i PATH="$PATH" HOME="$home" NO_PROXY='*' LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 "${settings[@]}" "$@"
}

client_bao() {
    client BAO="$bao" "$here/bao/steps"
}

client_hvac() {
    client "$venv/bin/python" -W ignore::DeprecationWarning "$here/hvac/steps.py"
}

client_node-vault() {
    client NODE_PATH="$modules/node_modules" ${ca:+NODE_EXTRA_CA_CERTS="$ca"} node "$here/node-vault/steps.js"
}

client_vaultrs() {
    client "$vaultrs"
}
