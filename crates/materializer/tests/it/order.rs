//! Whatever order things come in, the file is the same.

use k8s_bundle::SecretManifest;
use proptest::prelude::*;
use secret_store::SecretFields;
use test_kit::{InMemorySecretStore, block_on};

use crate::setup::{Setup, manifest};

/// Manifests of few names, so that many of them are merged; sources that never contradict each other.
fn manifests() -> impl Strategy<Value = Vec<(SecretManifest, usize)>> {
    let one = (0..3_usize, 0..3_usize, 0..6_usize).prop_map(|(namespace, name, key)| {
        let builder = manifest(&format!("name-{name}"), &format!("ns-{namespace}"));
        let source = format!("dir-{}/path-{key}", key % 2);
        (builder.data(format!("key-{key}"), source.as_str()).build().unwrap(), key)
    });
    prop::collection::vec(one, 1..20)
}

fn file(manifests: &[(SecretManifest, usize)]) -> String {
    let store = InMemorySecretStore::new();
    for (manifest, key) in manifests {
        let path = manifest.data().values().next().unwrap().key();
        store.put(path, SecretFields::plain(format!("value {key}").as_str()));
    }
    let setup = Setup::new(store);
    let manifests: Vec<_> = manifests.iter().map(|(manifest, _)| manifest.clone()).collect();
    block_on(setup.build(&manifests)).unwrap();
    setup.yaml().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_order_of_manifests_and_of_arrival_does_not_show(
        (given, shuffled) in manifests().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(file(&given), file(&shuffled));
    }
}
