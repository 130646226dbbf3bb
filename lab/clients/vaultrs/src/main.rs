//! What vaultrs does with a server, and how it fails; `servers.sh` has the settings.

mod judge;
mod rights;
mod system;
mod values;

use std::collections::HashMap;

use vaultrs::client::{VaultClient, VaultClientSettingsBuilder};

/// What the runner tells.
pub struct Settings(HashMap<String, String>);

impl Settings {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn has_history(&self) -> bool {
        self.get("HISTORY") == "yes"
    }

    /// A client with this token, which believes the authority of the settings.
    pub fn client(&self, token: &str) -> VaultClient {
        let authorities = Some(self.get("CA")).filter(|path| !path.is_empty());
        self.client_that_believes(token, authorities.map(str::to_owned).into_iter().collect())
    }

    pub fn client_that_believes(&self, token: &str, authorities: Vec<String>) -> VaultClient {
        let mut settings = VaultClientSettingsBuilder::default();
        settings.address(self.get("ADDRESS")).token(token).ca_certs(authorities).verify(true);
        VaultClient::new(settings.build().expect("the settings are complete")).expect("a client can be made")
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().expect("there is none yet");
    let settings = Settings(std::env::vars().collect());
    let root = settings.client(settings.get("TOKEN"));
    system::server(&settings, &root).await;
    system::tokens(&settings, &root).await;
    values::numbered(&settings, &root).await;
    values::versions(&settings, &root).await;
    values::metadata(&settings, &root).await;
    values::plain(&settings, &root).await;
    rights::policy(&settings, &root).await;
    rights::log_ins(&settings, &root).await;
}
