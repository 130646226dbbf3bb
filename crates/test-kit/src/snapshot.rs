//! Settings for [`insta`] snapshots that are the same on every machine and every day.

use insta::Settings;

/// What changes from run to run, and what stands in its place.
const FILTERS: &[(&str, &str)] = &[
    (r"(?:/private)?/(?:tmp|var/folders|var/tmp|dev/shm)/[^\s'\x22:;,)\]]+", "[temp]"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", "[time]"),
    (r#"("duration_us":\s*)\d+"#, "${1}[duration]"),
    (r"\b\d+(?:\.\d+)?(?:ns|µs|us|ms)\b", "[duration]"),
    (r"\b\d+\.\d+s\b", "[duration]"),
    (r"\b[0-9a-f]{64}\b", "[sha256]"),
    (r"\b(secretbridge|secret-store|k8s-bundle|test-kit)([ /])v?\d+\.\d+\.\d+\b", "$1$2[version]"),
];

/// Settings under which temporary paths, times, durations, SHA-256 sums and this project's version are replaced.
///
/// ```
/// test_kit::snapshot::settings().bind(|| {
///     insta::assert_snapshot!("written to /tmp/.tmpA1b2C3/out at 2026-01-01T00:00:00Z in 12.5ms",
///         @"written to [temp] at [time] in [duration]");
/// });
/// ```
#[must_use]
pub fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    for (pattern, replacement) in FILTERS {
        settings.add_filter(pattern, *replacement);
    }
    settings
}
