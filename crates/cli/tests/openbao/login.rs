//! Who the command is to the server: what a user of Vault has in the environment and at home, and AppRole.

use insta::assert_snapshot;
use test_kit::Canary;
use test_kit::openbao::OpenBao;

use crate::sandbox::Sandbox;
use crate::shared::{dev, settings, with};

fn gets(sandbox: &Sandbox, path: &str) -> String {
    sandbox.run(&["store", "get", path]).ok().out()
}

#[test]
fn address_and_token_come_from_the_variables_of_either_program() {
    dev().run(&["kv", "put", "-mount=secret", "variables", "value=v"]);
    let wrong = "http://127.0.0.1:1";
    for variables in [
        [("VAULT_ADDR", dev().address()), ("VAULT_TOKEN", OpenBao::DEV_TOKEN), ("BAO_TOKEN", "")],
        [("BAO_ADDR", dev().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN), ("VAULT_TOKEN", "wrong")],
        [("BAO_ADDR", dev().address()), ("VAULT_ADDR", wrong), ("VAULT_TOKEN", OpenBao::DEV_TOKEN)],
    ] {
        let sandbox = with("{ provider: vault }", &variables);
        assert_eq!(gets(&sandbox, "secret/variables"), "v", "{variables:?}");
    }
}

#[test]
fn the_token_that_a_login_leaves_at_home_is_used_last() {
    dev().run(&["kv", "put", "-mount=secret", "home", "value=v"]);
    let mut sandbox = with("{ provider: vault }", &[("VAULT_ADDR", dev().address())]);
    settings().bind(|| assert_snapshot!(sandbox.run(&["store", "get", "secret/home"]), @"
    exit code 5
    --- stderr
    error: read secret/home: there is no token: BAO_TOKEN and VAULT_TOKEN are not set, and there is no file [temp] (vault store at http://[server])
    help: set VAULT_TOKEN, log in with `bao login` or `vault login`, or write into the configuration how to log in: auth
    "));
    // As `bao login` and `vault login` write it.
    sandbox.write(".vault-token", OpenBao::DEV_TOKEN);
    assert_eq!(gets(&sandbox, "secret/home"), "v");

    let wrong = Canary::random();
    sandbox.watch(wrong.clone());
    sandbox.set("VAULT_TOKEN", wrong.text());
    settings().bind(|| assert_snapshot!(sandbox.run(&["store", "get", "secret/home"]), @"
    exit code 5
    --- stderr
    error: read secret/home: the server does not take the token of the environment variable VAULT_TOKEN, nor let it look itself up (vault store at http://[server])
    help: it has run out, was revoked, or is of another server: put a new one there. If it is good, give it a policy that covers the path
    "));
}

#[test]
fn what_the_server_s_own_login_leaves_at_home_is_enough() {
    dev().run(&["kv", "put", "-mount=secret", "login", "value=v"]);
    let sandbox = with("{ provider: vault }", &[("BAO_ADDR", dev().address())]);
    let token = dev().token(&["root"], &[]);
    let mut login = dev().command();
    login.env("HOME", sandbox.path()).env_remove("BAO_TOKEN").args(["login", &token]);
    assert!(login.output().unwrap().status.success());
    assert_eq!(gets(&sandbox, "secret/login"), "v");
}

#[test]
fn an_app_role_logs_in_and_its_secret_id_is_not_shown() {
    dev().run(&["kv", "put", "-mount=secret", "approle/a", "value=v"]);
    let policy = dev().policy(r#"path "secret/data/approle/*" { capabilities = ["read"] }"#);
    dev().run(&["auth", "enable", "-path=builders", "approle"]);
    dev().run(&["write", "auth/builders/role/b", &format!("token_policies={policy}"), "token_ttl=20m"]);
    let role = dev().printed(&["read", "-field=role_id", "auth/builders/role/b/role-id"], "");
    let secret_id =
        || dev().printed(&["write", "-f", "-field=secret_id", "auth/builders/role/b/secret-id"], "");
    let auth =
        format!("method: approle, mount: builders, role_id: {role}, secret_id: {{ env: VAULT_SECRET_ID }}");
    let store = |more: &str| format!("{{ provider: vault, auth: {{ {auth}{more} }} }}");
    let address = ("VAULT_ADDR", dev().address());

    let (right, wrong) = (secret_id(), Canary::random());
    let mut sandbox = with(&store(""), &[address, ("VAULT_SECRET_ID", &right)]);
    sandbox.watch(Canary::of(right.as_str()));
    assert_eq!(gets(&sandbox, "secret/approle/a"), "v");
    settings().bind(|| assert_snapshot!(sandbox.run(&["store", "get", "secret/home"]), @"
    exit code 5
    --- stderr
    error: read secret/home: 403 from GET http://[server]/v1/secret/data/home: 1 error occurred: * permission denied (vault store at http://[server])
    help: a policy of the token must give read on secret/data/home
    "));

    let mut sandbox = with(&store(""), &[address, ("VAULT_SECRET_ID", wrong.text())]);
    sandbox.watch(wrong);
    settings().bind(|| assert_snapshot!(sandbox.run(&["store", "get", "secret/approle/a"]), @"
    exit code 5
    --- stderr
    error: read secret/approle/a: the server refused approle at auth/builders: invalid role or secret ID (status 400) (vault store at http://[server])
    help: check that the role id and the secret id are of the same role, that the secret id has neither run out nor been used up, and that the role lets this machine's address in
    "));

    let wrap = ["write", "-wrap-ttl=60s", "-f", "-field=wrapping_token", "auth/builders/role/b/secret-id"];
    let wrapped = dev().printed(&wrap, "");
    let mut sandbox = with(&store(", secret_id_wrapped: true"), &[address, ("VAULT_SECRET_ID", &wrapped)]);
    sandbox.watch(Canary::of(wrapped.as_str()));
    assert_eq!(gets(&sandbox, "secret/approle/a"), "v");
    settings().bind(|| assert_snapshot!(sandbox.run(&["store", "get", "secret/approle/a"]), @"
    exit code 5
    --- stderr
    error: read secret/approle/a: the wrapping token of the environment variable VAULT_SECRET_ID is not good: wrapping token is not valid or does not exist (status 400) (vault store at http://[server])
    help: it has run out, or it was used. If nobody here used it, somebody else has the secret id: look into the audit log, destroy the role's secret ids, and then make another wrapping token
    "));
}
