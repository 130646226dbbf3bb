//! `secretbridge plan`.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn a_plan_reads_no_value_and_leaves_nothing() {
    let sandbox = Sandbox::homelab();
    // Without these, no value could be read.
    std::fs::remove_file(sandbox.join("age.key")).unwrap();
    std::fs::remove_dir_all(sandbox.join("store")).unwrap();
    assert_snapshot!(sandbox.run(&["plan"]).ok(), @"");
    assert!(!sandbox.exists("audit"));
    assert!(!sandbox.exists("out"));
}

#[test]
fn a_plan_can_be_read_by_programs() {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n");
    assert_snapshot!(sandbox.run(&["plan", "--output", "json"]).ok(), @"");
}

#[test]
fn a_plan_of_nothing_says_so() {
    assert_snapshot!(Sandbox::with_secrets("").run(&["plan"]).ok(), @"");
}
