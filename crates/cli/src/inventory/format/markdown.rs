//! The inventory for a wiki or a pull request.

use super::shown::{referenced, shown};
use super::{NOTHING, columns};
use crate::inventory::Inventory;
use crate::inventory::row::{HEAD, Row};

/// A table in GitHub's Markdown, <https://github.github.com/gfm/#tables-extension->, and a sum.
pub(crate) fn markdown(inventory: &Inventory<'_>) -> String {
    if inventory.rows.is_empty() {
        return format!("{NOTHING}\n");
    }
    let columns = columns(&inventory.rows);
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(columns.iter().map(|column| HEAD[*column].to_owned()).collect());
    text.push_str(&"|---".repeat(columns.len()));
    text.push_str("|\n");
    for row in inventory.rows.iter().map(Row::cells) {
        text.push_str(&line(columns.iter().map(|column| cell(&row[*column])).collect()));
    }
    format!("{text}\n{}\n", inventory.totals)
}

/// As code where nothing can end it; otherwise with references that mean nothing to Markdown: within code there is no way to
/// write a pipe that every reader of tables takes for one.
fn cell(text: &str) -> String {
    const PLAIN: &str = "_-./:*=~^@(),+! ";
    let text = shown(text);
    let is_code = text.chars().all(|c| c.is_ascii_alphanumeric() || PLAIN.contains(c));
    let is_spaced = text.starts_with(' ') || text.ends_with(' ');
    match text.as_str() {
        "—" | "at build" => text,
        _ if is_code && !is_spaced && !text.is_empty() => format!("`{text}`"),
        _ => referenced(&text, "&#", "-./:, "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::cell;

    /// The cells of a row, as GitHub's parser splits it: a backslash before a pipe keeps it in its cell, even within code.
    fn cells(row: &str) -> usize {
        let mut escaped = false;
        let pipes = row.chars().filter(|c| {
            let is_pipe = *c == '|' && !escaped;
            escaped = *c == '\\' && !escaped;
            is_pipe
        });
        pipes.count() - 1
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_cell(texts in prop::collection::vec(r"([|`\\\n\r<&#*_a-z ]|\PC){0,12}", 1..6)) {
            let row = format!("| {} |", texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(" | "));
            prop_assert_eq!(cells(&row), texts.len(), "{}", row);
            prop_assert_eq!(row.lines().count(), 1, "{}", row);
            for cell in texts.iter().map(|text| cell(text)) {
                let is_code = cell.starts_with('`') && cell.ends_with('`') && cell.matches('`').count() == 2;
                prop_assert!(is_code || !cell.contains(['`', '<', '*', '_', '[', '\\']), "{}", cell);
            }
        }
    }

    #[test]
    fn names_are_code_and_what_could_end_it_is_referenced() {
        assert_eq!(cell("infrastructure/minio"), "`infrastructure/minio`");
        assert_eq!(cell("a|b`c"), "a&#124;b&#96;c");
        assert_eq!(cell("<b>"), "&#60;b&#62;");
    }
}
