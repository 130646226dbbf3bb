//! The `webhook` provider: <https://external-secrets.io/latest/provider/webhook/>.

use core::time::Duration;
use std::collections::BTreeMap;

use k8s_bundle::{DEFAULT_PROPERTY, yaml};
use serde::{Deserialize, Serialize};

use super::ca::{self, CaBundle, CaProvider};
use crate::Feature;
use crate::api::one_of::one_of;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector, duration};

/// Any server that answers a request of HTTP with a value.
///
/// Address, headers, body and the path into the answer are Go templates, over `.remoteRef.key`, `.remoteRef.property`,
/// `.remoteRef.version`, `.remoteRef.namespace` and what [`secrets`](Self::secrets) name. A login belongs into a Secret that
/// [`secrets`](Self::secrets) name, never into a header's text: that text stands in the resource.
///
/// A Secret that is named there must have the label `external-secrets.io/type: webhook`, or the operator does not read it.
///
/// ```
/// use eso_contrib::api::provider::WebhookProvider;
/// use eso_contrib::api::SecretKeySelector;
///
/// let login = SecretKeySelector::new("webhook-login".parse()?, "token".parse()?).in_namespace("security".parse()?);
/// let webhook = WebhookProvider::new("https://secrets.acme.lab/{{ .remoteRef.key }}")
///     .with_header("Authorization", "Bearer {{ .login.token }}")
///     .with_secret("login", login)
///     .with_json_path("$.{{ .remoteRef.property }}");
/// # Ok::<_, k8s_bundle::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct WebhookProvider {
    /// The method; `GET` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The address, a template. What is filled in is encoded for an address.
    pub url: String,
    /// Headers of the request, templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    pub headers: BTreeMap<String, String>,
    /// How to log in, beside what the headers do; from chart 0.16.2 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<WebhookAuth>,
    /// The body of the request, a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// How long the operator waits for the answer, in Go's notation.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration::optional")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<k8s_bundle::GoDuration>"))]
    pub timeout: Option<Duration>,
    /// Where in the answer the value is.
    #[serde(default)]
    pub result: WebhookResult,
    /// Secrets for the templates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<WebhookSecret>,
    /// The certificates by which the operator knows the server; those of its image unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundle>,
    /// An object that holds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}

/// Where in the answer the value is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct WebhookResult {
    /// A JSON path, and a template. Without it the whole answer is the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_path: Option<String>,
}

/// A Secret for the templates: `{{ .name.key }}` is its key `key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct WebhookSecret {
    /// What templates call it.
    pub name: String,
    /// The Secret. Templates see all of its keys, whichever key is named here.
    pub secret_ref: SecretKeySelector,
}

one_of! {
    /// How to log in to a server: exactly one protocol.
    pub enum WebhookAuth from WebhookAuthFields "WebhookAuthFields", "auth" {
        /// NTLM.
        "ntlm" ntlm => Ntlm(NtlmAuth),
    }
}

/// A login by NTLM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct NtlmAuth {
    /// The user's name.
    pub username_secret: SecretKeySelector,
    /// The password.
    pub password_secret: SecretKeySelector,
}

impl NtlmAuth {
    /// A user name and a password, each in a Secret.
    #[must_use]
    pub fn new(username_secret: SecretKeySelector, password_secret: SecretKeySelector) -> Self {
        Self { username_secret, password_secret }
    }
}

impl WebhookProvider {
    /// A `GET` of that address, whose answer is the value.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            method: None,
            url: url.into(),
            headers: BTreeMap::new(),
            auth: None,
            body: None,
            timeout: None,
            result: WebhookResult::default(),
            secrets: Vec::new(),
            ca_bundle: None,
            ca_provider: None,
        }
    }

    /// Sends a header, a template.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, template: impl Into<String>) -> Self {
        self.headers.insert(name.into(), template.into());
        self
    }

    /// Sends a body, a template, by that method.
    #[must_use]
    pub fn with_body(mut self, method: impl Into<String>, template: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self.body = Some(template.into());
        self
    }

    /// Takes the value from there in the answer.
    #[must_use]
    pub fn with_json_path(mut self, template: impl Into<String>) -> Self {
        self.result.json_path = Some(template.into());
        self
    }

    /// Gives a Secret to the templates, under that name.
    #[must_use]
    pub fn with_secret(mut self, name: impl Into<String>, secret_ref: SecretKeySelector) -> Self {
        self.secrets.push(WebhookSecret { name: name.into(), secret_ref });
        self
    }

    /// How to log in.
    #[must_use]
    pub fn with_auth(mut self, auth: impl Into<WebhookAuth>) -> Self {
        self.auth = Some(auth.into());
        self
    }

    fn ntlm_secrets(&self) -> impl Iterator<Item = (String, &SecretKeySelector)> {
        self.auth.iter().flat_map(|WebhookAuth::Ntlm(ntlm)| {
            [
                ("auth.ntlm.usernameSecret".to_owned(), &ntlm.username_secret),
                ("auth.ntlm.passwordSecret".to_owned(), &ntlm.password_secret),
            ]
        })
    }

    fn template_secrets(&self) -> impl Iterator<Item = (String, &SecretKeySelector)> {
        let secrets = self.secrets.iter().enumerate();
        secrets.map(|(position, secret)| (format!("secrets[{position}].secretRef"), &secret.secret_ref))
    }

    pub(super) fn login_secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let ours = self.ntlm_secrets().chain(self.template_secrets());
        ours.map(|(field, secret)| (field, secret.clone()))
            .chain(ca::login_secret(self.ca_provider.as_ref()))
            .collect()
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        if self.auth.is_some() {
            checker.at("auth.ntlm", |c| c.needs(Feature::WebhookNtlm));
        }
        for (field, secret) in self.ntlm_secrets() {
            checker.at(&field, |c| secret.check_placed(c, scope));
        }
        for (field, secret) in self.template_secrets() {
            // The operator gives all keys to the templates, and needs none to be named.
            checker.at(&field, |c| {
                secret.check_with_default_key(c, scope);
                scope.check_placed(secret.namespace.as_ref(), c);
            });
        }
        for (position, secret) in self.secrets.iter().enumerate() {
            let name = secret.name.as_str();
            let problem = match name {
                "" => Some("it is empty".to_owned()),
                "remoteRef" => Some("templates know the reference itself under that name".to_owned()),
                _ => None,
            };
            if let Some(problem) = problem {
                checker.at(&format!("secrets[{position}].name"), |c| c.refuse(problem));
            }
        }
        ca::check(self.ca_bundle.as_ref(), self.ca_provider.as_ref(), checker, scope);
        if self.url.is_empty() {
            checker.at("url", |c| c.refuse("it is empty"));
        }
    }

    pub(super) fn source_problem(&self, property: &str) -> Option<String> {
        let mut templates = [&self.url]
            .into_iter()
            .chain(&self.body)
            .chain(&self.result.json_path)
            .chain(self.headers.values());
        let has_fields =
            property == DEFAULT_PROPERTY || templates.any(|template| template.contains("property"));
        (!has_fields).then(|| {
            format!("no template of the store has .remoteRef.property: the field {property:?} would not be asked for")
        })
    }
}
