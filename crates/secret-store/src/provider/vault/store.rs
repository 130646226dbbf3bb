//! The store.

use async_trait::async_trait;

use super::VaultConfig;
use super::session::Session;
use crate::{
    Capabilities, OpenContext, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore,
    SecretVersion, StoreInfo, WriteOptions,
};

/// Secrets in the key/value engine of Vault or OpenBao.
#[derive(Debug)]
pub struct VaultStore {
    session: Session,
}

impl VaultStore {
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        Ok(Self { session: Session::open(config, context)? })
    }
}

#[async_trait]
impl SecretStore for VaultStore {
    fn info(&self) -> StoreInfo {
        StoreInfo::new("vault", self.session.transport().address(), Capabilities::full())
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let _ = (path, options);
        unimplemented!()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let _ = (path, fields, options);
        unimplemented!()
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let _ = path;
        unimplemented!()
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let _ = prefix;
        unimplemented!()
    }
}
