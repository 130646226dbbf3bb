//! What is asked of the API server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use events::Clock;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use kube::Client;
use kube::api::{ListParams, Patch, PatchParams};
use kube::client::Body;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::ANNOTATION;
use crate::error::Problem;
use crate::external_secret::{ExternalSecret, ObjectRef};
use crate::retry;

const GROUP: &str = "/apis/external-secrets.io";
/// The versions that are known, the newest first.
const VERSIONS: [&str; 2] = ["v1", "v1beta1"];
/// How many objects are asked for at once.
const PAGE: u32 = 250;
/// The longest answer, in bytes: a page of the largest objects that etcd takes would be longer, and nobody has such.
const LONGEST: usize = 128 * 1024 * 1024;
/// Who changes the annotation, as `kubectl get --show-managed-fields` shows it.
const MANAGER: &str = "secretbridge";

/// The API server.
pub(crate) struct Cluster {
    client: Client,
    clock: Arc<dyn Clock>,
    /// What is served, once it is known.
    version: Mutex<Option<&'static str>>,
}

#[derive(Deserialize)]
struct Group {
    versions: Vec<GroupVersion>,
}

#[derive(Deserialize)]
struct GroupVersion {
    version: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    metadata: PageMetadata,
    items: Vec<ExternalSecret>,
}

#[derive(Default, Deserialize)]
struct PageMetadata {
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

/// What a request came to that was not done.
enum Refused {
    Status(StatusCode),
    Unreachable,
    TooLong,
}

impl Cluster {
    pub(crate) fn new(client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { client, clock, version: Mutex::default() }
    }

    /// All `ExternalSecret`s of a namespace, or of the cluster.
    pub(crate) async fn list(
        &self,
        namespace: Option<&str>,
        until: Duration,
    ) -> Result<Vec<ExternalSecret>, Problem> {
        match self.pages(namespace, until).await {
            // What was listed so far is too old to go on from.
            Err(Problem::Status(410)) => self.pages(namespace, until).await,
            // The operator may have been replaced by one of other versions.
            Err(Problem::NotInstalled) if self.remember(None).is_some() => self.pages(namespace, until).await,
            listed => listed,
        }
    }

    async fn pages(&self, namespace: Option<&str>, until: Duration) -> Result<Vec<ExternalSecret>, Problem> {
        let at = kube::core::Request::new(self.path(namespace, until).await?);
        let mut parameters = ListParams::default().limit(PAGE);
        let mut all = Vec::new();
        loop {
            let request = at.list(&parameters).map_err(|_| Problem::Malformed)?;
            let answer = self.send(request, until).await.map_err(|refused| match refused {
                Refused::Status(StatusCode::FORBIDDEN) => {
                    Problem::Forbidden { verb: "list", namespace: namespace.map(str::to_owned) }
                }
                Refused::Status(StatusCode::NOT_FOUND) => Problem::NotInstalled,
                other => other.into(),
            })?;
            let page: Page = parsed(&answer)?;
            all.extend(page.items);
            match page.metadata.next.filter(|next| !next.is_empty()) {
                Some(next) => parameters = parameters.continue_token(&next),
                None => return Ok(all),
            }
        }
    }

    /// Sets the annotation.
    pub(crate) async fn annotate(
        &self,
        object: &ObjectRef,
        value: &str,
        until: Duration,
    ) -> Result<(), Problem> {
        let at = kube::core::Request::new(self.path(Some(&object.namespace), until).await?);
        let patch = Patch::Merge(json!({ "metadata": { "annotations": { ANNOTATION: value } } }));
        let parameters = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
        // Only the metadata is answered: there is no need for the rest.
        let request = at.patch_metadata(&object.name, &parameters, &patch).map_err(|_| Problem::Malformed)?;
        let sent = self.send(request, until).await;
        sent.map(drop).map_err(|refused| match refused {
            Refused::Status(StatusCode::FORBIDDEN) => {
                Problem::Forbidden { verb: "patch", namespace: Some(object.namespace.clone()) }
            }
            Refused::Status(StatusCode::NOT_FOUND) => Problem::Gone,
            other => other.into(),
        })
    }

    async fn path(&self, namespace: Option<&str>, until: Duration) -> Result<String, Problem> {
        let known = *self.version.lock().unwrap_or_else(PoisonError::into_inner);
        let version = if let Some(version) = known {
            version
        } else {
            let version = self.served(until).await?;
            self.remember(Some(version));
            version
        };
        Ok(match namespace {
            Some(namespace) => format!("{GROUP}/{version}/namespaces/{namespace}/externalsecrets"),
            None => format!("{GROUP}/{version}/externalsecrets"),
        })
    }

    /// Returns what was known before.
    fn remember(&self, version: Option<&'static str>) -> Option<&'static str> {
        std::mem::replace(&mut *self.version.lock().unwrap_or_else(PoisonError::into_inner), version)
    }

    /// The newest version that is served.
    async fn served(&self, until: Duration) -> Result<&'static str, Problem> {
        let request = Request::get(GROUP).body(Vec::new()).map_err(|_| Problem::Malformed)?;
        let answer = match self.send(request, until).await {
            Ok(answer) => answer,
            // Not everybody may look at what there is; the list will say more.
            Err(Refused::Status(StatusCode::FORBIDDEN)) => return Ok(VERSIONS[0]),
            Err(Refused::Status(StatusCode::NOT_FOUND)) => return Err(Problem::NotInstalled),
            Err(refused) => return Err(refused.into()),
        };
        let group: Group = parsed(&answer)?;
        let is_served = |version: &&str| group.versions.iter().any(|served| served.version == *version);
        VERSIONS.into_iter().find(is_served).ok_or(Problem::NoVersion)
    }

    /// Sends a request, and again while it may have another answer, until that time.
    async fn send(&self, request: Request<Vec<u8>>, until: Duration) -> Result<Vec<u8>, Refused> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let (refused, wait) = match self.client.send(request.clone().map(Body::from)).await {
                Ok(response) if response.status().is_success() => {
                    match Limited::new(response.into_body(), LONGEST).collect().await {
                        Ok(body) => return Ok(body.to_bytes().into()),
                        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                            return Err(Refused::TooLong);
                        }
                        Err(_) => (Refused::Unreachable, retry::wait(attempts, None)),
                    }
                }
                Ok(response) => {
                    let refused = Refused::Status(response.status());
                    if !retry::may_pass(response.status()) {
                        return Err(refused);
                    }
                    (refused, retry::wait(attempts, Some(response.headers())))
                }
                Err(_) => (Refused::Unreachable, retry::wait(attempts, None)),
            };
            if self.clock.monotonic().saturating_add(wait) > until {
                return Err(refused);
            }
            self.clock.sleep(wait).await;
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Status(StatusCode::UNAUTHORIZED) => Self::Unauthenticated,
            Refused::Status(status) => Self::Status(status.as_u16()),
            Refused::Unreachable => Self::Unreachable,
            Refused::TooLong => Self::Malformed,
        }
    }
}

/// The parser's own words may quote the object.
fn parsed<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(answer).map_err(|_| Problem::Malformed)
}
