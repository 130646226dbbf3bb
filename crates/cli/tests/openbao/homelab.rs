//! The example, moved from its age store to a server as its owner would move it.

use crate::sandbox::Sandbox;
use crate::shared::{in_mount, server};

const FILE: &str = "out/k8s/secrets.yaml";

/// Copies each value with the command itself.
fn copy(from: &Sandbox, to: &Sandbox) {
    for path in from.run(&["store", "list"]).ok().out().lines() {
        let secret = from.run(&["store", "get", path, "--output", "json"]).ok().json();
        for field in secret["fields"].as_object().unwrap().keys() {
            let value = from.run(&["store", "get", path, "--field", field]).ok().stdout;
            to.pipe(&["store", "put", path, "--field", field], value).ok();
        }
    }
}

fn the_same_from_a_server(version: u8) {
    let mut sandbox = Sandbox::homelab();
    sandbox.run(&["build"]).ok();
    let of_age = sandbox.read(FILE);
    assert_eq!(of_age.windows(6).filter(|window| window == b"\ndata:").count(), 9, "nine Secrets");

    let mount = format!("homelab-{version}");
    server().mount_kv_at("", &mount, version);
    let on_server = in_mount(&mount);
    copy(&sandbox, &on_server);

    let text = sandbox.text("secretbridge.yaml");
    let (head, rest) = text.split_once("store:\n").unwrap();
    let (_, rest) = rest.split_once("\n\n").unwrap();
    let store = format!("store: {{ provider: vault, address: '{}', mount: {mount} }}", server().address());
    sandbox.write("secretbridge.yaml", &format!("{head}{store}\n\n{rest}"));
    std::fs::remove_dir_all(sandbox.join("store")).unwrap();
    std::fs::remove_file(sandbox.join("age.key")).unwrap();
    sandbox.set("BAO_TOKEN", server().root_token());
    sandbox.run(&["build", "--out", "again"]).ok();
    assert!(sandbox.read("again/k8s/secrets.yaml") == of_age, "other bytes than with the age store");
    assert_eq!(sandbox.mode("again/k8s/secrets.yaml"), 0o600);
    let changed = sandbox.run(&["build", "--output", "json"]).ok().json();
    assert_eq!(changed["bundle"]["changed"].as_array().unwrap().len(), 0, "the rest of the output");
}

#[test]
fn the_example_gives_the_same_bytes_from_version_2_as_from_the_age_store() {
    the_same_from_a_server(2);
}

#[test]
fn the_example_gives_the_same_bytes_from_version_1_as_from_the_age_store() {
    the_same_from_a_server(1);
}
