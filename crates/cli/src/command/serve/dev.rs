//! `secretbridge serve --dev`.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bridge::OpenWith;
use bridge::config::{BootstrapTokenConfig, BridgeConfig, MetricsAccess, RateConfig, SecretRef};
use bridge::server::Transport;
use events::{Clock, Silent, SystemClock};
use ring::rand::{SecureRandom, SystemRandom};
use secret_store::provider::memory::MemoryStore;
use secret_store::{SecretFields, SecretPath, SecretStore as _, SecretValue, WriteOptions};
use serde::Serialize;
use zeroize::Zeroizing;

use super::stop::Stop;
use super::telemetry::Telemetry;
use super::{Sockets, serve};
use crate::error::{Error, Result};
use crate::output::Output;

/// Where the token is; nobody sees it there.
const TOKEN: &str = "secretbridge-system/root-token";

/// That it serves, and how to ask it.
#[derive(Serialize)]
struct Serving<'a> {
    address: String,
    /// With it, everything may be done here: there is nothing to protect.
    token: &'a str,
}

impl fmt::Display for Serving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, token } = self;
        write!(
            f,
            "serving a store in memory at {address}, for trying: what is written is gone when this ends\n\n  \
             export BAO_ADDR={address} BAO_TOKEN={token}      # or VAULT_ADDR and VAULT_TOKEN\n  \
             bao kv put secret/hello greeting=hi\n"
        )
    }
}

pub(super) async fn run(
    listen: Option<SocketAddr>,
    stop: Stop,
    telemetry: &Telemetry,
    output: Output,
) -> Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let random = Arc::new(SystemRandom::new());
    let store = MemoryStore::new(Arc::clone(&clock));
    let path = TOKEN.parse::<SecretPath>().map_err(|_| Error::Internal)?;
    let mut bytes = Zeroizing::new([0_u8; 24]);
    random.fill(&mut *bytes).map_err(|_| Error::Internal)?;
    let token = Zeroizing::new(format!("dev.{}", BASE64_URL_SAFE_NO_PAD.encode(*bytes)));
    let fields = SecretFields::plain(SecretValue::new(token.as_bytes()));
    store.write(&path, fields, WriteOptions::replace()).await?;
    let mut config = BridgeConfig::default();
    config.token = Some(BootstrapTokenConfig::new(SecretRef::new(path)));
    config.listen = listen.unwrap_or(config.listen);
    // For trying, also how fast it is.
    config.limits.per_address = RateConfig::Off;
    config.metrics.access = MetricsAccess::Open;
    let opened = config.open(OpenWith {
        instance: "dev".to_owned(),
        store: telemetry.store(Arc::new(store)),
        stores: std::collections::BTreeMap::new(),
        bootstrap: None,
        bus: Arc::new(Silent),
        clock,
        random,
    });
    let said = |address| output.result(&Serving { address, token: &token });
    let sockets =
        Sockets { listen: config.listen, transport: Transport::Loopback, limits: config.limits.server() };
    serve(opened.await?, sockets, Duration::ZERO, stop, telemetry, said).await
}
