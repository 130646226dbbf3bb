//! The conformance suite on both versions of the key/value engine, as root.
//!
//! The server takes no path with a character that cannot be printed, so a fixture may refuse; `names` says that it refuses nothing
//! else.

use serde_json::json;
use test_kit::conformance::Fixture;

use crate::shared::{dev, open_with_token, secured};

test_kit::conformance_suite!(version_2_as_root, async || {
    let settings = json!({ "mount": dev().mount_kv(2) });
    Fixture::new(open_with_token(dev(), settings, dev().root_token()).await).may_refuse()
});

test_kit::conformance_suite!(version_1_as_root, async || {
    let settings = json!({ "mount": dev().mount_kv(1), "kv_version": 1 });
    Fixture::new(open_with_token(dev(), settings, dev().root_token()).await).may_refuse()
});

test_kit::conformance_suite!(version_1_over_tls, async || {
    let settings = json!({ "mount": secured().mount_kv(1), "kv_version": 1 });
    Fixture::new(open_with_token(secured(), settings, secured().root_token()).await).may_refuse()
});

test_kit::versioned_conformance_suite!(numbered_versions_as_root, async || {
    let settings = json!({ "mount": dev().mount_kv(2) });
    Fixture::new(open_with_token(dev(), settings, dev().root_token()).await)
});
