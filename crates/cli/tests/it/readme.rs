//! The Rust of the README, compiled.

use events::{Silent, SystemClock};
use k8s_bundle::{DirectoryWriter, SecretManifest};
use materializer::{Materializer, Plan};
use secret_store::{OpenContext, provider::age::AgeConfig};
use std::sync::Arc;

async fn deliver() -> Result<(), Box<dyn std::error::Error>> {
    let store = AgeConfig::new("store").with_identity("age.key").open(&OpenContext::new(".")).await?;
    let root =
        SecretManifest::builder("gitlab-root").namespace("gitlab").source("GITLAB_ROOT_PASSWORD").build()?;
    let writer = Arc::new(DirectoryWriter::new("out"));
    let materializer =
        Materializer::new(Arc::new(store), writer, Arc::new(Silent), Arc::new(SystemClock::new()));
    materializer.materialize(&Plan::new([&root])?).await?;
    Ok(())
}

#[test]
fn the_rust_of_the_readme_is_this_and_compiles() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let shown = readme.split_once("```rust\n").unwrap().1.split_once("```").unwrap().0;
    assert!(include_str!("readme.rs").contains(shown), "the README shows other Rust than this file");
    assert!(shown.lines().filter(|line| !line.is_empty()).count() <= 16, "short enough to be read");
    // It is asynchronous: nothing runs before somebody waits for it.
    drop(deliver());
}
