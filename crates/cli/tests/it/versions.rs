//! Versions of secrets, where the store keeps none.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

fn files() -> Sandbox {
    let sandbox = Sandbox::with_secrets("");
    sandbox.secret("A", "1");
    sandbox
}

#[test]
fn a_store_without_versions_says_so() {
    let sandbox = files();
    let said = sandbox.run(&["store", "undelete", "A", "--versions", "1,2"]).to_string();
    assert_eq!(sandbox.run(&["store", "destroy", "A", "--versions", "1", "--yes"]).to_string(), said);
    assert_eq!(sandbox.run(&["store", "metadata", "A"]).to_string(), said);
    assert_eq!(sandbox.run(&["store", "metadata", "A", "--set", "owner=web"]).to_string(), said);
    assert_snapshot!(said);
    assert_snapshot!(sandbox.run(&["store", "get", "A", "--version", "1"]));
    assert_eq!(sandbox.pipe(&["store", "put", "A", "--if-version", "1"], "2").code, Some(9));
    assert_eq!(sandbox.run(&["store", "get", "A"]).ok().out(), "1");
}

#[test]
fn versions_and_notes_are_read_before_anybody_is_asked() {
    let sandbox = files();
    for wrong in ["0", "x", "1,", "-1", ""] {
        let ran = sandbox.run(&["store", "destroy", "A", &format!("--versions={wrong}")]);
        assert_eq!(ran.code, Some(2), "{wrong}: {ran}");
    }
    assert_eq!(sandbox.run(&["store", "undelete", "A"]).code, Some(2));
    assert_snapshot!(sandbox.run(&["store", "metadata", "A", "--set", "owner"]));
    assert_snapshot!(sandbox.run(&["store", "metadata", "A", "--set", "a=1", "--remove", "a"]));
    assert!(!sandbox.exists("audit"));
}
