//! The plan for people.

use std::fmt;

use k8s_bundle::SyncMode;

use super::Plan;

const HEAD: [&str; 6] = ["NAMESPACE", "NAME", "TYPE", "MODE", "KEY", "SOURCE"];
const GAP: usize = 2;

/// One line for each key of each Secret, every column filled, so that the lines can be filtered and sorted; then a sum.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secrets.is_empty() {
            return f.write_str("no Secret is declared\n");
        }
        let rows: Vec<_> = self.rows().collect();
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
        let keys = |mode| self.secrets.iter().filter(|s| s.sync_mode == mode).map(|s| s.keys.len()).sum();
        writeln!(
            f,
            "\n{} by value ({} from {}), {} by reference ({})",
            count(self.by_value().count(), "Secret"),
            count(keys(SyncMode::BuildTime), "key"),
            count(self.paths.len(), "path"),
            self.by_reference().count(),
            count(keys(SyncMode::ExternalSecrets), "key"),
        )
    }
}

impl Plan {
    fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.secrets.iter().flat_map(|secret| {
            secret.keys.iter().map(|key| {
                [
                    secret.id.namespace.to_string(),
                    secret.id.name.to_string(),
                    secret.secret_type.to_string(),
                    secret.sync_mode.to_string(),
                    key.key.to_string(),
                    key.source.to_string(),
                ]
            })
        })
    }
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
