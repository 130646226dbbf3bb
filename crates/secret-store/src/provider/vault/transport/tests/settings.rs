//! What the configuration and the environment say.

use std::path::Path;
use std::time::Duration;

use events::SignedDuration;

use super::{at, context, nowhere, shown};
use crate::provider::vault::VaultConfig;
use crate::provider::vault::transport::{Transport, settings};

fn opened(config: &VaultConfig, variables: [(&str, &str); 2]) -> String {
    match Transport::open(config, &context(Path::new("/nowhere"), variables)) {
        Ok(transport) => transport.address().to_owned(),
        Err(error) => shown(&error),
    }
}

#[test]
fn the_configuration_wins_over_the_environment_and_bao_over_vault() {
    let both = [("VAULT_ADDR", "http://127.0.0.1:1"), ("BAO_ADDR", "http://127.0.0.1:2/")];
    assert_eq!(opened(&at("http://127.0.0.1:3"), both), "http://127.0.0.1:3");
    assert_eq!(opened(&VaultConfig::default(), both), "http://127.0.0.1:2");
    let empty = [("VAULT_ADDR", "http://127.0.0.1:1"), ("BAO_ADDR", "")];
    assert_eq!(opened(&VaultConfig::default(), empty), "http://127.0.0.1:1");
}

#[test]
fn plain_http_is_only_for_this_machine_unless_it_is_allowed() {
    for loopback in
        ["http://127.0.0.1:8200", "http://127.8.8.8", "http://[::1]:8200", "http://localhost:8200"]
    {
        assert_eq!(opened(&at(loopback), [("", ""); 2]), loopback);
    }
    let allowed = VaultConfig { plain_http: true, ..at("http://vault.example:8200") };
    assert_eq!(opened(&allowed, [("", ""); 2]), "http://vault.example:8200");
    let refused =
        ["http://vault.example:8200", "http://localhost.example", "http://128.0.0.1", "http://0.0.0.0"];
    let all: Vec<_> = refused.iter().map(|address| opened(&at(*address), [("", ""); 2])).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_no_address_is_refused_and_not_shown() {
    let mut all = vec![opened(&VaultConfig::default(), [("", ""); 2])];
    for address in [
        "vault.example:8200",
        "ftp://vault.example",
        "unix:///run/vault.sock",
        "https://ada:canary@vault.example",
        "https://vault.example?token=canary",
        "https://vault.example/#canary",
        "https://",
        "https://vault.example:port",
        "https://vault.example:99999",
        "https://vault.example:",
        "https://[::1",
        "https://vault exa mple",
    ] {
        all.push(opened(&at(address), [("", ""); 2]));
    }
    all.push(opened(&VaultConfig::default(), [("VAULT_ADDR", "https://ada:canary@vault.example"), ("", "")]));
    let all = all.join("\n");
    assert!(!all.contains("canary"));
    insta::assert_snapshot!(all);
}

#[test]
fn skipping_verification_is_refused_where_it_would_matter() {
    let skip = |value| [("VAULT_SKIP_VERIFY", value), ("", "")];
    for value in ["true", "1", "T", "yes"] {
        insta::allow_duplicates!(insta::assert_snapshot!(opened(&at("https://127.0.0.1"), skip(value))));
    }
    for value in ["false", "0", "F", ""] {
        assert_eq!(opened(&at("https://127.0.0.1"), skip(value)), "https://127.0.0.1");
    }
    assert_eq!(opened(&at("http://127.0.0.1"), skip("true")), "http://127.0.0.1");
}

#[test]
fn times_come_from_the_configuration_then_the_environment() {
    let times = |config: &VaultConfig, value: &str| {
        let times = settings::times(config, &context(Path::new("/"), [("VAULT_CLIENT_TIMEOUT", value)]));
        times.map(|times| (times.connect, times.request)).map_err(|error| shown(&error))
    };
    let seconds = |connect, request| Ok((Duration::from_secs(connect), Duration::from_secs(request)));
    let unset = VaultConfig::default();
    assert_eq!(times(&unset, ""), seconds(5, 30));
    assert_eq!(times(&unset, "90"), seconds(5, 90));
    assert_eq!(times(&unset, "1m30s"), seconds(5, 90));
    assert_eq!(times(&unset, "2s"), seconds(2, 2));
    let set = VaultConfig {
        request_timeout: Some(SignedDuration::from_secs(40)),
        connect_timeout: Some(SignedDuration::from_secs(7)),
        ..VaultConfig::default()
    };
    assert_eq!(times(&set, "90"), seconds(7, 40));
    let mut refused: Vec<_> = ["soon", "0", "-5s"].map(|value| times(&unset, value).unwrap_err()).into();
    let none = VaultConfig { connect_timeout: Some(SignedDuration::ZERO), ..VaultConfig::default() };
    refused.push(times(&none, "").unwrap_err());
    insta::assert_snapshot!(refused.join("\n"));
}

#[test]
fn opening_connects_to_nobody() {
    assert!(Transport::open(&at("https://vault.invalid"), &nowhere()).is_ok());
}
