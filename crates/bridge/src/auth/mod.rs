//! Logging in: who proves what, and the token that follows.
//!
//! Each method is a file here, and a [`Method`]: it reads what was sent, and says who that is or why it is nobody. What is the
//! same for all is done around it, in `route::login`: how often one may try, from where, and what the token is.

mod approle;
mod cert;
mod credential;
mod glob;
pub(crate) mod jwt;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod throttle;
mod userpass;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use events::Clock;
use http::StatusCode;
use secret_store::Error;

pub(crate) use self::credential::{Credentials, Wanted};
pub(crate) use self::throttle::{Name, Throttle};
use crate::Peer;
use crate::api::Failure;
use crate::config::{AuthConfig, ConfigProblem, Terms, ThrottleConfig};

/// A way to log in.
#[async_trait]
pub(crate) trait Method: Debug + Send + Sync {
    /// Whether what follows `login` names who logs in.
    fn has_name_in_path(&self) -> bool {
        false
    }

    /// Who logs in.
    ///
    /// # Errors
    /// [`Refusal`], with Vault's words; never a part of what was sent.
    async fn log_in(&self, attempt: &mut Attempt<'_>) -> Result<Admitted, Refusal>;

    /// Looks for what has changed of what it believes.
    ///
    /// # Errors
    /// What is wrong. What was believed stays so.
    fn refresh(&self) -> Result<(), ConfigProblem> {
        Ok(())
    }
}

/// Somebody who wants to log in.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    /// What follows `login/`.
    pub(crate) rest: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) peer: &'a Peer,
    /// In seconds since 1970.
    pub(crate) now: i64,
    mount: &'a AuthMount,
    throttle: &'a Throttle,
    /// Whom it says that it is, where that could be guessed.
    pub(crate) name: Option<Name>,
}

/// Somebody who has logged in.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) terms: Terms,
    /// For people, without the method: empty, or `alice`.
    pub(crate) display_name: String,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Why somebody does not log in.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// What was shown lets nobody in: this counts.
    Wrong(Failure),
    /// Nothing was shown that could be right or wrong, or nobody can say which.
    Other(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

impl Refusal {
    /// 400, in Vault's words.
    pub(crate) fn wrong(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Wrong(Failure { category: "unauthenticated", ..Failure::bad_request(message) })
    }

    /// 403, in Vault's words.
    pub(crate) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Wrong(Failure { category: "unauthenticated", ..Failure::forbidden(message) })
    }

    /// 503: who could say whether it is right cannot be asked.
    pub(crate) fn unknown(cause: Error) -> Self {
        let wait = cause.retry_after();
        Self::Other(Failure {
            retry_after: wait,
            category: cause.kind().as_str(),
            cause: Some(Box::new(cause)),
            ..Failure::unavailable("what decides on this login is not available")
        })
    }
}

impl Attempt<'_> {
    /// Notes whom it says that it is, where that could be guessed; `is_known` says whether there is such a one.
    ///
    /// # Errors
    /// 429 where others have guessed too often.
    pub(crate) fn says_it_is(&mut self, name: &str, is_known: bool) -> Result<(), Refusal> {
        let name = self.throttle.name(&self.mount.path, name, is_known);
        self.name = Some(name);
        match self.throttle.wait_of_name(name, self.peer.address) {
            Some(wait) => Err(Refusal::Other(too_many(wait))),
            None => Ok(()),
        }
    }
}

/// 429. OpenBao answers 403 `permission denied`, which clients take for a credential that is not good, and do not ask again.
pub(crate) fn too_many(wait: Duration) -> Failure {
    let message = "too many failed logins: wait as long as Retry-After says";
    Failure { message: Some(message.into()), ..Failure::too_many(wait) }
}

/// A method, at its path.
#[derive(Debug)]
pub(crate) struct AuthMount {
    /// Without `auth/`: `approle`.
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    /// What clients see of it; not secret, and the same after a restart.
    pub(crate) accessor: String,
    pub(crate) uuid: String,
    pub(crate) method: Box<dyn Method>,
}

impl AuthMount {
    /// What people call who logs in here.
    pub(crate) fn display_name(&self, name: &str) -> String {
        let method = self.path.replace('/', "-");
        if name.is_empty() { method } else { format!("{method}-{name}") }
    }
}

/// All ways to log in.
#[derive(Debug)]
pub(crate) struct Logins {
    mounts: Vec<Arc<AuthMount>>,
    credentials: Option<Arc<Credentials>>,
    pub(crate) throttle: Throttle,
    refresh: Duration,
    clock: Arc<dyn Clock>,
}

impl Logins {
    /// No way to log in: there is the first token, and what it makes.
    pub(crate) fn none(clock: Arc<dyn Clock>) -> Self {
        let throttle = Throttle::new(ThrottleConfig::default(), Arc::clone(&clock));
        Self { mounts: Vec::new(), credentials: None, throttle, refresh: Duration::from_secs(5), clock }
    }

    /// These methods, by path, which look every `refresh` for what has changed. `name` gives what names a thing for good: an
    /// accessor's digits and a UUID.
    ///
    /// # Errors
    /// What cannot be read of what they need, all at once.
    pub(crate) async fn open(
        methods: &BTreeMap<String, AuthConfig>,
        credentials: Credentials,
        throttle: Throttle,
        refresh: Duration,
        clock: Arc<dyn Clock>,
        name: impl Fn(&str) -> (String, String) + Send,
    ) -> Result<Self, Vec<ConfigProblem>> {
        let credentials = Arc::new(credentials);
        let mut problems = Vec::new();
        let mut mounts = Vec::new();
        for (path, config) in methods {
            match method(path, config, &credentials).await {
                Ok(method) => {
                    let (digits, uuid) = name(&format!("auth/{path}"));
                    let (path, kind) = (path.clone(), config.kind());
                    let accessor = format!("auth_{kind}_{digits}");
                    mounts.push(Arc::new(AuthMount { path, kind, accessor, uuid, method }));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        credentials.refresh().await;
        Ok(Self { mounts, credentials: Some(credentials), throttle, refresh, clock })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &AuthMount> {
        self.mounts.iter().map(|mount| &**mount)
    }

    /// The method that a path below `auth/` logs in with, and what follows `login/`.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&AuthMount, &'p str)> {
        self.iter().find_map(|mount| {
            let rest = path.strip_prefix(&*mount.path)?.strip_prefix("/login")?;
            if !mount.method.has_name_in_path() {
                return rest.is_empty().then_some((mount, rest));
            }
            let name = rest.strip_prefix('/').unwrap_or(rest);
            (rest.is_empty() || rest.starts_with('/'))
                .then_some((mount, name))
                .filter(|_| !name.contains('/'))
        })
    }

    pub(crate) fn attempt<'a>(
        &'a self,
        mount: &'a AuthMount,
        rest: &'a str,
        body: &'a [u8],
        peer: &'a Peer,
    ) -> Attempt<'a> {
        let now = self.clock.now().as_second();
        Attempt { rest, body, peer, now, mount, throttle: &self.throttle, name: None }
    }

    /// Looks for what has changed again and again, until it is dropped.
    pub(crate) async fn keep_fresh(&self) {
        let mut said: BTreeMap<&str, String> = BTreeMap::new();
        loop {
            self.clock.sleep(self.refresh).await;
            if let Some(credentials) = &self.credentials {
                credentials.refresh().await;
            }
            for mount in &self.mounts {
                let own = Arc::clone(mount);
                // It reads files.
                let Ok(read) = tokio::task::spawn_blocking(move || own.method.refresh()).await else {
                    continue;
                };
                match read {
                    Ok(()) => drop(said.remove(mount.path.as_str())),
                    // Said once, not at every look.
                    Err(problem) if said.get(mount.path.as_str()) == Some(&problem.message) => {}
                    Err(problem) => {
                        tracing::error!(%problem, help = problem.help, "what was believed before stays in force");
                        said.insert(&mount.path, problem.message);
                    }
                }
            }
        }
    }
}

#[cfg_attr(not(feature = "kubernetes"), expect(clippy::unused_async, reason = "only a cluster is asked"))]
async fn method(
    path: &str,
    config: &AuthConfig,
    credentials: &Arc<Credentials>,
) -> Result<Box<dyn Method>, ConfigProblem> {
    Ok(match config {
        AuthConfig::Approle(config) => Box::new(approle::AppRole::new(config, Arc::clone(credentials))),
        AuthConfig::Userpass(config) => Box::new(userpass::Userpass::new(config, Arc::clone(credentials))),
        AuthConfig::Jwt(config) => Box::new(jwt::Jwt::open(path, config)?),
        AuthConfig::Cert(config) => Box::new(cert::Cert::new(config)),
        #[cfg(feature = "kubernetes")]
        AuthConfig::Kubernetes(config) => Box::new(kubernetes::Kubernetes::open(path, config).await?),
        #[cfg(not(feature = "kubernetes"))]
        AuthConfig::Kubernetes(_) => {
            return Err(ConfigProblem::new(&["auth", path, "type"], "this program was built without it"));
        }
    })
}

/// What the methods need of the store.
pub(crate) fn wanted(methods: &BTreeMap<String, AuthConfig>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for method in methods.values() {
        match method {
            AuthConfig::Approle(config) => wanted.extend(config.roles.values().flat_map(approle::wanted)),
            AuthConfig::Userpass(config) => wanted.extend(config.users.values().map(userpass::wanted)),
            AuthConfig::Jwt(_) | AuthConfig::Kubernetes(_) | AuthConfig::Cert(_) => {}
        }
    }
    wanted
}

/// A role's name as it is said back; not what is no name, as a token is.
pub(crate) fn said(name: &str) -> &str {
    let is_name = name.len() <= 64 && !name.contains('.');
    if is_name { name } else { "…" }
}

/// 405 in the words of a login.
pub(crate) fn unsupported() -> Failure {
    Failure {
        status: StatusCode::METHOD_NOT_ALLOWED,
        message: Some("unsupported operation".into()),
        ..Failure::unsupported_operation()
    }
}
