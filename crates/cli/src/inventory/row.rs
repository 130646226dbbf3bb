//! One line of the inventory.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::config::Loaded;

/// The key that stands for all keys that are not known by name.
pub(super) const ALL_KEYS: &str = "*";

/// One key of one Secret, and one source of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Row {
    /// A name, or in brackets what selects namespaces.
    pub(super) namespace: String,
    /// A name, or in brackets what selects Secrets or makes the value.
    pub(super) secret: String,
    /// None where the value is read, and no key holds it.
    pub(super) key: Option<String>,
    #[serde(flatten)]
    pub(super) source: Source,
    pub(super) delivery: Delivery,
    /// The provider of the store of the configuration, or the kind and name of one of the operator's.
    pub(super) store: Option<String>,
    /// None for what is written when it is built.
    pub(super) refresh: Option<Refresh>,
    #[serde(rename = "type")]
    pub(super) secret_type: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) declared: Declared,
}

/// Where a value comes from; for what is pushed, where it goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Source {
    /// None where there is no path: any may be found, or a generator makes the value.
    pub(super) path: Option<String>,
    /// None where it is all fields.
    pub(super) field: Option<String>,
    pub(super) version: Option<String>,
    #[serde(rename = "source")]
    pub(super) how: How,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) find: Option<Find>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generator: Option<String>,
}

/// How values are taken from a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    /// One value, under one name.
    Value,
    /// Each field of a path.
    Extract,
    /// Each path that matches.
    Find,
    /// What a generator makes.
    Generator,
}

/// Which paths are found.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Find {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Delivery {
    /// By value.
    BuildTime,
    /// By reference.
    ExternalSecrets,
    /// From the cluster to the store.
    PushSecret,
}

/// When the operator reads, or writes, again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Refresh {
    /// As the operator has it: `1h0m0s`.
    pub(super) interval: Option<String>,
    pub(super) policy: String,
}

/// Where in the configuration, as the file was named on the command line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Declared {
    pub(super) file: String,
    pub(super) line: usize,
}

impl Declared {
    /// The line that `span` begins in.
    pub(super) fn at(loaded: &Loaded, span: &Range<usize>) -> Self {
        let file = loaded.source.path().display().to_string();
        Self { file, line: loaded.source.position(span.start).line }
    }
}

impl Source {
    fn new(how: How) -> Self {
        Self { path: None, field: None, version: None, how, find: None, generator: None }
    }

    /// The value in that field; without one, all fields of the path as one value.
    pub(super) fn value(path: &str, field: Option<&str>, version: Option<&str>) -> Self {
        Self {
            path: Some(path.to_owned()),
            field: field.map(str::to_owned),
            version: version.map(str::to_owned),
            ..Self::new(How::Value)
        }
    }

    pub(super) fn extract(path: &str, field: Option<&str>, version: Option<&str>) -> Self {
        Self { how: How::Extract, ..Self::value(path, field, version) }
    }

    pub(super) fn find(path: Option<&str>, find: Find) -> Self {
        Self { path: path.map(str::to_owned), find: Some(find), ..Self::new(How::Find) }
    }

    pub(super) fn generator(generator: String) -> Self {
        Self { generator: Some(generator), ..Self::new(How::Generator) }
    }
}

/// The path, or how it is come by: `extract infrastructure/minio`, `find ^db- in apps`, `generate Password initial`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_deref();
        match self.how {
            How::Value => f.write_str(path.unwrap_or(ALL_KEYS)),
            How::Extract => write!(f, "extract {}", path.unwrap_or(ALL_KEYS)),
            How::Generator => write!(f, "generate {}", self.generator.as_deref().unwrap_or(ALL_KEYS)),
            How::Find => {
                let find = self.find.clone().unwrap_or_default();
                let tags = find.tags.iter().map(|(key, value)| format!("{key}={value}"));
                let terms: Vec<_> = find.name.iter().cloned().chain(tags).collect();
                write!(f, "find {}", if terms.is_empty() { ALL_KEYS.into() } else { terms.join(", ") })?;
                path.map_or(Ok(()), |path| write!(f, " in {path}"))
            }
        }
    }
}

impl Delivery {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::BuildTime => "build-time",
            Self::ExternalSecrets => "external-secrets",
            Self::PushSecret => "push-secret",
        }
    }
}

/// `1h0m0s`, `once`, or the policy where the interval is of no account.
impl fmt::Display for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.policy.as_str(), self.interval.as_deref()) {
            ("Periodic", Some("0s")) => f.write_str("once"),
            ("Periodic", Some(interval)) => f.write_str(interval),
            (policy, _) => f.write_str(policy),
        }
    }
}

impl Row {
    /// What stands in a table for people, in the order of [`HEAD`]. Where there is nothing to say: `—`.
    pub(super) fn cells(&self) -> [String; HEAD.len()] {
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
        let field = match (self.source.how, &self.source.field) {
            (_, Some(field)) => field.clone(),
            (How::Value | How::Extract, None) => ALL_KEYS.to_owned(),
            (How::Find | How::Generator, None) => "—".to_owned(),
        };
        let refresh = match &self.refresh {
            Some(refresh) => refresh.to_string(),
            None => "at build".to_owned(),
        };
        [
            self.namespace.clone(),
            self.secret.clone(),
            or_dash(&self.key),
            self.source.to_string(),
            field,
            or_dash(&self.source.version),
            self.delivery.as_str().to_owned(),
            or_dash(&self.store),
            refresh,
            or_dash(&self.secret_type),
            or_dash(&self.owner),
            format!("{}:{}", self.declared.file, self.declared.line),
        ]
    }
}

/// The columns of a table for people.
pub(super) const HEAD: [&str; 12] = [
    "namespace",
    "secret",
    "key",
    "source",
    "field",
    "version",
    "delivery",
    "store",
    "refresh",
    "type",
    "owner",
    "declared",
];
