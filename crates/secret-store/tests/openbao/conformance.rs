//! The conformance suite on both versions of the key/value engine, as root.

use serde_json::json;

use crate::shared::{dev, open_with_token, secured};

test_kit::conformance_suite!(version_2_as_root, async || {
    let settings = json!({ "mount": dev().mount_kv(2) });
    open_with_token(dev(), settings, dev().root_token()).await
});

test_kit::conformance_suite!(version_1_as_root, async || {
    let settings = json!({ "mount": dev().mount_kv(1), "kv_version": 1 });
    open_with_token(dev(), settings, dev().root_token()).await
});

test_kit::conformance_suite!(version_1_over_tls, async || {
    let settings = json!({ "mount": secured().mount_kv(1), "kv_version": 1 });
    open_with_token(secured(), settings, secured().root_token()).await
});
