//! The inventory on a terminal.

use super::shown::shown;
use super::{NOTHING, columns};
use crate::inventory::Inventory;
use crate::inventory::row::{HEAD, Row};

const GAP: usize = 2;

/// One line for each row, every column filled, so that the lines can be filtered and sorted; then a sum.
pub(crate) fn table(inventory: &Inventory<'_>) -> String {
    if inventory.rows.is_empty() {
        return format!("{NOTHING}\n");
    }
    let columns = columns(&inventory.rows);
    let head = HEAD.map(str::to_uppercase);
    let rows = inventory.rows.iter().map(Row::cells);
    let lines: Vec<Vec<String>> = std::iter::once(head)
        .chain(rows)
        .map(|row| columns.iter().map(|column| shown(&row[*column])).collect())
        .collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for line in &lines {
        let cells =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = width + GAP));
        text.push_str(cells.collect::<String>().trim_end());
        text.push('\n');
    }
    format!("{text}\n{}\n", inventory.totals)
}
