//! Measures ours beside a peer, on the same data in the same run, and prints a table.
//!
//! `compare [secrets] [age]`; with neither, all.

use std::collections::BTreeMap;
use std::sync::Arc;

use benches::{Discipline, Row, SECRETS, Sample, Table, fastest, write_with_serde};
use events::{Silent, SystemClock};
use k8s_bundle::{BundlePath, BundleWriter, DirectoryWriter, Written};
use materializer::{Materializer, Plan};
use tokio::runtime::Runtime;

const RUNS: usize = 15;

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    if is_wanted("secrets") {
        print!("{}", secrets());
    }
}

/// A writer that takes the bytes and does nothing with them: what is left is our own work.
#[derive(Debug)]
struct Nowhere;

impl BundleWriter for Nowhere {
    fn check_secret(&self, _: &BundlePath) -> k8s_bundle::Result<()> {
        Ok(())
    }

    fn write(&self, _: &BundlePath, _: &[u8]) -> k8s_bundle::Result<Written> {
        Ok(Written::Updated)
    }

    fn write_secret(&self, _: &BundlePath, _: &[u8]) -> k8s_bundle::Result<Written> {
        Ok(Written::Updated)
    }

    fn remove(&self, _: &BundlePath) -> k8s_bundle::Result<bool> {
        Ok(false)
    }

    fn list_generated(&self, _: &BundlePath) -> k8s_bundle::Result<Vec<BundlePath>> {
        Ok(Vec::new())
    }
}

fn secrets() -> Table {
    let sample = Sample::new(SECRETS);
    let plan = Plan::new(sample.manifests()).expect("a plan");
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let runtime = Runtime::new().expect("a runtime");
    let store = Arc::new(sample.store());
    let materializer = |writer: Arc<dyn BundleWriter>| {
        Materializer::new(store.clone(), writer, Arc::new(Silent), Arc::new(SystemClock::new()))
    };
    let to_file = materializer(Arc::new(DirectoryWriter::new(folder.path())));
    let to_nowhere = materializer(Arc::new(Nowhere));
    let run = |materializer: &Materializer| {
        let report = runtime.block_on(materializer.materialize(&plan)).expect("a build");
        assert_eq!(report.secrets, SECRETS);
    };
    let fields: BTreeMap<&str, _> =
        sample.secrets().iter().map(|(path, fields)| (path.as_str(), fields)).collect();
    let pairs: Vec<_> = sample
        .manifests()
        .iter()
        .map(|manifest| (manifest, fields[manifest.data().values().next().expect("a key").key()]))
        .collect();
    let peer =
        |discipline| write_with_serde(pairs.iter().copied(), folder.path(), discipline).expect("a file");
    let contents = {
        run(&to_file);
        std::fs::read(folder.path().join("k8s/secrets.yaml")).expect("the file")
    };
    let writer = DirectoryWriter::new(folder.path());
    let file: BundlePath = "k8s/secrets.yaml".parse().expect("a path");
    let [to_file, to_nowhere, writing, closed, durable] = fastest(
        RUNS,
        [
            &mut || run(&to_file),
            &mut || run(&to_nowhere),
            &mut || {
                writer.write_secret(&file, &contents).expect("a file");
            },
            &mut || peer(Discipline::Closed),
            &mut || peer(Discipline::Durable),
        ],
    );
    let row = |name: &str, ours, peer| Row { name: name.to_owned(), ours, peer };
    Table(vec![
        row("build to a closed, durable file; peer only closes it", to_file, closed),
        row("the same; peer is as durable", to_file, durable),
        row("build to nowhere; peer only closes its file", to_nowhere, closed),
        row("our file writer alone, on ready bytes", writing, closed),
    ])
}
