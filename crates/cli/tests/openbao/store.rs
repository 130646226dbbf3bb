//! `secretbridge store` on a server, beside the server's own client.

use std::fs;

use insta::assert_snapshot;
use serde_json::json;
use test_kit::Canary;

use crate::sandbox::Sandbox;
use crate::shared::{in_mount, server, settings};

/// A folder whose store is a new engine of this version.
fn store(mount: &str, version: u8) -> Sandbox {
    server().mount_kv_at("", mount, version);
    in_mount(mount)
}

/// What the server's own client reads.
fn bao_get(mount: &str, arguments: &[&str]) -> serde_json::Value {
    let mount = format!("-mount={mount}");
    let shown = server().json(&[&["kv", "get", "-format=json", &mount], arguments].concat());
    shown["data"].clone()
}

#[test]
fn what_is_put_is_what_the_server_s_client_gets() {
    let sandbox = store("put", 2);
    settings().bind(|| {
        assert_snapshot!(sandbox.pipe(&["store", "put", "app/db", "-f", "user"], "ada").ok(), @"
        exit code 0
        --- stdout
        wrote app/db, field user, as version 1
        ");
        assert_snapshot!(sandbox.pipe(&["store", "put", "app/db", "-f", "password", "--output", "json"], "p\"\n\u{fc}").ok(), @r#"
        exit code 0
        --- stdout
        {
          "path": "app/db",
          "field": "password",
          "version": 2
        }
        "#);
    });
    assert_eq!(bao_get("put", &["app/db"])["data"], json!({ "user": "ada", "password": "p\"\n\u{fc}" }));
    sandbox.pipe(&["store", "put", "app/db", "-f", "user", "--replace"], "grace").ok();
    assert_eq!(bao_get("put", &["app/db"])["data"], json!({ "user": "grace" }));
    sandbox.pipe(&["store", "put", "plain"], "one value").ok();
    assert_eq!(bao_get("put", &["plain"])["data"], json!({ "value": "one value" }));

    assert_eq!(sandbox.pipe(&["store", "put", "app/db"], "plain").code, Some(9), "it would drop a field");
    assert_eq!(sandbox.pipe(&["store", "put", "app/db", "--create-only"], "plain").code, Some(9));
    assert_eq!(bao_get("put", &["app/db"])["metadata"]["version"], 3);
}

#[test]
fn what_the_server_s_client_puts_is_what_is_read() {
    let sandbox = store("get", 2);
    let _ = server().printed(
        &["kv", "put", "-mount=get", "app/db", "-"],
        r#"{"text":"a\nü","number":1.5,"yes":true,"nothing":null,"list":[1,"x"],"map":{"k":"v"}}"#,
    );
    assert_snapshot!(sandbox.run(&["store", "get", "app/db", "--output", "json"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "path": "app/db",
      "fields": {
        "list": {
          "text": "[1,\"x\"]"
        },
        "map": {
          "text": "{\"k\":\"v\"}"
        },
        "nothing": {
          "text": "null"
        },
        "number": {
          "text": "1.5"
        },
        "text": {
          "text": "a\nü"
        },
        "yes": {
          "text": "true"
        }
      }
    }
    "#);
    server().run(&["kv", "patch", "-mount=get", "app/db", "text=later"]);
    assert_eq!(sandbox.run(&["store", "get", "app/db", "-f", "text"]).ok().out(), "later");
    assert_eq!(sandbox.run(&["store", "get", "app/db", "-f", "text", "--version", "1"]).ok().out(), "a\nü");
    // A merge leaves what is not text as it was.
    sandbox.pipe(&["store", "put", "app/db", "-f", "text"], "last").ok();
    let data = json!({"text":"last","number":1.5,"yes":true,"nothing":null,"list":[1,"x"],"map":{"k":"v"}});
    assert_eq!(bao_get("get", &["app/db"])["data"], data);
    settings().bind(|| {
        assert_snapshot!(sandbox.run(&["store", "get", "app/db", "-f", "text", "--version", "9"]), @"
        exit code 4
        --- stderr
        error: read app/db: not found: there is no version 9 (vault store at http://[server])
        help: `bao kv metadata get` or `vault kv metadata get` shows which versions there are, if any
        ");
        assert_snapshot!(sandbox.run(&["store", "get", "app/db", "-f", "text", "--version", "latest"]), @"
        exit code 4
        --- stderr
        error: read app/db: not found: there is no version latest (vault store at http://[server])
        help: `bao kv metadata get` or `vault kv metadata get` shows which versions there are, if any
        ");
        assert_snapshot!(sandbox.run(&["store", "get", "app/d", "-f", "text"]), @"
        exit code 4
        --- stderr
        error: read app/d: not found (vault store at http://[server])
        help: `secretbridge store list` shows what there is
        ");
        assert_snapshot!(sandbox.run(&["store", "get", "get/data/app/db", "-f", "text"]), @r#"
        exit code 4
        --- stderr
        error: read get/data/app/db: not found; there is a secret at "app/db" (vault store at http://[server])
        help: the path is "app/db": data/, metadata/ and the name of the mount are not part of it
        "#);
        assert_snapshot!(sandbox.run(&["store", "get", "app/db", "-f", "txt"]), @r#"
        exit code 4
        --- stderr
        error: read app/db: no field "txt"; its fields are list, map, nothing, number, text, yes
        help: name one of them with --field
        "#);
    });
}

#[test]
fn a_put_over_another_version_than_the_one_named_changes_nothing() {
    let sandbox = store("versions", 2);
    sandbox.pipe(&["store", "put", "a"], "one").ok();
    sandbox.pipe(&["store", "put", "a"], "two").ok();
    settings().bind(|| {
        assert_snapshot!(sandbox.pipe(&["store", "put", "a", "--if-version", "1"], "three"), @"
        exit code 9
        --- stderr
        error: write a: the secret is not at that version any more (vault store at http://[server])
        ");
        assert_snapshot!(sandbox.pipe(&["store", "put", "a", "-f", "b", "--if-version", "1"], "three"), @"
        exit code 9
        --- stderr
        error: write a: the secret is not at that version any more (vault store at http://[server])
        ");
    });
    assert_eq!(bao_get("versions", &["a"])["data"], json!({ "value": "two" }));
    sandbox.pipe(&["store", "put", "a", "--if-version", "2"], "three").ok();
    sandbox.pipe(&["store", "put", "a", "-f", "b", "--if-version", "3"], "four").ok();
    let shown = bao_get("versions", &["a"]);
    assert_eq!(shown["data"], json!({ "value": "three", "b": "four" }));
    assert_eq!(shown["metadata"]["version"], 4);
}

#[test]
fn what_is_deleted_comes_back_and_what_is_destroyed_does_not() {
    let sandbox = store("deleted", 2);
    for (path, value) in [("app/a", "one"), ("app/a", "two"), ("app/deep/b", "x"), ("c", "x")] {
        sandbox.pipe(&["store", "put", path], value).ok();
    }
    assert_eq!(sandbox.run(&["store", "list"]).ok().out(), "app/a\napp/deep/b\nc\n");
    assert_eq!(sandbox.run(&["store", "list", "app"]).ok().out(), "app/a\napp/deep/b\n");
    sandbox.run(&["store", "delete", "app/a", "--yes"]).ok();
    assert_eq!(sandbox.run(&["store", "list", "app"]).ok().out(), "app/deep/b\n");
    let mut settings = settings();
    settings.add_filter(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[time]");
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["store", "get", "app/a"]), @"
        exit code 4
        --- stderr
        error: read app/a: not found: version 2 was deleted at [time] (vault store at http://[server])
        help: undelete version 2 to have it back: `bao kv undelete` or `vault kv undelete`
        ");
        assert_snapshot!(sandbox.run(&["store", "metadata", "app/a"]).ok(), @"
        exit code 0
        --- stdout
        app/a, version 2
             1  [time]
             2  [time]  deleted at [time]
        ");
        assert_snapshot!(sandbox.run(&["store", "undelete", "app/a", "--versions", "2"]).ok(), @"
        exit code 0
        --- stdout
        version 2 of app/a is back, unless it was destroyed
        ");
    });
    assert_eq!(bao_get("deleted", &["app/a"])["data"], json!({ "value": "two" }));
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["store", "destroy", "app/a", "--versions", "1,2", "--yes"]).ok(), @"
        exit code 0
        --- stdout
        versions 1, 2 of app/a are gone for good
        ");
        assert_snapshot!(sandbox.run(&["store", "get", "app/a"]), @"
        exit code 4
        --- stderr
        error: read app/a: not found: version 2 was destroyed, and cannot be brought back (vault store at http://[server])
        help: write it anew, or read an older version
        ");
        assert_snapshot!(sandbox.run(&["store", "metadata", "app/a"]).ok(), @"
        exit code 0
        --- stdout
        app/a, version 2
             1  [time]  destroyed
             2  [time]  destroyed
        ");
    });
    let shown = server().json(&["kv", "metadata", "get", "-format=json", "-mount=deleted", "app/a"]);
    assert_eq!(["1", "2"].map(|version| &shown["data"]["versions"][version]["destroyed"]), [true, true]);
    sandbox.run(&["store", "delete", "nothing", "--yes"]).ok();
}

#[test]
fn notes_are_those_that_the_server_s_client_shows() {
    let sandbox = store("notes", 2);
    sandbox.pipe(&["store", "put", "a"], "one").ok();
    server().run(&["kv", "metadata", "put", "-mount=notes", "-custom-metadata=tier=gold", "a"]);
    settings().bind(|| {
        assert_snapshot!(sandbox.run(&["store", "metadata", "a", "--set", "owner=web \u{fc}", "--set", "x=y"]).ok(), @"
        exit code 0
        --- stdout
        notes on a: set owner, x
        ");
    });
    sandbox.run(&["store", "metadata", "a", "--remove", "x"]).ok();
    let shown = server().json(&["kv", "metadata", "get", "-format=json", "-mount=notes", "a"]);
    assert_eq!(shown["data"]["custom_metadata"], json!({ "owner": "web \u{fc}", "tier": "gold" }));
    let read = sandbox.run(&["store", "metadata", "a", "--output", "json"]).ok().json();
    assert_eq!(read["custom"], shown["data"]["custom_metadata"]);
    settings().bind(|| {
        assert_snapshot!(sandbox.run(&["store", "metadata", "b"]), @"
        exit code 4
        --- stderr
        error: read the metadata of b: not found (vault store at http://[server])
        help: `secretbridge store list` shows what there is
        ");
    });
}

#[test]
fn version_1_says_what_it_has_not_and_does_the_rest() {
    let sandbox = store("unversioned", 1);
    settings().bind(|| {
        assert_snapshot!(sandbox.pipe(&["store", "put", "app/a", "-f", "user"], "ada").ok(), @"
        exit code 0
        --- stdout
        wrote app/a, field user
        ");
        sandbox.pipe(&["store", "put", "app/a", "-f", "password"], "x").ok();
        assert_snapshot!(sandbox.run(&["store", "get", "app/a", "-f", "user", "--version", "1"]), @"
        exit code 5
        --- stderr
        error: read app/a: version 1 cannot be read: version 1 of the key/value engine keeps no old ones (vault store at http://[server])
        help: read the current version; `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them
        ");
        assert_snapshot!(sandbox.pipe(&["store", "put", "app/a", "-f", "user", "--if-version", "1"], "eve"), @"
        exit code 5
        --- stderr
        error: write app/a: version 1 of the key/value engine checks no precondition (vault store at http://[server])
        help: write without one; `bao kv enable-versioning` or `vault kv enable-versioning` brings them
        ");
        assert_snapshot!(sandbox.pipe(&["store", "put", "app/a", "--create-only"], "eve"), @"
        exit code 5
        --- stderr
        error: write app/a: version 1 of the key/value engine checks no precondition (vault store at http://[server])
        help: write without one; `bao kv enable-versioning` or `vault kv enable-versioning` brings them
        ");
        assert_snapshot!(sandbox.run(&["store", "undelete", "app/a", "--versions", "1"]), @"
        exit code 5
        --- stderr
        error: undelete app/a: version 1 of the key/value engine keeps no versions and no metadata (vault store at http://[server])
        help: `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them
        ");
        assert_snapshot!(sandbox.run(&["store", "destroy", "app/a", "--versions", "1", "--yes"]), @"
        exit code 5
        --- stderr
        error: destroy app/a: version 1 of the key/value engine keeps no versions and no metadata (vault store at http://[server])
        help: `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them
        ");
        assert_snapshot!(sandbox.run(&["store", "metadata", "app/a"]), @"
        exit code 5
        --- stderr
        error: read the metadata of app/a: version 1 of the key/value engine keeps no versions and no metadata (vault store at http://[server])
        help: `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them
        ");
        assert_snapshot!(sandbox.run(&["store", "metadata", "app/a", "--set", "owner=web"]), @"
        exit code 5
        --- stderr
        error: change the metadata of app/a: version 1 of the key/value engine keeps no versions and no metadata (vault store at http://[server])
        help: `bao kv enable-versioning` or `vault kv enable-versioning` makes the engine keep them
        ");
    });
    let shown = server().json(&["kv", "get", "-format=json", "-mount=unversioned", "app/a"]);
    assert_eq!(shown["data"], json!({ "user": "ada", "password": "x" }));
    sandbox.pipe(&["store", "put", "plain"], "one").ok();
    sandbox.pipe(&["store", "put", "plain"], "two").ok();
    assert_eq!(sandbox.run(&["store", "get", "plain"]).ok().out(), "two");
    assert_eq!(sandbox.run(&["store", "list"]).ok().out(), "app/a\nplain\n");
    sandbox.run(&["store", "delete", "app/a", "--yes"]).ok();
    assert_eq!(sandbox.run(&["store", "get", "app/a"]).code, Some(4));
}

#[test]
fn no_value_is_in_what_is_said_or_noted_but_the_one_that_was_asked_for() {
    let mut sandbox = store("canary", 2);
    let (asked, other) = (Canary::hostile(), Canary::random());
    sandbox.watch(asked.clone());
    sandbox.watch(other.clone());
    sandbox.pipe(&["store", "put", "a", "-f", "asked"], asked.bytes()).ok();
    sandbox.pipe(&["store", "put", "a", "-f", "other"], other.bytes()).ok();
    sandbox.pipe(&["store", "put", "a", "-f", "other", "--if-version", "1"], other.bytes());
    sandbox.pipe(&["store", "put", "a"], other.bytes());
    sandbox.run(&["store", "get", "a"]);
    let got = sandbox.run_unwatched(&["store", "get", "a", "--field", "asked"]).ok();
    assert_eq!(got.stdout, asked.bytes());
    other.assert_absent("the other field", &got.stdout);
    asked.assert_absent("stderr", &got.stderr);
    for arguments in [
        &["store", "metadata", "a"][..],
        &["store", "metadata", "a", "--set", "k=v"],
        &["store", "get", "a", "--version", "7"],
        &["store", "list", "--output", "json"],
        &["store", "delete", "a", "--yes"],
        &["store", "get", "a", "--field", "asked"],
        &["store", "undelete", "a", "--versions", "2"],
        &["store", "destroy", "a", "--versions", "1,2", "--yes"],
        &["audit", "tail"],
    ] {
        sandbox.run(arguments);
    }
    for canary in [&asked, &other] {
        for file in fs::read_dir(sandbox.join("audit")).unwrap() {
            canary.assert_absent("the audit log", fs::read(file.unwrap().path()).unwrap());
        }
        canary.assert_absent("the server's log", server().log());
        canary
            .assert_absent("the server's audit log", fs::read(server().folder().join("audit.log")).unwrap());
    }
    sandbox.run(&["audit", "verify"]).ok();
}
