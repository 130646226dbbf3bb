//! What the guide to Vault tells its reader to type, typed.

use test_kit::openbao::OpenBao;

use crate::sandbox::{BINARY, Sandbox};
use crate::shared::{dev, with};

const GUIDE: &str = include_str!("../../../../docs/providers/vault.md");

/// The first block of this kind after these words.
fn block(kind: &str, words: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("\n{words}\n")).unwrap();
    let (_, rest) = rest.split_once(&format!("\n```{kind}\n")).unwrap();
    rest.split_once("```\n").unwrap().0
}

/// A shell in which `bao` is the server's program and `secretbridge` this one.
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let bao = dev().command().get_program().to_str().unwrap().to_owned();
    let programs = format!("bao() {{ '{bao}' \"$@\"; }}\nsecretbridge() {{ '{BINARY}' \"$@\"; }}\n");
    let ran = sandbox.program("sh", &["-euc", &format!("{programs}{script}")]).output().unwrap();
    sandbox.ran(ran).ok().out()
}

#[test]
fn the_five_minutes_of_the_guide_work_as_they_stand() {
    let sandbox = with("", &[("VAULT_ADDR", dev().address()), ("VAULT_TOKEN", OpenBao::DEV_TOKEN)]);
    sandbox.write("secretbridge.yaml", block("yaml", "## In five minutes"));
    let said = shell(&sandbox, block("sh", "## In five minutes"));
    assert!(said.ends_with("shop"), "the last command gets the name of the user:\n{said}");
    assert!(said.contains("\nsecret/apps/shop\n"), "{said}");
    assert!(sandbox.text("out/k8s/secrets.yaml").contains("\n  password: Y29ycmVjdC1ob3JzZQ==\n"));
}

#[test]
fn the_versions_of_the_guide_work_as_they_stand() {
    let variables = [("BAO_ADDR", dev().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN)];
    let sandbox = with("{ provider: vault }", &variables);
    let versions =
        "for password in one two three; do bao kv put secret/versions/shop password=$password; done\n";
    // Values come from standard input, and nobody answers questions.
    let commands = block("sh", "## Versions of secrets")
        .replace("secret/apps/shop", "secret/versions/shop")
        .replace("secretbridge store put", "printf four | secretbridge store put")
        .replace("--versions 1,2 ", "--versions 1,2 --yes ")
        .replace("store delete", "store delete --yes");
    shell(&sandbox, &format!("{versions}{commands}"));
    let shown = dev().json(&["kv", "metadata", "get", "-format=json", "-mount=secret", "versions/shop"]);
    assert_eq!(shown["data"]["current_version"], 4);
    assert_eq!(shown["data"]["versions"]["2"]["destroyed"], true);
    assert_eq!(shown["data"]["versions"]["4"]["deletion_time"], "");
    assert_eq!(shown["data"]["custom_metadata"]["owner"], "web");
}

#[test]
fn the_policy_of_the_guide_is_enough_for_a_build_and_an_app_role_of_the_guide_has_it() {
    let (policy, role) = (block("sh", "## Policies"), block("sh", "### AppRole"));
    let store = block("yaml", "### AppRole");
    let mut sandbox = with("", &[("BAO_ADDR", dev().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN)]);
    dev().run(&["kv", "put", "-mount=secret", "policy/db", "password=v"]);
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

#[test]
fn a_token_and_a_password_of_the_guide_are_good_for_what_the_policy_allows() {
    dev().run(&["kv", "put", "-mount=secret", "ways/a", "value=v"]);
    let mut sandbox = with("", &[("BAO_ADDR", dev().address()), ("BAO_TOKEN", OpenBao::DEV_TOKEN)]);
    let policy = block("sh", "## Policies");
    let said = shell(&sandbox, &format!("{policy}{}", block("sh", "### Token")));
    let token = said.lines().find_map(|line| line.strip_prefix("token ")).unwrap().trim().to_owned();
    let password = block("sh", "### User name and password").replace("bao write", "printf pw | bao write");
    shell(&sandbox, &password);

    let get = |store: &str, sandbox: &Sandbox| {
        sandbox.write("secretbridge.yaml", &format!("instance: acme\n{store}"));
        sandbox.run(&["store", "get", "secret/ways/a"]).ok().out()
    };
    sandbox.set("BAO_TOKEN", "");
    sandbox.write("token", &token);
    let file = sandbox.join("token");
    let of_token = block("yaml", "### Token").replace("/run/secrets/vault-token", file.to_str().unwrap());
    assert_eq!(get(&of_token, &sandbox), "v");
    let of_password = block("yaml", "### User name and password").replace("pass, show, vault", "printf, pw");
    assert_eq!(get(&of_password, &sandbox), "v");
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
            dev().run(&["kv", "put", "-mount=secret", "table/a", "k=v"]);
        }
        let token = dev().token(&[&dev().policy(&policy_for(what))], &[]);
        let sandbox = with("{ provider: vault }", &[("BAO_ADDR", dev().address()), ("BAO_TOKEN", &token)]);
        for command in commands {
            let ran = sandbox.pipe(&command.split(' ').collect::<Vec<_>>(), "v");
            assert_eq!(ran.code, Some(0), "{command}: {ran}");
        }
    }
    let shown = dev().json(&["kv", "metadata", "get", "-format=json", "-mount=secret", "table/a"]);
    assert_eq!(shown["data"]["custom_metadata"]["k"], "v");
    assert_eq!(shown["data"]["versions"]["4"]["deletion_time"], "");
}
