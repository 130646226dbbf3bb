//! The transport against servers that do as they are told, on loopback.

mod authority;
mod deadline;
mod exchange;
mod proxy;
mod redirect;
mod secrecy;
mod server;
mod settings;
mod tls;
mod trouble;

use std::path::Path;

use super::Transport;
use crate::provider::vault::VaultConfig;
use crate::provider::vault::address::ApiPath;
use crate::provider::vault::request::{Request, Verb};
use crate::{Environment, Error, OpenContext};

const TOKEN: &str = "s.canary-token-3f9a";

fn nowhere() -> OpenContext {
    context(Path::new("/nowhere"), [])
}

fn context<const N: usize>(folder: &Path, variables: [(&str, &str); N]) -> OpenContext {
    OpenContext::new(folder).with_environment(Environment::fixed(variables))
}

fn at(address: impl Into<String>) -> VaultConfig {
    VaultConfig { address: Some(address.into()), ..VaultConfig::default() }
}

fn open(config: &VaultConfig) -> Transport {
    Transport::open(config, &nowhere()).unwrap()
}

fn get(path: &str) -> Request {
    Request {
        verb: Verb::Get,
        path: ApiPath::fixed(path),
        query: Vec::new(),
        body: None,
        token: Some(TOKEN.into()),
        namespace: None,
    }
}

fn post(path: &str, body: &str) -> Request {
    Request { verb: Verb::Post, body: Some(body.into()), ..get(path) }
}

/// An error as people see it.
fn shown(error: &Error) -> String {
    let again = if error.is_retryable() { "" } else { ", not again" };
    format!("{} [{}{again}]\n  help: {}", error, error.kind(), error.help().unwrap_or("none"))
}
