//! The suite runs every behaviour that there is.

/// The names of the `pub async fn` of a folder of behaviours.
fn behaviours(files: &[&str]) -> Vec<String> {
    let lines = files.iter().flat_map(|text| text.lines());
    let names = lines.filter_map(|line| line.strip_prefix("pub async fn ")?.split_once('('));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn no_behaviour_is_left_out_of_the_suite() {
    let suite = include_str!("../../src/conformance/suite.rs");
    let (writable, rest) = suite.split_once("macro_rules! read_only_conformance_suite").unwrap();
    let (read_only, versioned) = rest.split_once("macro_rules! versioned_conformance_suite").unwrap();
    let all = behaviours(&[
        include_str!("../../src/conformance/concurrency.rs"),
        include_str!("../../src/conformance/delete.rs"),
        include_str!("../../src/conformance/history.rs"),
        include_str!("../../src/conformance/info.rs"),
        include_str!("../../src/conformance/list.rs"),
        include_str!("../../src/conformance/missing.rs"),
        include_str!("../../src/conformance/name.rs"),
        include_str!("../../src/conformance/nesting.rs"),
        include_str!("../../src/conformance/precondition.rs"),
        include_str!("../../src/conformance/read_many.rs"),
        include_str!("../../src/conformance/redaction.rs"),
        include_str!("../../src/conformance/round_trip.rs"),
        include_str!("../../src/conformance/write_mode.rs"),
    ]);
    let listed = |suite: &str, name: &str| suite.lines().any(|line| line.trim() == name);
    let missing: Vec<_> = all.iter().filter(|name| !listed(writable, name)).collect();
    assert!(missing.is_empty(), "not in conformance_suite!: {missing:?}");
    assert!(all.len() >= 50, "{} behaviours", all.len());

    let all = behaviours(&[include_str!("../../src/conformance/read_only.rs")]);
    let missing: Vec<_> = all.iter().filter(|name| !listed(read_only, name)).collect();
    assert!(missing.is_empty(), "not in read_only_conformance_suite!: {missing:?}");

    let all = behaviours(&[
        include_str!("../../src/conformance/versioned/gone.rs"),
        include_str!("../../src/conformance/versioned/metadata.rs"),
        include_str!("../../src/conformance/versioned/number.rs"),
    ]);
    let missing: Vec<_> = all.iter().filter(|name| !listed(versioned, name)).collect();
    assert!(missing.is_empty(), "not in versioned_conformance_suite!: {missing:?}");
    assert!(all.len() >= 20, "{} behaviours", all.len());
}
