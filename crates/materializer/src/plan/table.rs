//! The plan for people.

use std::fmt;

use super::{Plan, PlannedSecret};

const HEAD: [&str; 6] = ["NAMESPACE", "NAME", "TYPE", "MODE", "KEY", "SOURCE"];
const GAP: usize = 2;

/// One line for each key of each Secret, every column filled, so that the lines can be filtered and sorted; then a sum.
///
/// A value that only templates read is in parentheses; `*` are the keys that are not known before the store is read.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secrets.is_empty() {
            return f.write_str("no Secret is declared\n");
        }
        let rows: Vec<_> = self.secrets.iter().flat_map(rows).collect();
        let mut widths = HEAD.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        line(f, &HEAD.map(str::to_owned), &widths)?;
        for row in &rows {
            line(f, row, &widths)?;
        }
        writeln!(
            f,
            "\n{} by value ({} from {}), {} by reference ({})",
            count(self.by_value().count(), "Secret"),
            keys(self.by_value()),
            self.origins(),
            self.by_reference().count(),
            keys(self.by_reference()),
        )
    }
}

impl Plan {
    fn origins(&self) -> String {
        let mut paths: Vec<_> = self.paths.iter().chain(self.versions.iter().map(|it| &it.path)).collect();
        super::sort_once(&mut paths);
        let paths = count(paths.len(), "path");
        match self.prefixes.len() {
            0 => paths,
            prefixes => format!("{paths} and what is found in {}", count(prefixes, "list")),
        }
    }
}

fn rows(secret: &PlannedSecret) -> Vec<[String; 6]> {
    let row = |key: String, source: String| {
        [
            secret.id.namespace.to_string(),
            secret.id.name.to_string(),
            secret.secret_type.to_string(),
            secret.sync_mode.to_string(),
            key,
            source,
        ]
    };
    let replaced = secret.replaces_data();
    let shown = |key: &str| if replaced { format!("({key})") } else { key.to_owned() };
    let mut rows: Vec<_> =
        secret.keys.iter().map(|key| row(shown(key.key.as_str()), key.source.to_string())).collect();
    rows.extend(secret.data_from.iter().map(|from| row(shown("*"), from.to_string())));
    let Some(templates) = &secret.templates else { return rows };
    rows.extend(templates.data.iter().map(|(key, template)| row(key.to_string(), template.to_string())));
    let labels = templates.labels.iter();
    rows.extend(labels.map(|(label, template)| row(format!("label {label}"), template.to_string())));
    let annotations = templates.annotations.iter();
    rows.extend(annotations.map(|(key, template)| row(format!("annotation {key}"), template.to_string())));
    rows
}

/// How many keys they have, as far as that is known.
fn keys<'a>(secrets: impl Iterator<Item = &'a PlannedSecret>) -> String {
    let (mut known, mut open) = (0, false);
    for secret in secrets {
        known += secret.known_keys().len();
        open |= secret.is_open();
    }
    let keys = count(known, "key");
    if open { format!("{keys} and more") } else { keys }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String; 6], widths: &[usize; 6]) -> fmt::Result {
    let [first @ .., last] = cells;
    for (cell, width) in first.iter().zip(widths) {
        write!(f, "{cell:<width$}", width = width + GAP)?;
    }
    writeln!(f, "{last}")
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
