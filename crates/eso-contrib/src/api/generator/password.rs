//! `Password`: <https://external-secrets.io/latest/api/generator/password/>.

use k8s_bundle::{DataKey, Namespace, ObjectMeta, ObjectName, Resource};
use serde::{Deserialize, Serialize};

use super::API_VERSION;
use crate::api::Checker;
use crate::error::Result;
use crate::{EsoVersion, Feature};

/// Makes a random password under the key `password`. A new one at each refresh: refer to it with
/// [`RefreshPolicy::CreatedOnce`](crate::api::RefreshPolicy) or a refresh interval of zero to keep the first.
///
/// ```
/// use eso_contrib::api::Password;
/// use k8s_bundle::yaml;
///
/// let mut password = Password::new("acme".parse()?, "initial".parse()?);
/// password.spec.length = 42;
/// password.spec.allow_repeat = true;
/// let yaml = yaml::to_string(&password.to_resource(&"0.20.4".parse()?)?)?;
/// assert!(yaml.ends_with("\
/// spec:
///   length: 42
///   noUpper: false
///   allowRepeat: true
///   encoding: raw
/// "));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Password {
    /// Its name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// What passwords it makes.
    pub spec: PasswordSpec,
}

/// What passwords a [`Password`] makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PasswordSpec {
    /// The number of characters, before they are encoded. By default 24.
    pub length: u32,
    /// How many of them are digits. By default a quarter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
    /// How many of them are symbols. By default a quarter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols: Option<u32>,
    /// The symbols to choose from. By default ``~!@#$%^&*()_+`-={}|[]\:"<>?,./``.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol_characters: Option<String>,
    /// Whether there are no upper-case letters. By default there are.
    pub no_upper: bool,
    /// Whether a character may come more than once. By default it may not, which limits the length.
    pub allow_repeat: bool,
    /// How the password is encoded. By default it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<PasswordEncoding>,
    /// The keys that get a password each. By default the key `password` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_keys: Option<Vec<DataKey>>,
}

/// How a password is encoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PasswordEncoding {
    /// As it is.
    #[default]
    Raw,
    /// Base64.
    Base64,
    /// Base64 with the alphabet for addresses.
    Base64Url,
    /// Base32.
    Base32,
    /// Two hexadecimal digits per byte.
    Hex,
}

/// The operator's symbols, when none are given.
const SYMBOLS: &str = "~!@#$%^&*()_+`-={}|[]\\:\"<>?,./";

impl Default for PasswordSpec {
    fn default() -> Self {
        Self {
            length: 24,
            digits: None,
            symbols: None,
            symbol_characters: None,
            no_upper: false,
            allow_repeat: false,
            encoding: None,
            secret_keys: None,
        }
    }
}

impl Password {
    /// The generator `namespace/name` with the operator's defaults.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName) -> Self {
        Self::with_spec(ObjectMeta::new(name).in_namespace(namespace), PasswordSpec::default())
    }

    /// The generator with this metadata and `spec`.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: PasswordSpec) -> Self {
        Self { metadata, spec }
    }

    /// The object for the operator of that version, every default spelt out.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) with everything that the operator of that version would refuse;
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let resource = Resource::new(API_VERSION, "Password", self.metadata.clone())?;
        let mut checker = Checker::new(version);
        self.spec.check(&mut checker);
        checker.into_result(&resource)?;
        let mut spec = self.spec.clone();
        if Feature::PasswordEncoding.is_in(version) {
            spec.encoding.get_or_insert_default();
        }
        Ok(resource.with_spec(&spec)?)
    }
}

impl PasswordSpec {
    /// What the definition says, and the numbers for which the operator finds no password (`Generate` in
    /// `github.com/sethvargo/go-password`).
    fn check(&self, checker: &mut Checker<'_>) {
        if self.encoding.is_some() {
            checker.at("encoding", |checker| checker.needs(Feature::PasswordEncoding));
        }
        if let Some(keys) = &self.secret_keys {
            checker.at("secretKeys", |checker| {
                checker.needs(Feature::PasswordSecretKeys);
                if keys.is_empty() {
                    checker.refuse("it needs at least one key");
                }
            });
        }
        if self.length == 0 {
            return checker.at("length", |checker| checker.refuse("it must be at least 1"));
        }
        let (digits, symbols) =
            (self.digits.unwrap_or(self.length / 4), self.symbols.unwrap_or(self.length / 4));
        let Some(letters) = digits.checked_add(symbols).and_then(|others| self.length.checked_sub(others))
        else {
            return checker
                .at("length", |checker| checker.refuse("digits and symbols are more than the length"));
        };
        if self.allow_repeat {
            return;
        }
        let mut limit = |field, wanted: u32, there: usize| {
            if wanted as usize > there {
                let rule = format!("without allowRepeat there are only {there} for {wanted}");
                checker.at(field, |checker| checker.refuse(rule));
            }
        };
        limit("digits", digits, 10);
        let given = self.symbol_characters.as_deref().filter(|characters| !characters.is_empty());
        limit("symbols", symbols, given.unwrap_or(SYMBOLS).chars().count());
        limit("length", letters, if self.no_upper { 26 } else { 52 });
    }
}
