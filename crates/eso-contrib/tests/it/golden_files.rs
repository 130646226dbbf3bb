//! The YAML of every kind, per chart, kept as files that others can hold against the operator's own definitions.

use std::fs;
use std::path::Path;

use eso_contrib::EsoVersion;
use k8s_bundle::{Resource, yaml};

/// The charts that files are kept for.
pub(crate) const CHARTS: [&str; 4] = ["0.10.4", "0.16.1", "0.20.4", "1.3.2"];

/// `text`, without the lines that end in `# since CHART` of newer charts.
pub(crate) fn for_chart(chart: &str, text: &str) -> String {
    let chart: EsoVersion = chart.parse().unwrap();
    let has = |line: &&str| match line.split_once("# since ") {
        Some((_, since)) => chart >= since.trim().parse().unwrap(),
        None => true,
    };
    let lines: Vec<_> = text.lines().filter(has).collect();
    lines.join("\n")
}

/// Compares `resources`, one document each, with `golden/<chart>/<name>.yaml`. With `UPDATE_GOLDEN=1` the file is written
/// instead; look at what changed before it is committed.
#[track_caller]
pub(crate) fn golden(chart: &str, name: &str, resources: &[Resource]) {
    let mut written = Vec::new();
    for resource in resources {
        yaml::append_document(&mut written, resource).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(chart);
    let file = folder.join(format!("{name}.yaml"));
    if updates() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&file, &written).unwrap();
        return;
    }
    let written = str::from_utf8(&written).unwrap();
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, kept, "{}: run the tests with UPDATE_GOLDEN=1 and review the change", file.display());
}

#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests, not for what is tested")]
fn updates() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}
