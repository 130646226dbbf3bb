//! How the operator logs in to a Vault-compatible server.

mod app_role;
mod cert;
mod gcp;
mod iam;
mod jwt;
mod kubernetes;
mod password;

use serde::{Deserialize, Serialize};

pub use app_role::AppRoleLogin;
pub use cert::CertLogin;
pub use gcp::{GcpLogin, GcpSecretRef, GcpWorkloadIdentity};
pub use iam::{IamJwt, IamLogin, IamSecretRef};
pub use jwt::{JwtLogin, KubernetesServiceAccountToken};
pub use kubernetes::KubernetesLogin;
pub use password::{LdapLogin, UserPassLogin};

use crate::EsoVersion;
use crate::api::one_of::exactly_one;
use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};

/// How to log in: one method, and the namespace of the server that it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Fields")]
#[non_exhaustive]
pub struct VaultAuth {
    /// The namespace of the server to log in to, where that is not the one of the secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The method.
    #[serde(flatten)]
    pub method: VaultAuthMethod,
}

/// The methods to log in. The operator would take the first of several, in an order of its own; here there is exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum VaultAuthMethod {
    /// With a token from a Secret. The operator sends its bytes as they are: a trailing newline makes it refuse the token.
    TokenSecretRef(SecretKeySelector),
    /// With the id of a role and a secret id.
    AppRole(AppRoleLogin),
    /// With the token of a `ServiceAccount`.
    Kubernetes(KubernetesLogin),
    /// With a user and a password of a directory.
    Ldap(LdapLogin),
    /// With a token in the format JWT.
    Jwt(JwtLogin),
    /// With a client certificate.
    Cert(CertLogin),
    /// With an identity of AWS.
    Iam(IamLogin),
    /// With a user and a password of the server.
    UserPass(UserPassLogin),
    /// With an identity of Google Cloud; from chart 1.1.0 on.
    Gcp(GcpLogin),
}

/// How to log in: the namespace, and exactly one of the methods.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Fields {
    /// The namespace of the server to log in to, where that is not the one of the secrets.
    namespace: Option<String>,
    /// With a token from a Secret.
    token_secret_ref: Option<SecretKeySelector>,
    /// With the id of a role and a secret id.
    app_role: Option<AppRoleLogin>,
    /// With the token of a `ServiceAccount`.
    kubernetes: Option<KubernetesLogin>,
    /// With a user and a password of a directory.
    ldap: Option<LdapLogin>,
    /// With a token in the format JWT.
    jwt: Option<JwtLogin>,
    /// With a client certificate.
    cert: Option<CertLogin>,
    /// With an identity of AWS.
    iam: Option<IamLogin>,
    /// With a user and a password of the server.
    user_pass: Option<UserPassLogin>,
    /// With an identity of Google Cloud; from chart 1.1.0 on.
    gcp: Option<GcpLogin>,
}

impl TryFrom<Fields> for VaultAuth {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let given = [
            (fields.token_secret_ref.map(VaultAuthMethod::TokenSecretRef), "tokenSecretRef"),
            (fields.app_role.map(VaultAuthMethod::AppRole), "appRole"),
            (fields.kubernetes.map(VaultAuthMethod::Kubernetes), "kubernetes"),
            (fields.ldap.map(VaultAuthMethod::Ldap), "ldap"),
            (fields.user_pass.map(VaultAuthMethod::UserPass), "userPass"),
            (fields.jwt.map(VaultAuthMethod::Jwt), "jwt"),
            (fields.cert.map(VaultAuthMethod::Cert), "cert"),
            (fields.iam.map(VaultAuthMethod::Iam), "iam"),
            (fields.gcp.map(VaultAuthMethod::Gcp), "gcp"),
        ];
        Ok(Self { namespace: fields.namespace, method: exactly_one(given, "auth")? })
    }
}

/// Each login is one of the methods, and so a way to log in.
macro_rules! methods {
    ($($login:ty => $variant:ident,)+) => {
        $(
            impl From<$login> for VaultAuth {
                fn from(login: $login) -> Self {
                    Self { namespace: None, method: VaultAuthMethod::$variant(login) }
                }
            }
        )+
    };
}

methods! {
    AppRoleLogin => AppRole,
    KubernetesLogin => Kubernetes,
    LdapLogin => Ldap,
    JwtLogin => Jwt,
    CertLogin => Cert,
    IamLogin => Iam,
    UserPassLogin => UserPass,
    GcpLogin => Gcp,
}

impl VaultAuth {
    /// With the token that the key of a Secret is.
    #[must_use]
    pub fn token(token: SecretKeySelector) -> Self {
        Self { namespace: None, method: VaultAuthMethod::TokenSecretRef(token) }
    }

    /// Logs in to that namespace of the server.
    #[must_use]
    pub fn in_server_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The Secrets that the login needs, each under its field.
    pub(super) fn secrets(&self) -> Vec<(String, SecretKeySelector)> {
        let secrets = match &self.method {
            VaultAuthMethod::TokenSecretRef(token) => vec![("tokenSecretRef", Some(token))],
            VaultAuthMethod::AppRole(login) => {
                vec![
                    ("appRole.roleRef", login.role_ref.as_ref()),
                    ("appRole.secretRef", Some(&login.secret_ref)),
                ]
            }
            VaultAuthMethod::Kubernetes(login) => vec![("kubernetes.secretRef", login.secret_ref.as_ref())],
            VaultAuthMethod::Ldap(login) => vec![("ldap.secretRef", Some(&login.secret_ref))],
            VaultAuthMethod::UserPass(login) => vec![("userPass.secretRef", Some(&login.secret_ref))],
            VaultAuthMethod::Jwt(login) => vec![("jwt.secretRef", login.secret_ref.as_ref())],
            VaultAuthMethod::Cert(login) => {
                vec![
                    ("cert.clientCert", Some(&login.client_cert)),
                    ("cert.secretRef", Some(&login.secret_ref)),
                ]
            }
            VaultAuthMethod::Iam(login) => login.secrets(),
            VaultAuthMethod::Gcp(login) => login.secrets(),
        };
        let given = secrets.into_iter().filter_map(|(field, secret)| Some((field, secret?)));
        given.map(|(field, secret)| (format!("auth.{field}"), secret.clone())).collect()
    }

    pub(super) fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        match &self.method {
            VaultAuthMethod::TokenSecretRef(token) => checker.at("tokenSecretRef", |c| token.check(c, scope)),
            VaultAuthMethod::AppRole(login) => checker.at("appRole", |c| login.check(c, scope)),
            VaultAuthMethod::Kubernetes(login) => checker.at("kubernetes", |c| login.check(c, scope)),
            VaultAuthMethod::Ldap(login) => checker.at("ldap", |c| login.check(c, scope)),
            VaultAuthMethod::UserPass(login) => checker.at("userPass", |c| login.check(c, scope)),
            VaultAuthMethod::Jwt(login) => checker.at("jwt", |c| login.check(c, scope)),
            VaultAuthMethod::Cert(login) => checker.at("cert", |c| login.check(c, scope)),
            VaultAuthMethod::Iam(login) => checker.at("iam", |c| login.check(c, scope)),
            VaultAuthMethod::Gcp(login) => checker.at("gcp", |c| login.check(c, scope)),
        }
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        match &mut self.method {
            VaultAuthMethod::UserPass(login) => login.spell_out(version),
            VaultAuthMethod::Cert(login) => login.spell_out(version),
            _ => {}
        }
    }
}

/// A field that must not be empty.
fn check_text(field: &str, text: &str, checker: &mut Checker<'_>) {
    if text.trim().is_empty() {
        checker.at(field, |c| c.refuse("it is empty"));
    }
}
