//! The `.gitignore` at the top of the output.

use super::{BundlePath, lock, replace};

pub(super) const FILE: &str = ".gitignore";

/// What `.gitignore` must hold besides `existing` so that Git passes over `file`; nothing if it does already.
///
/// Patterns of the user are kept. Ours come last where a later `!` pattern could bring the file back.
pub(super) fn amended(existing: &str, file: &BundlePath) -> Option<String> {
    let folder = file.parent().map_or_else(String::new, |parent| format!("{parent}/"));
    let wanted = [
        format!("/{file}"),
        format!("/{folder}{}", replace::temporary_pattern(file.file_name())),
        format!("/{}", lock::FILE),
    ];
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
