//! The YAML that goes into the repository, frozen.

use cluster_bootstrap::{Bootstrap, Gitlab};
use eso_contrib::RuntimeSync;
use k8s_bundle::SourceRef;
use test_kit::InMemoryBundleWriter;

#[test]
fn the_bundle_with_run_time_sync() {
    let sync = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN").unwrap())
        .with_chart_version("0.20.4".parse().unwrap());
    let bootstrap = Bootstrap::new("dev".parse().unwrap(), Gitlab::new().with_external_database());
    let bundle = bootstrap.with_runtime_sync(sync).bundle().unwrap();
    let writer = InMemoryBundleWriter::new();
    bundle.write_to(&writer).unwrap();
    let files = writer.files();
    let files: Vec<_> =
        files.keys().map(|path| format!("=== {path}\n{}", writer.text(path.as_str()))).collect();
    let _settings = test_kit::snapshot::settings().bind_to_scope();
    insta::assert_snapshot!(files.concat());
}
