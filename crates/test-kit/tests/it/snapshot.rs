//! Snapshots are the same on every machine and every day.

use test_kit::snapshot::settings;

#[test]
fn what_changes_from_run_to_run_is_replaced() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "cannot read '{}': took 12.5ms, 3µs and 1.25s\n\
         {{\"at\":\"2026-11-22T14:39:11.123456Z\",\"duration_us\":1234,\"hash\":\"{}\"}}\n\
         secretbridge 1.2.3, k8s-bundle/0.1.0; chart 0.20.4 stays, and so does 1h\n\
         [/tmp/.tmpAbC/out/k8s, /var/tmp/x]",
        file.path().display(),
        "0123456789abcdef".repeat(4),
    );
    settings().bind(|| {
        insta::assert_snapshot!(text, @r#"
    cannot read '[temp]': took [duration], [duration] and [duration]
    {"at":"[time]","duration_us":[duration],"hash":"[sha256]"}
    secretbridge [version], k8s-bundle/[version]; chart 0.20.4 stays, and so does 1h
    [[temp], [temp]]
    "#);
    });
}
