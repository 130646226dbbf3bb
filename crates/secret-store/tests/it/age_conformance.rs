use std::sync::Arc;

use test_kit::conformance::Fixture;

use crate::age_fixture::Folder;

async fn fixture() -> Fixture {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    Fixture::new(store).with_guard(folder)
}

test_kit::conformance_suite!(age, fixture);

test_kit::conformance_suite!(armored_age, async || {
    let folder = Folder::with_identity();
    let config =
        secret_store::provider::age::AgeConfig::new("store").with_identity("age.key").with_armor(true);
    let store = config.open(&folder.context()).await.unwrap();
    Fixture::new(Arc::new(store)).with_guard(folder)
});
