//! Measures ours beside a peer, on the same data in the same run, and prints a table.
//!
//! `compare [secrets] [age]`; with neither, both.

use std::io;

use benches::{AgeFiles, COUNT, Discipline, Estate, Row, Table, Target, best};

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() -> io::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    let mut table = Table::default();
    if is_wanted("secrets") {
        table.0.extend(secrets()?);
    }
    if is_wanted("age") {
        table.0.push(age()?);
    }
    print!("{table}");
    Ok(())
}

fn secrets() -> io::Result<[Row; 3]> {
    let estate = Estate::new(COUNT);
    let folder = tempfile::tempdir()?;
    let [to_file, to_nowhere, closed, durable] = best(
        20,
        [
            &mut estate.build(Target::Folder(folder.path())),
            &mut estate.build(Target::Nowhere),
            &mut estate.peer(folder.path(), Discipline::Closed),
            &mut estate.peer(folder.path(), Discipline::Durable),
        ],
    );
    let row = |name: &str, ours, peer| Row { name: name.to_owned(), ours, peer };
    Ok([
        row("10,000 Secrets to a durable file; peer: closed, not durable", to_file, closed),
        row("10,000 Secrets to a durable file; peer: as durable", to_file, durable),
        row("10,000 Secrets to nowhere; peer: closed, not durable", to_nowhere, closed),
    ])
}

fn age() -> io::Result<Row> {
    let files = AgeFiles::new(COUNT)?;
    let [ours, peer] = best(3, [&mut || files.read_all(), &mut || files.decrypt_all()]);
    let name = "10,000 age files read, all cores; peer: age crate, in memory, one core";
    Ok(Row { name: name.to_owned(), ours, peer })
}
