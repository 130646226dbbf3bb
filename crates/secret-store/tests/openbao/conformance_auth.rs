//! The conformance suite through each way to log in, over TLS.

use serde_json::{Value, json};
use test_kit::conformance::Fixture;

use crate::login;
use crate::shared::{open, secured};

/// A store in a new mount, with these settings of [`login`].
async fn store(mut settings: Value) -> Fixture {
    settings["mount"] = json!(secured().mount_kv(2));
    Fixture::new(open(secured(), settings).await).may_refuse()
}

test_kit::conformance_suite!(with_a_token_in_a_file, async || store(login::token()).await);
test_kit::conformance_suite!(with_a_token_of_a_command, async || store(login::token_of_a_command()).await);
test_kit::conformance_suite!(with_approle, async || store(login::approle()).await);
test_kit::conformance_suite!(with_approle_wrapped, async || store(login::approle_wrapped()).await);
test_kit::conformance_suite!(with_kubernetes, async || store(login::kubernetes()).await);
test_kit::conformance_suite!(with_userpass, async || store(login::userpass()).await);
test_kit::conformance_suite!(with_jwt, async || store(login::jwt()).await);
test_kit::conformance_suite!(with_a_certificate, async || store(login::cert()).await);
