//! What an `ExternalSecret` asks for; a `ClusterExternalSecret` has the same.

use core::time::Duration;
use std::collections::BTreeSet;

use k8s_bundle::{DataKey, RefreshPolicy};
use serde::{Deserialize, Serialize};

use super::{Data, DataFrom, RemoteRef, SecretStoreRef, SyncWindows, Target};
use crate::api::template_text::Fields;
use crate::api::{Checker, duration};
use crate::{EsoVersion, Feature};

/// Where the values come from, how often, and the Secret that they go to.
///
/// It reads what the operator's documentation shows, field for field:
///
/// ```
/// # use eso_contrib::api::ExternalSecretSpec;
/// # use k8s_bundle::yaml;
/// let spec: ExternalSecretSpec = yaml::from_str("
/// refreshInterval: 1h
/// secretStoreRef: { kind: ClusterSecretStore, name: vault }
/// target: { name: s3, template: { data: { s3.conf: 'key={{ .key }}' } } }
/// data:
/// - secretKey: key
///   remoteRef: { key: infrastructure/minio, property: accessKey }
/// ")?;
/// assert_eq!(spec.data.len(), 1);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExternalSecretSpec {
    /// When the operator reads the values again. Without it, it is as with [`Periodic`](RefreshPolicy::Periodic).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_policy: Option<RefreshPolicy>,
    /// How often the operator reads the values again; zero reads them once. By default once an hour. Written as Go writes
    /// it: `1h0m0s`.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<k8s_bundle::GoDuration>"))]
    pub refresh_interval: Option<Duration>,
    /// When the operator may read them, and when not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_windows: Option<SyncWindows>,
    /// The store that all is read from that names no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_store_ref: Option<SecretStoreRef>,
    /// The Secret.
    pub target: Target,
    /// The keys of the Secret, and where each value comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Data>,
    /// Keys that the stores decide on. They give way to those of [`data`](Self::data).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_from: Vec<DataFrom>,
}

/// What the definitions fill in.
const REFRESH_INTERVAL: Duration = Duration::from_hours(1);

impl ExternalSecretSpec {
    /// The Secret `target`, read from `store` unless a value says otherwise, without a key yet.
    #[must_use]
    pub fn new(store: SecretStoreRef, target: Target) -> Self {
        Self { secret_store_ref: Some(store), target, ..Self::default() }
    }

    /// One more key of the Secret; an earlier source of the key is replaced.
    #[must_use]
    pub fn with_data(mut self, key: DataKey, source: RemoteRef) -> Self {
        let data = Data::new(key, source);
        match self.data.iter_mut().find(|earlier| earlier.secret_key == data.secret_key) {
            Some(earlier) => *earlier = data,
            None => self.data.push(data),
        }
        self
    }

    /// What the operator's definition and webhook refuse (`externalsecret_validator.go`), and what its controller cannot do.
    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        if self.refresh_policy.is_some() {
            checker.at("refreshPolicy", |checker| checker.needs(Feature::RefreshPolicy));
        }
        if let Some(windows) = &self.sync_windows {
            checker.at("syncWindows", |checker| windows.check(checker));
        }
        self.check_store(checker);
        let keys = self.data.iter().map(|data| data.secret_key.as_str()).collect();
        let fields = if self.data_from.is_empty() { Fields::Keys(&keys) } else { Fields::Open };
        checker.at("target", |checker| self.target.check(fields, checker));
        if self.data.is_empty() && self.data_from.is_empty() {
            checker.refuse("it needs data or dataFrom");
        }
        let mut keys = BTreeSet::new();
        for (index, data) in self.data.iter().enumerate() {
            checker.at(&format!("data[{index}]"), |checker| {
                data.check(checker);
                if !keys.insert(&data.secret_key) {
                    let rule = format!("the key {} stands twice", data.secret_key);
                    checker.at("secretKey", |checker| checker.refuse(rule));
                }
            });
        }
        for (index, from) in self.data_from.iter().enumerate() {
            checker.at(&format!("dataFrom[{index}]"), |checker| from.check(checker));
        }
    }

    /// The webhook lets this pass; the controller then looks for a store without a name.
    fn check_store(&self, checker: &mut Checker<'_>) {
        let is_needed = self.data.iter().any(Data::uses_common_store)
            || self.data_from.iter().any(DataFrom::uses_common_store);
        if is_needed && self.secret_store_ref.is_none() {
            checker.at("secretStoreRef", |checker| {
                checker.refuse("it is missing, and not everything has a sourceRef of its own");
            });
        }
    }

    /// Spells out what the definitions of that version fill in.
    pub(crate) fn spell_out(&mut self, version: &EsoVersion) {
        self.refresh_interval.get_or_insert(REFRESH_INTERVAL);
        self.target.spell_out();
        for data in &mut self.data {
            data.spell_out(version);
        }
        for from in &mut self.data_from {
            from.spell_out(version);
        }
    }
}
