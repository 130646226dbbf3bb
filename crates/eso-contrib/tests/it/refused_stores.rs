//! Stores that the operator itself refuses: `refused/table.tsv` says for each chart by what, and the lab has asked it.

use std::fs;

use eso_contrib::ResourceConfig;
use k8s_bundle::yaml;

/// What is made right instead: the operator below 2.8.0 takes seconds alone, and seconds are what is written.
const MADE_RIGHT: &str = "secret-store-with-a-text-interval.yaml";

fn folder() -> String {
    format!("{}/tests/it/refused", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn no_store_that_the_operator_refuses_is_written() {
    let table = fs::read_to_string(format!("{}/table.tsv", folder())).unwrap();
    let mut lines = table.lines();
    let charts: Vec<_> = lines.next().unwrap().split('\t').skip(1).collect();
    let (mut refused, mut written) = (0, Vec::new());
    for line in lines.filter(|line| line.contains("secret-store-")) {
        let (file, answers) = line.split_once('\t').unwrap();
        let text = fs::read_to_string(format!("{}/{file}", folder())).unwrap();
        for (chart, answer) in charts.iter().zip(answers.split('\t')) {
            if answer == "accepted" || file == MADE_RIGHT {
                continue;
            }
            let version = chart.parse().unwrap();
            match yaml::from_str::<ResourceConfig>(&text).map(|store| store.to_resource(&version)) {
                Ok(Ok(_)) => written.push(format!("{chart} {file}: {answer}")),
                Ok(Err(_)) | Err(_) => refused += 1,
            }
        }
    }
    assert!(written.is_empty(), "{}", written.join("\n"));
    assert!(refused > 100, "{refused} is too few to be the table");
}

#[test]
fn an_interval_in_words_is_written_in_seconds() {
    let text = fs::read_to_string(format!("{}/{MADE_RIGHT}", folder())).unwrap();
    let store: ResourceConfig = yaml::from_str(&text).unwrap();
    let written = yaml::to_string(&store.to_resource(&"0.20.4".parse().unwrap()).unwrap()).unwrap();
    assert!(written.contains("\n  refreshInterval: 3600\n"), "{written}");
}
