//! The in-memory store conforms, whatever it is told that it cannot do.

use std::sync::Arc;

use events::SystemClock;
use secret_store::provider::memory::MemoryStore;
use secret_store::{Capabilities, SecretStore as _};
use test_kit::conformance::{Fixture, Seed};
use test_kit::{CountingStore, FaultyStore, InMemorySecretStore};

fn without(change: impl FnOnce(&mut Capabilities)) -> InMemorySecretStore {
    let mut capabilities = Capabilities::full();
    capabilities.history = true;
    change(&mut capabilities);
    InMemorySecretStore::with_capabilities(capabilities)
}

test_kit::conformance_suite!(memory, async || InMemorySecretStore::new());
test_kit::conformance_suite!(without_list, async || without(|it| it.list = false));
test_kit::conformance_suite!(without_check_and_set, async || without(|it| it.check_and_set = false));
test_kit::conformance_suite!(without_history, async || without(|it| it.history = false));
test_kit::conformance_suite!(without_binary, async || without(|it| it.binary = false));
test_kit::conformance_suite!(without_fields, async || without(|it| it.fields = false));
test_kit::conformance_suite!(without_nesting, async || without(|it| it.nested = false));
test_kit::conformance_suite!(counting, async || CountingStore::new(InMemorySecretStore::new()));
test_kit::conformance_suite!(faultless, async || {
    let guard = String::from("kept until the test has ended");
    Fixture::new(Arc::new(FaultyStore::new(InMemorySecretStore::new()))).with_guard(guard)
});

fn versioned() -> MemoryStore {
    MemoryStore::new(Arc::new(SystemClock::new()))
}

test_kit::versioned_conformance_suite!(counting_versions, async || CountingStore::new(versioned()));
test_kit::versioned_conformance_suite!(faultless_versions, async || FaultyStore::new(versioned()));

test_kit::read_only_conformance_suite!(read_only, async || {
    let store = without(|it| (it.write, it.check_and_set) = (false, false));
    for (path, fields) in Seed::for_capabilities(store.info().capabilities).secrets {
        store.put(path.as_str(), fields);
    }
    store
});
