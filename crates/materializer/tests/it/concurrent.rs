//! Two builds at once.

use k8s_bundle::SecretManifest;
use materializer::Plan;
use secret_store::SecretFields;
use test_kit::InMemorySecretStore;

use crate::setup::{Setup, simple};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn builds_at_once_leave_the_file_of_one_of_them_whole() {
    let store = InMemorySecretStore::new();
    for path in ["A", "B"] {
        store.put(path, SecretFields::plain(vec![path.as_bytes()[0]; 300_000].as_slice()));
    }
    let setup = Setup::new(store);
    let manifests =
        |path: &str| -> Vec<SecretManifest> { (0..3).map(|i| simple(&format!("s{i}"), path)).collect() };
    let mut contents = Vec::new();
    for path in ["A", "B"] {
        setup.build(&manifests(path)).await.unwrap();
        contents.push(setup.yaml().unwrap());
    }
    let builds: Vec<_> = (0..16)
        .map(|index| {
            let (materializer, plan) =
                (setup.materializer(), Plan::new(&manifests(["A", "B"][index % 2])).unwrap());
            tokio::spawn(async move { materializer.materialize(&plan).await })
        })
        .collect();
    for build in builds {
        build.await.unwrap().unwrap();
        let whole = setup.yaml().unwrap();
        assert!(contents.contains(&whole), "a file of {} bytes is of neither", whole.len());
    }
    let left: Vec<_> =
        std::fs::read_dir(setup.folder.path().join("k8s")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["secrets.yaml"]);
}
