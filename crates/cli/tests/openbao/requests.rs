//! How often the server is asked: seen by a proxy in front of it, and by its own audit log.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value, json};
use test_kit::block_on;
use test_kit::proxy::{Fault, Proxy, Rule};

use crate::sandbox::Sandbox;
use crate::shared::{at, server};

/// Builds through a proxy; what was asked, in order of the alphabet.
fn asked(mount: &str, manifests: &str, prepare: impl FnOnce(&mut Sandbox)) -> Vec<String> {
    block_on(async {
        let proxy = Proxy::start(([127, 0, 0, 1], server().port()).into()).await.unwrap();
        let mut sandbox = at(&proxy.url(), server().root_token(), mount, &format!("secrets:\n{manifests}"));
        prepare(&mut sandbox);
        sandbox.run(&["build"]).ok();
        let requests = proxy.requests();
        let mut asked: Vec<_> =
            requests.iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect();
        asked.sort();
        asked
    })
}

/// What the audit log has of reads in this mount.
fn audited(mount: &str) -> usize {
    let under = format!("{mount}/data/");
    let requests = server().requests();
    requests.iter().filter(|request| request.operation == "read" && request.path.starts_with(&under)).count()
}

#[test]
fn fifty_manifests_of_one_path_read_it_once() {
    server().mount_kv_at("", "fifty", 2);
    let fields: Map<_, _> = (0..50).map(|number| (format!("f{number}"), json!(number.to_string()))).collect();
    let _ =
        server().printed(&["kv", "put", "-mount=fifty", "web/all", "-"], &Value::from(fields).to_string());
    let mut manifests = String::new();
    for number in 0..50 {
        let data = format!("{{ v: {{ key: web/all, property: f{number} }} }}");
        writeln!(manifests, "- {{ name: s{number}, namespace: prod, data: {data} }}").unwrap();
    }
    let asked = asked("fifty", &manifests, |_| {});
    let once = ["auth/token/lookup-self", "fifty/data/web/all", "sys/internal/ui/mounts/fifty"];
    assert_eq!(asked, once.map(|path| format!("GET /v1/{path}")));
    assert_eq!(audited("fifty"), 1);
}

#[test]
fn twenty_paths_are_read_once_each_after_one_login_and_one_look_at_the_mount() {
    server().mount_kv_at("", "twenty", 2);
    let mut manifests = String::new();
    for number in 10..30 {
        server().run(&["kv", "put", "-mount=twenty", &format!("p{number}"), "value=v"]);
        writeln!(manifests, "- {{ name: s{number}, namespaces: [a, b], source: p{number} }}").unwrap();
    }
    let policy = server().policy("path \"twenty/data/*\" { capabilities = [\"read\"] }");
    server().run(&["auth", "enable", "-path=twenty", "approle"]);
    server().run(&["write", "auth/twenty/role/builder", &format!("token_policies={policy}")]);
    let role_id = server().printed(&["read", "-field=role_id", "auth/twenty/role/builder/role-id"], "");
    let secret_id =
        server().printed(&["write", "-f", "-field=secret_id", "auth/twenty/role/builder/secret-id"], "");
    let asked = asked("twenty", &manifests, |sandbox| {
        let auth = format!(
            "auth: {{ method: approle, mount: twenty, role_id: {role_id}, secret_id: {{ env: SECRET_ID }} }}"
        );
        let config = sandbox
            .text("secretbridge.yaml")
            .replace("mount: twenty }", &format!("mount: twenty, {auth} }}"));
        sandbox.write("secretbridge.yaml", &config);
        sandbox.set("SECRET_ID", &secret_id);
    });
    let mut expected = vec!["GET /v1/sys/internal/ui/mounts/twenty".to_owned()];
    expected.extend((10..30).map(|number| format!("GET /v1/twenty/data/p{number}")));
    expected.push("POST /v1/auth/twenty/login".to_owned());
    assert_eq!(asked, expected);
    assert_eq!(audited("twenty"), 20);
}

#[test]
fn one_answer_that_does_not_come_holds_no_other_read_back() {
    server().mount_kv_at("", "slow", 1);
    let mut manifests = String::new();
    for number in 10..60 {
        server().run(&["kv", "put", "-mount=slow", &format!("p{number}"), "value=v"]);
        writeln!(manifests, "- {{ name: s{number}, namespace: prod, source: p{number} }}").unwrap();
    }
    block_on(async {
        let proxy = Proxy::start(([127, 0, 0, 1], server().port()).into()).await.unwrap();
        let hang = Rule::new(Fault::DelayAnswer(Duration::from_hours(1)));
        proxy.inject(hang.under("/v1/slow/p").times(1));
        let sandbox = at(&proxy.url(), server().root_token(), "slow", &format!("secrets:\n{manifests}"));
        let mut build =
            sandbox.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        proxy.answered(2 + 50).await;
        build.kill().unwrap();
        build.wait().unwrap();
    });
}
