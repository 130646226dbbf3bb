# The servers that the clients ask, one at a time; sourced by `run`. `settings` is what the steps of a client are told:
#
#   SERVER         openbao, memory, files or tls
#   ADDRESS        where it is
#   CA             the certificate to believe, where it has TLS
#   TOKEN          may do everything
#   HISTORY        whether versions before the newest are kept: yes or no
#   PLAIN          where the mount of version 1 is; empty where there is none
#   POLICY         may read secret/data/+/open/*, list there, and nothing else; empty where there is none
#   ROLE_ID, SECRET_ID, USERNAME, PASSWORD
#                  good for a log-in with that policy, where the server has the method

running=
settings=()
ca=

need_bridge() {
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --package secretbridge --bin secretbridge
    bridge=${CARGO_TARGET_DIR:-$root/target}/debug/secretbridge
}

# What OpenBao itself does. It holds the steps to the truth.
start_openbao() {
    local program address
    program=$("$lab/openbao/run" --program released)
    address=http://127.0.0.1:$(free_port)
    fresh_log
    HOME=$scratch "$program" server -dev -dev-no-store-token -dev-root-token-id=root-of-the-lab \
        -dev-listen-address="${address#http://}" >"$scratch/log" 2>&1 &
    running=$!
    await '==> OpenBao server started!'
    local -x BAO_ADDR=$address BAO_TOKEN=root-of-the-lab HOME=$scratch
    {
        "$program" secrets enable -path=plain -version=1 kv
        printf 'path "secret/%s/+/open/*" { capabilities = [%s] }\n' data '"read"' metadata '"read", "list"' \
            | "$program" policy write reader -
        "$program" auth enable approle
        "$program" write auth/approle/role/lab token_policies=reader
        "$program" write auth/approle/role/lab/role-id role_id=role-of-the-lab
        "$program" write auth/approle/role/lab/custom-secret-id secret_id=secret-of-the-lab
        "$program" auth enable userpass
        "$program" write auth/userpass/users/lab password=password-of-the-lab token_policies=reader
    } >"$scratch/setup" 2>&1 || die "OpenBao does not take its settings: $(cat "$scratch/setup")"
    tell openbao "$address" root-of-the-lab yes plain reader
}

start_memory() {
    serve "$scratch/memory" --dev
    tell memory "$address" "$(sed -nE 's/.*BAO_TOKEN=([^ ]+).*/\1/p' "$scratch/said-by-server")" yes '' ''
}

start_files() {
    folder_of files 'provider: file, path: store' ''
    mkdir -m 700 "$scratch/files/store"
    credentials "$scratch/files"
    serve "$scratch/files"
    tell files "$address" first-token-of-the-lab no plain reader
}

start_tls() {
    ca=$scratch/tls/ca.pem
    folder_of tls 'provider: age, path: store, identities: [age.key]' 'tls: { cert: tls.pem, key: tls.key }'
    certificates "$scratch/tls"
    "$bridge" init --instance tls "$scratch/made" >"$scratch/setup" 2>&1 || die "no age store can be made: $(cat "$scratch/setup")"
    mv "$scratch/made/age.key" "$scratch/made/store" "$scratch/tls"
    credentials "$scratch/tls"
    serve "$scratch/tls"
    tell tls "$address" first-token-of-the-lab no plain reader
}

stop() {
    if [[ -n $running ]]; then
        kill "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    running='' ca=''
}

# folder_of NAME STORE SETTINGS
folder_of() {
    mkdir -m 700 "$scratch/$1"
    cat >"$scratch/$1/secretbridge.yaml" <<END
instance: $1
store: { $2 }
bridge:
  $3
  auth:
    approle: { type: approle, roles: { lab: { role_id: role-of-the-lab, secret_id: logins/secret-id, policies: [reader] } } }
    userpass: { type: userpass, users: { lab: { password: logins/password, policies: [reader] } } }
  token: { source: BRIDGE_TOKEN }
  mounts:
    secret: { version: 2, scope: numbered }
    plain: { version: 1, scope: plain }
  policies:
    reader:
      - { path: secret/data/+/open/*, capabilities: [read] }
      - { path: secret/metadata/+/open/*, capabilities: [read, list] }
END
}

# credentials FOLDER: those that the store has before it is served.
credentials() {
    (
        cd "$1"
        printf first-token-of-the-lab | "$bridge" store put BRIDGE_TOKEN
        printf secret-of-the-lab | "$bridge" store put logins/secret-id
        printf password-of-the-lab | "$bridge" store put logins/password
    ) >"$scratch/setup" 2>&1 || die "the store does not take its credentials: $(cat "$scratch/setup")"
}

# certificates FOLDER: an authority of its own, and a certificate for the server.
certificates() {
    command -v openssl >/dev/null || install_debian openssl
    (
        cd "$1"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=authority of the lab' \
            -addext 'keyUsage=critical,keyCertSign' -keyout ca.key -out ca.pem
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=bridge' -keyout tls.key -out tls.csr
        printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n' >tls.ext
        openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile tls.ext -out tls.pem
        chmod 600 tls.key
    ) >"$scratch/setup" 2>&1 || die "no certificates can be made: $(cat "$scratch/setup")"
}

# serve FOLDER ARGUMENT…: starts the bridge at a free port; its address is in `address`.
serve() {
    mkdir -p "$1"
    fresh_log
    (cd "$1" && shift && exec "$bridge" serve --listen 127.0.0.1:0 --log-level debug "$@") \
        >"$scratch/said-by-server" 2>"$scratch/log" &
    running=$!
    await '" serving|serving .*address=' # of the log; what it says on stdout was said before
    address=$(grep -oE 'https?://127\.0\.0\.1:[0-9]+' "$scratch/said-by-server" | head -n 1)
}

fresh_log() {
    : >"$scratch/log"
}

# await PATTERN: until the log has it.
await() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        grep -qE -- "$1" "$scratch/log" && return
        kill -0 "$running" 2>/dev/null || die "the server does not start: $(cat "$scratch/log")"
        sleep 0.1
    done
    die "the server does not start in a minute: $(cat "$scratch/log")"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# tell SERVER ADDRESS TOKEN HISTORY PLAIN POLICY
tell() {
    settings=(SERVER="$1" ADDRESS="$2" CA="$ca" TOKEN="$3" HISTORY="$4" PLAIN="$5" POLICY="$6" ROLE_ID=role-of-the-lab
        SECRET_ID=secret-of-the-lab USERNAME=lab PASSWORD=password-of-the-lab)
}
