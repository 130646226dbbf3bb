//! What the operator itself refuses is refused here, before it reaches a cluster. The documents in `refused/` were given to
//! its definitions, webhooks and controllers; `table.tsv` says what came of each, chart by chart.

use std::fs;
use std::path::Path;

use eso_contrib::ResourceConfig;
use k8s_bundle::yaml;

/// Charts have a column each; a cell is `accepted`, or what refused the document.
fn table() -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder().join("table.tsv")).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/refused"))
}

/// What is read nevertheless, because it is written in another way: a duration becomes the number that the chart takes.
const WRITTEN_OTHERWISE: &str = "secret-store-with-a-text-interval.yaml";

/// Whether it is refused, be it while it is read or for that chart.
fn is_refused(document: &str, chart: &str) -> bool {
    let read: Result<ResourceConfig, _> = yaml::from_str(document);
    read.map_or(true, |resource| resource.to_resource(&chart.parse().unwrap()).is_err())
}

#[test]
fn whatever_the_operator_refuses_is_refused() {
    let table = table();
    let (header, rows) = table.split_first().unwrap();
    let (mut refused, mut let_through) = (0, Vec::new());
    for row in rows {
        let document = fs::read_to_string(folder().join(&row[0])).unwrap();
        for (chart, outcome) in header.iter().zip(row).skip(1) {
            if row[0] == WRITTEN_OTHERWISE || outcome == "accepted" {
                continue;
            }
            if is_refused(&document, chart) {
                refused += 1;
            } else {
                let_through.push(format!("{} for chart {chart}: {outcome}", row[0]));
            }
        }
    }
    assert!(let_through.is_empty(), "{}", let_through.join("\n"));
    assert!(refused > 200, "{refused} is too few to be the table");
}

#[test]
fn what_is_read_nevertheless_is_written_as_the_charts_take_it() {
    let document = fs::read_to_string(folder().join(WRITTEN_OTHERWISE)).unwrap();
    let read: ResourceConfig = yaml::from_str(&document).unwrap();
    let resource = read.to_resource(&"0.10.4".parse().unwrap()).unwrap();
    assert_eq!(resource.field("spec").unwrap()["refreshInterval"], 3600);
}

#[test]
fn the_table_is_about_every_document() {
    let mut there: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    there.retain(|name| name != "table.tsv");
    assert_eq!(there.len(), table().len() - 1);
}
