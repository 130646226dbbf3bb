//! The `.gitignore` at the top of the output.

use super::{BundlePath, lock, replace};

pub(super) const FILE: &str = ".gitignore";

/// What keeps Git away from `file` and from what a killed run may leave beside it.
pub(super) fn for_secret(file: &BundlePath) -> Vec<String> {
    let folder = file.parent().map_or_else(String::new, |parent| format!("{parent}/"));
    let mut lines =
        vec![format!("/{file}"), format!("/{folder}{}", replace::temporary_pattern(file.file_name()))];
    lines.extend(for_lock());
    lines
}

/// What keeps Git away from the lock.
pub(super) fn for_lock() -> Vec<String> {
    vec![format!("/{}", lock::FILE)]
}

/// `existing` with those of `wanted` that it lacks; nothing if it lacks none.
///
/// Patterns of the user are kept. Ours come last where a later `!` pattern could bring the file back.
pub(super) fn amended(existing: &str, wanted: &[String]) -> Option<String> {
    let in_force: Vec<&str> =
        existing.rsplit('\n').take_while(|line| !line.starts_with('!')).map(str::trim_end).collect();
    let missing: Vec<&String> = wanted.iter().filter(|line| !in_force.contains(&line.as_str())).collect();
    if missing.is_empty() {
        return None;
    }
    let mut text = existing.to_owned();
    if !(text.is_empty() || text.ends_with('\n')) {
        text.push('\n');
    }
    for line in missing {
        text.push_str(line);
        text.push('\n');
    }
    Some(text)
}
