//! `auth/kubernetes/login`.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use k8s_openapi::api::authentication::v1::TokenReviewStatus;
use kube::client::Body as Sent;
use kube::config::{KubeConfigOptions, Kubeconfig};
use secret_store::{Detail, Error, ErrorKind};
use serde::{Deserialize, Serialize};
use vault_api::{JsonText, Raw, encode};
use zeroize::Zeroizing;

use super::approle::text;
use super::glob::fits_any;
use super::{Admitted, Attempt, Method, Refusal, said};
use crate::api::{Failure, object};
use crate::config::{ConfigProblem, KubernetesConfig, KubernetesRole};

/// The longest answer of an API server, in bytes.
const LONGEST: usize = 256 * 1024;

/// How the name of a service account begins.
const PREFIX: &str = "system:serviceaccount:";

/// Tokens of service accounts, which the API server is asked about.
pub(super) struct Kubernetes {
    client: kube::Client,
    /// Where it is, for people.
    server: String,
    /// Whether it is asked with the token that is asked about.
    asks_as_client: bool,
    timeout: Duration,
    roles: BTreeMap<String, KubernetesRole>,
}

impl fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kubernetes").field("server", &self.server).finish_non_exhaustive()
    }
}

/// What is sent.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default)]
    role: Option<String>,
    #[serde(default, borrow)]
    jwt: Option<Raw<'a>>,
}

/// What the API server is asked: `authentication.k8s.io/v1`. Of our own, so that the token is wiped.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    api_version: &'static str,
    kind: &'static str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    token: Raw<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<&'a str>,
}

/// What it answers; the token, which is in it too, is not read.
#[derive(Deserialize)]
struct Reviewed {
    #[serde(default)]
    status: Option<TokenReviewStatus>,
}

impl Kubernetes {
    /// Reads where the API server is.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub(super) async fn open(mount: &str, config: &KubernetesConfig) -> Result<Self, ConfigProblem> {
        let problem = |field: &[&str], message: String, help: &str| {
            ConfigProblem::new(&[&["auth", mount], field].concat(), message).help(help)
        };
        let (mut kube, asks_as_client) = if let Some(path) = &config.kubeconfig {
            // What a parser says of it may quote it.
            let unusable = || {
                problem(
                    &["kubeconfig"],
                    format!("{}: it cannot be used", path.display()),
                    "kubectl config view",
                )
            };
            let file = Kubeconfig::read_from(path).map_err(|_| unusable())?;
            let read = kube::Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await;
            (read.map_err(|_| unusable())?, false)
        } else if let Some(host) = &config.kubernetes_host {
            let url = host.parse();
            let url = url.map_err(|_| problem(&["kubernetes_host"], "it is no URL".to_owned(), ""))?;
            let mut kube = kube::Config::new(url);
            kube.root_cert_file.clone_from(&config.kubernetes_ca_cert);
            (kube, config.token_reviewer_jwt.is_none())
        } else {
            let help = "run it in a cluster, or name an API server: `kubernetes_host`, or `kubeconfig`";
            let mut kube =
                kube::Config::incluster().map_err(|error| problem(&[], error.to_string(), help))?;
            if config.kubernetes_ca_cert.is_some() {
                kube.root_cert_file.clone_from(&config.kubernetes_ca_cert);
            }
            (kube, false)
        };
        if let Some(path) = &config.token_reviewer_jwt {
            kube.auth_info.token_file = Some(path.to_string_lossy().into_owned());
        }
        kube.default_retry = false;
        let server = kube.cluster_url.to_string();
        let client = kube::Client::try_from(kube);
        let client = client.map_err(|error| {
            problem(&[], error.to_string(), "check the certificate's file, and the token's")
        })?;
        Ok(Self { client, server, asks_as_client, timeout: config.timeout, roles: config.roles.clone() })
    }

    /// What the API server says of a token.
    async fn review(&self, token: &[u8], audience: Option<&str>) -> Result<TokenReviewStatus, Refusal> {
        let denied = || Refusal::forbidden("permission denied");
        let text = JsonText::new(token).map_err(|_| denied())?;
        let spec =
            Spec { token: text.raw().map_err(|_| denied())?, audiences: audience.into_iter().collect() };
        let review = Review { api_version: "authentication.k8s.io/v1", kind: "TokenReview", spec };
        let body = Bytes::from_owner(encode(&review).map_err(|_| Failure::internal())?);
        let mut request = http::Request::post("/apis/authentication.k8s.io/v1/tokenreviews")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        if self.asks_as_client {
            let bearer = Zeroizing::new([b"Bearer ", token].concat());
            let mut bearer = HeaderValue::from_bytes(&bearer).map_err(|_| denied())?;
            bearer.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, bearer);
        }
        let request = request.body(Sent::from(body)).map_err(|_| Failure::internal())?;
        let answer = tokio::time::timeout(self.timeout, self.send(request)).await;
        let (status, body) = answer.map_err(|_| self.unknown("it has not answered in time"))??;
        match status {
            StatusCode::OK | StatusCode::CREATED => {}
            // Then it is the token that does not let in.
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if self.asks_as_client => return Err(denied()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(self.unknown("it does not let the bridge review tokens"));
            }
            // What it says of the rest may quote what it was sent.
            other => return Err(self.unknown(&format!("it has answered with the status {}", other.as_u16()))),
        }
        let reviewed: Option<Reviewed> = serde_json::from_slice(&body).ok();
        reviewed
            .and_then(|reviewed| reviewed.status)
            .ok_or_else(|| self.unknown("its answer is no TokenReview"))
    }

    async fn send(&self, request: http::Request<Sent>) -> Result<(StatusCode, Zeroizing<Vec<u8>>), Refusal> {
        let response = self.client.send(request).await.map_err(|error| self.unknown(&told(&error)))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LONGEST).collect().await;
        let body = body.map_err(|_| self.unknown("its answer ended in the middle, or is too long"))?;
        Ok((status, Zeroizing::new(body.to_bytes().to_vec())))
    }

    fn unknown(&self, reason: &str) -> Refusal {
        let detail =
            Detail::new("review a token", reason.to_owned()).store(format!("the API server {}", self.server));
        let help = "check that the API server can be reached, and that the bridge's service account has the cluster role \
                    system:auth-delegator";
        Refusal::unknown(Error::new(ErrorKind::Unavailable, detail.help(help)))
    }
}

/// An error and what is behind it: of connections, never of what was sent over them.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[async_trait]
impl Method for Kubernetes {
    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal> {
        let body: Body<'_> = object(attempt.body)?;
        let role = body.role.filter(|role| !role.is_empty());
        let name = role.ok_or_else(|| Failure::bad_request("missing role"))?.to_lowercase();
        let token = text(body.jwt, "jwt")?;
        if token.is_empty() {
            return Err(Failure::bad_request("missing jwt").into());
        }
        let role = self.roles.get(&name);
        let role = role.ok_or_else(|| Refusal::wrong(format!("invalid role name {:?}", said(&name))))?;
        let audience = role.audience.as_deref().filter(|audience| !audience.is_empty());
        let status = self.review(&token, audience).await?;
        admit(&name, role, audience, status)
    }
}

fn admit(
    name: &str,
    role: &KubernetesRole,
    audience: Option<&str>,
    status: TokenReviewStatus,
) -> Result<Admitted, Refusal> {
    let denied = || Refusal::forbidden("permission denied");
    let has_error = status.error.is_some_and(|error| !error.is_empty());
    if has_error || status.authenticated != Some(true) {
        return Err(denied());
    }
    let audiences = status.audiences.unwrap_or_default();
    // A server that knows nothing of audiences says none.
    if audience.is_some_and(|audience| !audiences.iter().any(|own| own == audience)) {
        return Err(denied());
    }
    let user = status.user.unwrap_or_default();
    let account = user.username.as_deref().and_then(|name| name.strip_prefix(PREFIX));
    let (namespace, account) = account.and_then(|account| account.split_once(':')).ok_or_else(denied)?;
    if !fits_any(&role.bound_service_account_names, account) {
        return Err(Refusal::forbidden("service account name not authorized"));
    }
    if !fits_any(&role.bound_service_account_namespaces, namespace) {
        return Err(Refusal::forbidden("namespace not authorized"));
    }
    let metadata = [
        ("role", name),
        ("service_account_name", account),
        ("service_account_namespace", namespace),
        ("service_account_secret_name", ""),
        ("service_account_uid", user.uid.as_deref().unwrap_or_default()),
    ];
    Ok(Admitted {
        terms: role.terms(),
        display_name: format!("{namespace}-{account}"),
        metadata: metadata.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    })
}
