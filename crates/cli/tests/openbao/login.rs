//! Who the command is to the server: what a user of Vault has in the environment and at home, and AppRole.

use std::sync::LazyLock;

use insta::assert_snapshot;
use test_kit::Canary;
use test_kit::openbao::OpenBao;

use crate::sandbox::Sandbox;
use crate::shared::settings;

const GUIDE: &str = include_str!("../../../../docs/providers/vault.md");

static SERVER: LazyLock<OpenBao> = LazyLock::new(OpenBao::dev);

/// As a user of the guide has it: a server in dev mode, whose `secret` is an engine of version 2.
fn server() -> &'static OpenBao {
    &SERVER
}

/// A folder with this store, whose home is empty and whose environment has these variables.
fn with(store: &str, variables: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", &format!("instance: acme\nstore: {store}\n"));
    let home = sandbox.path().to_str().unwrap().to_owned();
    sandbox.set("HOME", &home);
    for (name, value) in variables {
        sandbox.set(name, value);
    }
    sandbox
}

fn gets(sandbox: &Sandbox, path: &str) -> String {
    sandbox.run(&["store", "get", path]).ok().out()
}

/// The block of shell that follows this heading, and the one of YAML.
fn section(heading: &str) -> (&'static str, &'static str) {
    let (_, section) = GUIDE.split_once(&format!("\n{heading}\n")).unwrap();
    let block = |kind: &str| {
        let (_, rest) = section.split_once(&format!("```{kind}\n")).unwrap();
        rest.split_once("```\n").unwrap().0
    };
    (block("sh"), block("yaml"))
}

#[test]
fn address_and_token_come_from_the_variables_of_either_program() {
    server().run(&["kv", "put", "-mount=secret", "variables", "value=v"]);
    let wrong = "http://127.0.0.1:1";
    for variables in [
        [("VAULT_ADDR", server().address()), ("VAULT_TOKEN", OpenBao::DEV_TOKEN), ("BAO_TOKEN", "")],
        [("BAO_ADDR", server().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN), ("VAULT_TOKEN", "wrong")],
        [("BAO_ADDR", server().address()), ("VAULT_ADDR", wrong), ("VAULT_TOKEN", OpenBao::DEV_TOKEN)],
    ] {
        let sandbox = with("{ provider: vault }", &variables);
        assert_eq!(gets(&sandbox, "secret/variables"), "v", "{variables:?}");
    }
}

#[test]
fn the_token_that_a_login_leaves_at_home_is_used_last() {
    server().run(&["kv", "put", "-mount=secret", "home", "value=v"]);
    let mut sandbox = with("{ provider: vault }", &[("VAULT_ADDR", server().address())]);
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
    server().run(&["kv", "put", "-mount=secret", "login", "value=v"]);
    let sandbox = with("{ provider: vault }", &[("BAO_ADDR", server().address())]);
    let token = server().token(&["root"], &[]);
    let mut login = server().command();
    login.env("HOME", sandbox.path()).env_remove("BAO_TOKEN").args(["login", &token]);
    assert!(login.output().unwrap().status.success());
    assert_eq!(gets(&sandbox, "secret/login"), "v");
}

#[test]
fn an_app_role_logs_in_and_its_secret_id_is_not_shown() {
    server().run(&["kv", "put", "-mount=secret", "approle/a", "value=v"]);
    let policy = server().policy(r#"path "secret/data/approle/*" { capabilities = ["read"] }"#);
    server().run(&["auth", "enable", "-path=builders", "approle"]);
    server().run(&["write", "auth/builders/role/b", &format!("token_policies={policy}"), "token_ttl=20m"]);
    let role = server().printed(&["read", "-field=role_id", "auth/builders/role/b/role-id"], "");
    let secret_id =
        || server().printed(&["write", "-f", "-field=secret_id", "auth/builders/role/b/secret-id"], "");
    let auth =
        format!("method: approle, mount: builders, role_id: {role}, secret_id: {{ env: VAULT_SECRET_ID }}");
    let store = |more: &str| format!("{{ provider: vault, auth: {{ {auth}{more} }} }}");
    let address = ("VAULT_ADDR", server().address());

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
    let wrapped = server().printed(&wrap, "");
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

/// A shell in which `bao` is the server's program and `secretbridge` this one.
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let bao = server().command().get_program().to_str().unwrap().to_owned();
    let programs =
        format!("bao() {{ '{bao}' \"$@\"; }}\nsecretbridge() {{ '{}' \"$@\"; }}\n", crate::sandbox::BINARY);
    let ran = sandbox.program("sh", &["-euc", &format!("{programs}{script}")]).output().unwrap();
    sandbox.ran(ran).ok().out()
}

#[test]
fn the_five_minutes_of_the_guide_work_as_they_stand() {
    let (commands, config) = section("## In five minutes");
    let address = server().address();
    let mut sandbox = with("", &[("VAULT_ADDR", address), ("VAULT_TOKEN", OpenBao::DEV_TOKEN)]);
    sandbox.set("BAO_ADDR", address);
    sandbox.set("BAO_TOKEN", OpenBao::DEV_TOKEN);
    sandbox.write("secretbridge.yaml", config);
    let said = shell(&sandbox, commands);
    assert!(said.ends_with("shop"), "the last command gets the name of the user:\n{said}");
    assert!(said.contains("\nsecret/apps/shop\n"), "{said}");
    assert!(sandbox.text("out/k8s/secrets.yaml").contains("\n  password: Y29ycmVjdC1ob3JzZQ==\n"));
}

#[test]
fn the_versions_of_the_guide_work_as_they_stand() {
    let (_, rest) = GUIDE.split_once("\n## Versions of secrets\n").unwrap();
    let commands = rest.split_once("```sh\n").unwrap().1.split_once("```\n").unwrap().0;
    let variables = [("BAO_ADDR", server().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN)];
    let sandbox = with("{ provider: vault }", &variables);
    let versions =
        "for password in one two three; do bao kv put secret/versions/shop password=$password; done\n";
    // Values come from standard input, and nobody answers questions.
    let commands = commands
        .replace("secret/apps/shop", "secret/versions/shop")
        .replace("secretbridge store put", "printf four | secretbridge store put")
        .replace("--versions 1,2 ", "--versions 1,2 --yes ")
        .replace("store delete", "store delete --yes");
    shell(&sandbox, &format!("{versions}{commands}"));
    let shown = server().json(&["kv", "metadata", "get", "-format=json", "-mount=secret", "versions/shop"]);
    assert_eq!(shown["data"]["current_version"], 4);
    assert_eq!(shown["data"]["versions"]["2"]["destroyed"], true);
    assert_eq!(shown["data"]["versions"]["4"]["deletion_time"], "");
    assert_eq!(shown["data"]["custom_metadata"]["owner"], "web");
}

#[test]
fn the_policy_of_the_guide_is_enough_for_a_build_and_an_app_role_of_the_guide_has_it() {
    let (_, rest) = GUIDE.split_once("A build needs one line:\n").unwrap();
    let policy = rest.split_once("```sh\n").unwrap().1.split_once("```\n").unwrap().0;
    let (role, store) = section("### AppRole");
    let mut sandbox = with("", &[("BAO_ADDR", server().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN)]);
    server().run(&["kv", "put", "-mount=secret", "policy/db", "password=v"]);
    let said = shell(&sandbox, &format!("{policy}{role}"));
    let of = |name: &str| {
        let line = said.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let written = store.split_once("role_id: ").unwrap().1.split_once(' ').unwrap().0;
    let store = store.replace(written, &of("role_id"));
    let secrets = "secrets: [{ name: db, namespace: prod, data: { password: { key: secret/policy/db, property: password } } }]";
    sandbox.write("secretbridge.yaml", &format!("instance: acme\n{store}{secrets}\n"));
    sandbox.set("BAO_TOKEN", "");
    sandbox.set("VAULT_SECRET_ID", &of("secret_id"));
    sandbox.run(&["build"]).ok();
    assert!(sandbox.text("out/k8s/secrets.yaml").contains("\n  password: dg==\n"));
    assert_eq!(sandbox.run(&["store", "list", "secret/policy"]).ok().out(), "secret/policy/db\n");
    assert_eq!(sandbox.pipe(&["store", "put", "secret/policy/db", "-f", "password"], "x").code, Some(5));
}

/// The capabilities that the guide's table names for this, and where.
fn policy_for(what: &str) -> String {
    let row = GUIDE.lines().find(|line| line.starts_with(&format!("| {what}"))).unwrap();
    let cells: Vec<_> = row.split('|').map(str::trim).collect();
    let path = cells[2].split('`').nth(1).unwrap();
    let capabilities: Vec<_> = cells[3].split('`').skip(1).step_by(2).collect();
    format!("path \"{path}\" {{ capabilities = {capabilities:?} }}")
}

#[test]
fn each_command_works_with_the_capabilities_that_the_guide_names_for_it() {
    for (what, commands) in [
        ("`build`, `store get`", &["store get secret/table/a --field k"][..]),
        (
            "`store put`",
            &[
                "store put secret/table/a -f k",
                "store put secret/table/a -f k --replace",
                "store put secret/table/a -f k --if-version 3",
                "store put secret/table/b",
                "store put secret/table/c --create-only",
            ],
        ),
        ("`store delete`", &["store delete secret/table/a --yes"]),
        ("`store undelete`", &["store undelete secret/table/a --versions 4"]),
        ("`store destroy`", &["store destroy secret/table/a --versions 1 --yes"]),
        ("`store metadata`", &["store metadata secret/table/a", "store metadata secret/table/a --set k=v"]),
    ] {
        if what.contains("get") {
            server().run(&["kv", "put", "-mount=secret", "table/a", "k=v"]);
        }
        let token = server().token(&[&server().policy(&policy_for(what))], &[]);
        let sandbox = with("{ provider: vault }", &[("BAO_ADDR", server().address()), ("BAO_TOKEN", &token)]);
        for command in commands {
            let ran = sandbox.pipe(&command.split(' ').collect::<Vec<_>>(), "v");
            assert_eq!(ran.code, Some(0), "{command}: {ran}");
        }
    }
    let shown = server().json(&["kv", "metadata", "get", "-format=json", "-mount=secret", "table/a"]);
    assert_eq!(shown["data"]["custom_metadata"]["k"], "v");
    assert_eq!(shown["data"]["versions"]["4"]["deletion_time"], "");
}
