//! Every wrapper, and all of them together, are stores like any other.

use std::sync::Arc;
use std::time::Duration;

use events::{Clock, Silent};
use secret_store::wrapper::{CachePolicy, MountTable, RetryPolicy};
use secret_store::{Capabilities, SecretStore, SecretStoreExt as _};
use test_kit::conformance::Seed;
use test_kit::{FakeClock, InMemorySecretStore, RecordingEventBus, path};

fn clock() -> Arc<dyn Clock> {
    Arc::new(FakeClock::new())
}

fn memory() -> InMemorySecretStore {
    InMemorySecretStore::new().with("outside", "of every scope")
}

fn stack(store: impl SecretStore + 'static) -> impl SecretStore {
    store
        .retrying(RetryPolicy::default(), clock())
        .cached(CachePolicy::default(), clock())
        .audited(Arc::new(RecordingEventBus::new()), clock())
        .scoped(path("scope"))
}

test_kit::conformance_suite!(scoped, async || memory().scoped(path("a/scope")));
test_kit::conformance_suite!(scoped_twice, async || memory().scoped(path("scope")).scoped(path("scope")));
test_kit::conformance_suite!(cached, async || {
    InMemorySecretStore::new().cached(CachePolicy::default(), clock())
});
test_kit::conformance_suite!(cached_two_values, async || {
    let policy = CachePolicy { max_entries: 2, ttl: Duration::from_secs(1), stale: None };
    InMemorySecretStore::new().cached(policy, clock())
});
test_kit::conformance_suite!(cached_nothing, async || {
    let policy = CachePolicy { max_entries: 0, ttl: Duration::ZERO, stale: None };
    InMemorySecretStore::new().cached(policy, clock())
});
test_kit::conformance_suite!(cached_for_outages, async || {
    let policy = CachePolicy { stale: Some(Duration::from_mins(10)), ..CachePolicy::default() };
    InMemorySecretStore::new().cached(policy, clock())
});
test_kit::conformance_suite!(retrying, async || {
    InMemorySecretStore::new().retrying(RetryPolicy::default(), clock())
});
test_kit::conformance_suite!(audited, async || InMemorySecretStore::new().audited(Arc::new(Silent), clock()));
test_kit::conformance_suite!(mounted_at_the_root, async || {
    let elsewhere = InMemorySecretStore::new();
    let table = MountTable::new().mount_root(InMemorySecretStore::new()).expect("one root");
    table.mount(path("else/where"), elsewhere).expect("one mount")
});
test_kit::conformance_suite!(mounted_below, async || {
    let table = MountTable::new().mount_root(memory()).expect("one root");
    table.mount(path("m"), InMemorySecretStore::new()).expect("one mount").scoped(path("m"))
});
test_kit::conformance_suite!(withheld, async || memory().withheld(vec![path("outside"), path("own")]));
test_kit::conformance_suite!(shared, async || Arc::new(Box::new(InMemorySecretStore::new())));
test_kit::conformance_suite!(the_full_stack, async || stack(memory()));
test_kit::conformance_suite!(the_full_stack_over_plain_values, async || {
    let mut capabilities = Capabilities::full();
    (capabilities.fields, capabilities.binary, capabilities.nested) = (false, false, false);
    stack(InMemorySecretStore::with_capabilities(capabilities))
});

fn seeded() -> InMemorySecretStore {
    let store = InMemorySecretStore::new();
    for (path, fields) in Seed::for_capabilities(store.info().capabilities).secrets {
        store.put(path.as_str(), fields);
    }
    store
}

test_kit::read_only_conformance_suite!(read_only, async || seeded().read_only());
test_kit::read_only_conformance_suite!(a_read_only_mount, async || {
    let table = MountTable::new().mount(path("m"), seeded().read_only()).expect("one mount");
    table.scoped(path("m"))
});
test_kit::read_only_conformance_suite!(a_read_only_stack, async || {
    let bus = Arc::new(RecordingEventBus::new());
    seeded().cached(CachePolicy::default(), clock()).audited(bus, clock()).read_only()
});
