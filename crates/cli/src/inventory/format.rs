//! The inventory as text.

mod markdown;
mod mermaid;
mod shown;
mod table;

pub(crate) use markdown::markdown;
pub(crate) use mermaid::mermaid;
pub(crate) use table::table;

use super::row::Row;

/// What is said where no row is.
const NOTHING: &str = "no Secret gets anything from there";

/// The columns that have something to say: `version` and `owner` only where a row has one.
fn columns(rows: &[Row]) -> Vec<usize> {
    let (version, owner) = (5, 10);
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    let says =
        |column: &usize| ![version, owner].contains(column) || cells.iter().any(|row| row[*column] != "—");
    (0..super::row::HEAD.len()).filter(says).collect()
}
