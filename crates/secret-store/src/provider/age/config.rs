//! How an age store is configured.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::CredentialRef;

/// How an age store is configured.
///
/// ```yaml
/// path: store
/// identities:
///   - age.key                                        # a file, of age identities or an ssh key
///   - { env: AGE_IDENTITY }                          # an environment variable
///   - { command: [pass, show, age] }                 # what a program prints
///   - { file: ~/.ssh/id_ed25519, passphrase: { env: SSH_PASSPHRASE } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AgeConfig {
    /// The store's folder; a relative path is relative to the configuration file, and `~/` is the user's home.
    pub path: PathBuf,
    /// Where the identities are that decrypt. They are looked at when the first secret is read, not before. One that
    /// cannot be had is passed over as long as another decrypts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<IdentityRef>,
    /// Whether files are written as text (ASCII armor). Both forms are read in any case.
    #[serde(default, skip_serializing_if = "is_false")]
    pub armor: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl AgeConfig {
    /// A store in this folder, without identities: enough to list and, with `.age-recipients`, to write.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), identities: Vec::new(), armor: false }
    }

    /// With this identity as well.
    #[must_use]
    pub fn with_identity(mut self, identity: impl Into<IdentityRef>) -> Self {
        self.identities.push(identity.into());
        self
    }

    /// Whether files are written as text (ASCII armor).
    #[must_use]
    pub fn with_armor(mut self, armor: bool) -> Self {
        self.armor = armor;
        self
    }
}

/// Where identities are: a file by its path, or a [`CredentialRef`], with the passphrase's if there is one.
///
/// What is there may be age identities (any number, one a line, `#` starts a comment), an ssh key in OpenSSH's or the
/// older PEM form, or an age identity file that is itself encrypted with a passphrase (as `age -p` writes it).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "Written"))]
#[non_exhaustive]
pub struct IdentityRef {
    /// Where the identities are.
    pub source: CredentialRef,
    /// Where their passphrase is. Without one, the [`Prompt`](crate::Prompt) is asked.
    pub passphrase: Option<CredentialRef>,
}

impl IdentityRef {
    /// The identities that are there.
    #[must_use]
    pub fn new(source: CredentialRef) -> Self {
        Self { source, passphrase: None }
    }

    /// The identities in a file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(CredentialRef::File(path.into()))
    }

    /// With their passphrase.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: CredentialRef) -> Self {
        self.passphrase = Some(passphrase);
        self
    }

    fn checked(self) -> Result<Self, &'static str> {
        let is_literal = holds_literal(&self.source) || self.passphrase.as_ref().is_some_and(holds_literal);
        if is_literal { Err(LITERAL) } else { Ok(self) }
    }
}

impl From<&Path> for IdentityRef {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

impl From<&str> for IdentityRef {
    fn from(path: &str) -> Self {
        Self::file(path)
    }
}

impl From<CredentialRef> for IdentityRef {
    fn from(source: CredentialRef) -> Self {
        Self::new(source)
    }
}

// Not quoted: the message goes to terminals and logs.
const LITERAL: &str = "this is an identity itself (not shown); configuration holds references only: put the identity \
                       into a file and write the file's path, or use {env: NAME} or {command: [PROGRAM, ARGUMENT]}. \
                       If this configuration has been shared or committed, make a new identity";

fn holds_literal(reference: &CredentialRef) -> bool {
    let is_literal = |text: &str| {
        let text = text.to_ascii_uppercase();
        ["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1", "-----BEGIN"].iter().any(|start| text.contains(start))
    };
    match reference {
        CredentialRef::Env(name) => is_literal(name),
        CredentialRef::File(path) => is_literal(&path.to_string_lossy()),
        CredentialRef::Command(words) => words.iter().any(|word| is_literal(word)),
    }
}

const FIELDS: &[&str] = &["env", "file", "command", "passphrase"];

impl<'de> Deserialize<'de> for IdentityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdentityRefVisitor)
    }
}

/// By hand, for errors that say more than that no variant matched.
struct IdentityRefVisitor;

impl<'de> Visitor<'de> for IdentityRefVisitor {
    type Value = IdentityRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the path of an identity file, or {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}",
        )
    }

    fn visit_str<E: de::Error>(self, path: &str) -> Result<IdentityRef, E> {
        IdentityRef::file(path).checked().map_err(E::custom)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<IdentityRef, M::Error> {
        let mut source = serde_json::Map::new();
        let mut passphrase = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "passphrase" if passphrase.is_some() => return Err(de::Error::duplicate_field("passphrase")),
                "passphrase" => passphrase = Some(map.next_value::<CredentialRef>()?),
                "env" | "file" | "command" => {
                    source.insert(key, map.next_value()?);
                }
                _ => return Err(de::Error::unknown_field(&key, FIELDS)),
            }
        }
        let source =
            CredentialRef::deserialize(serde_json::Value::Object(source)).map_err(de::Error::custom)?;
        IdentityRef { source, passphrase }.checked().map_err(de::Error::custom)
    }
}

impl Serialize for IdentityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self { source: CredentialRef::File(path), passphrase: None } => path.serialize(serializer),
            Self { source, passphrase } => {
                Map { source, passphrase: passphrase.as_ref() }.serialize(serializer)
            }
        }
    }
}

#[derive(Serialize)]
struct Map<'a> {
    #[serde(flatten)]
    source: &'a CredentialRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    passphrase: Option<&'a CredentialRef>,
}

/// An identity reference as it is written, for the schema.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "IdentityRef", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Written {
    /// The path of an identity file; relative to the configuration file.
    Path(PathBuf),
    /// A reference to identities, with that of their passphrase.
    Reference(WrittenReference),
}

#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(deny_unknown_fields, rename = "IdentityReference")]
#[expect(dead_code, reason = "only its schema is used")]
struct WrittenReference {
    /// The name of an environment variable that holds the identities.
    env: Option<String>,
    /// A file that holds the identities; relative to the configuration file.
    file: Option<PathBuf>,
    /// A program and its arguments; it prints the identities.
    command: Option<WrittenCommand>,
    /// Where the identities' passphrase is.
    passphrase: Option<CredentialRef>,
}

#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged, rename = "IdentityCommand")]
#[expect(dead_code, reason = "only its schema is used")]
enum WrittenCommand {
    Words(Vec<String>),
    Line(String),
}
