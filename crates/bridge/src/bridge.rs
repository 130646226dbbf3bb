//! The bridge: who asks, whether they may, what is answered, and that it is noted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use events::{Clock, EventBus, Label, Outcome, RequestServed};
use http::{Method, StatusCode};
use vault_api::header;

use crate::api::{ApiPath, Failure, Query, Reply};
use crate::http::{Handler, Request, Response};
use crate::mount::{Mount, Mounts};
use crate::policy::{Capability, Policies};
use crate::route::{self, Call, Verb};
use crate::state::{Condition, Server};
use crate::token::{Identity, Refused, Tokens};

/// What is needed to answer requests.
pub struct Bridge {
    pub(crate) server: Server,
    pub(crate) mounts: Mounts,
    pub(crate) policies: Policies,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) is_draining: AtomicBool,
}

/// A request of the API, on its way.
struct Asked<'a> {
    id: &'a str,
    request: &'a Request,
    path: &'a ApiPath,
    query: Query<'a>,
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("server", &self.server).finish_non_exhaustive()
    }
}

#[async_trait]
impl Handler for Bridge {
    async fn handle(&self, request: Request) -> Response {
        let Some(raw) = request.path.strip_prefix("/v1/") else {
            return self.beside_the_api(&request);
        };
        let begun = self.clock.monotonic();
        let id = request_id();
        let (path, actor, answer) = match ApiPath::decode(raw) {
            Ok(path) => {
                let asked =
                    Asked { id: &id, request: &request, path: &path, query: Query::new(&request.query) };
                let (actor, answer) = self.answer(&asked).await;
                (path.as_str().to_owned(), actor, answer)
            }
            // What is no path is not noted as one.
            Err(failure) => (String::new(), None, Err(failure)),
        };
        let mut reply = answer.unwrap_or_else(|failure| {
            log(&failure, &id, &path);
            failure.into()
        });
        let event = RequestServed {
            at: self.clock.now(),
            request: Label::new(&id),
            remote: Label::new(&request.peer.address.to_string()),
            actor: actor.map(|actor| Label::new(&actor)),
            method: Label::new(request.method.as_str()),
            path: Label::new(&path),
            fields: std::mem::take(&mut reply.fields),
            status: reply.status.as_u16(),
            outcome: match reply.category {
                None => Outcome::Ok,
                Some(category) => Outcome::Failed(Label::new(category)),
            },
            duration: self.clock.monotonic().saturating_sub(begun),
        };
        // Nobody reads what is not noted.
        match self.bus.publish(&event.into()).await {
            Ok(()) => reply.into(),
            Err(error) => {
                tracing::error!(request = id, %error, "not answered: it could not be audited");
                Reply::from(Failure::unavailable("the request could not be audited")).into()
            }
        }
    }
}

impl Bridge {
    /// Says from now on that it is about to end, at `/readyz` and `sys/health`; goes on answering.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Whether it can answer, as far as is known without asking.
    fn condition(&self) -> Condition {
        if self.is_draining.load(Ordering::Relaxed) {
            Condition::Draining
        } else if self.tokens.is_in_the_dark() {
            Condition::StoreUnavailable
        } else if !self.tokens.has_first() {
            Condition::Uninitialized
        } else {
            Condition::Ready
        }
    }

    /// For load balancers and the kubelet.
    fn beside_the_api(&self, request: &Request) -> Response {
        let status = match (&request.method, &*request.path) {
            (&Method::GET | &Method::HEAD, "/healthz") => StatusCode::OK,
            (&Method::GET | &Method::HEAD, "/readyz") => match self.condition() {
                Condition::Ready => StatusCode::OK,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            _ => return Reply::from(Failure::no_route(&request.path)).into(),
        };
        let body = if status.is_success() { "ok\n" } else { "unavailable\n" };
        Response::new(status, "text/plain; charset=utf-8", body.as_bytes().to_vec().into())
    }

    /// The answer, and who asked for it.
    async fn answer(&self, asked: &Asked<'_>) -> (Option<String>, Result<Reply, Failure>) {
        if let Some(answer) = self.answer_to_anybody(asked) {
            return (None, answer);
        }
        let identity = match self.identify(asked.request) {
            Ok(identity) => identity,
            Err(failure) => return (None, Err(failure)),
        };
        let answer = match namespace(asked.request).and_then(|()| wrapping(asked.request)) {
            Ok(()) => self.answer_to(asked, &identity).await,
            Err(failure) => Err(failure),
        };
        (Some(identity.name().to_owned()), answer)
    }

    /// What is answered without a token.
    fn answer_to_anybody(&self, asked: &Asked<'_>) -> Option<Result<Reply, Failure>> {
        let (server, condition) = (&self.server, self.condition());
        let is_read = matches!(asked.request.method, Method::GET | Method::HEAD);
        let answer = match asked.path.as_str() {
            "sys/health" if is_read => route::sys::health(server, condition, asked.query, self.clock.now()),
            "sys/seal-status" if is_read => route::sys::seal_status(server, condition),
            "sys/leader" if is_read => route::sys::leader(),
            "sys/init" if is_read => route::sys::initialized(condition),
            "sys/health" | "sys/seal-status" | "sys/leader" | "sys/init" => {
                Err(Failure { message: None, ..Failure::unsupported_operation() })
            }
            "sys/internal/ui/mounts" if is_read && token(asked.request).is_none() => {
                route::sys::visible_mounts(std::iter::empty(), asked.id)
            }
            _ => return None,
        };
        Some(answer)
    }

    fn identify(&self, request: &Request) -> Result<Identity, Failure> {
        let token = token(request).ok_or_else(Failure::unauthenticated)?;
        self.tokens.authenticate(token).map_err(|refused| match refused {
            Refused::NotGood => Failure::unauthenticated(),
            Refused::Unknown(_) => Failure::unavailable("it is not known now which tokens were revoked"),
        })
    }

    async fn answer_to(&self, asked: &Asked<'_>, identity: &Identity) -> Result<Reply, Failure> {
        let verb = Verb::of(&asked.request.method, asked.query)?;
        let path = asked.path.as_str();
        if let Some(rest) = path.strip_prefix("auth/token/") {
            let call = Self::call(asked, verb, rest);
            return route::token::serve(self, call, path, identity).await;
        }
        if let Some(rest) = path.strip_prefix("sys/") {
            return self.answer_of_system(asked, verb, rest, identity);
        }
        let Some((mount, rest)) = self.mounts.find(path) else {
            return Err(Failure::no_route(path));
        };
        let call = Self::call(asked, verb, rest);
        self.check_mount(mount, call, path, identity).await?;
        route::serve(mount, call).await
    }

    fn call<'a>(asked: &Asked<'a>, verb: Verb, rest: &'a str) -> Call<'a> {
        let content_type = asked.request.headers.get(http::header::CONTENT_TYPE);
        Call {
            verb,
            rest,
            is_folder: asked.path.is_folder(),
            query: asked.query,
            body: &asked.request.body,
            token: token(asked.request).unwrap_or_default(),
            content_type: content_type.and_then(|value| value.to_str().ok()),
            request_id: asked.id,
        }
    }

    /// Whether a token may do this.
    ///
    /// # Errors
    /// 403 when it may not.
    pub(crate) fn check(
        &self,
        identity: &Identity,
        path: &str,
        capability: Capability,
    ) -> Result<(), Failure> {
        let allowed = self.policies.capabilities(identity.policies(), path);
        if allowed.allow(capability) { Ok(()) } else { Err(Failure::denied()) }
    }

    async fn check_mount(
        &self,
        mount: &Mount,
        call: Call<'_>,
        path: &str,
        identity: &Identity,
    ) -> Result<(), Failure> {
        let capability = match call.verb {
            Verb::Read => Capability::Read,
            // Of a folder, with or without a slash.
            Verb::List => {
                let folder = format!("{path}/");
                return self
                    .check(identity, &folder, Capability::List)
                    .or_else(|_| self.check(identity, path, Capability::List));
            }
            Verb::Patch => Capability::Patch,
            Verb::Delete => Capability::Delete,
            Verb::Write => {
                let allowed = self.policies.capabilities(identity.policies(), path);
                match (allowed.allow(Capability::Create), allowed.allow(Capability::Update)) {
                    (true, true) => return Ok(()),
                    (false, false) => return Err(Failure::denied()),
                    // Only one of them: then it matters whether there is anything.
                    (may_create, _) => {
                        let is_there = route::exists(mount, call).await?;
                        return if may_create == is_there { Err(Failure::denied()) } else { Ok(()) };
                    }
                }
            }
        };
        self.check(identity, path, capability)
    }

    fn answer_of_system(
        &self,
        asked: &Asked<'_>,
        verb: Verb,
        rest: &str,
        identity: &Identity,
    ) -> Result<Reply, Failure> {
        let unsupported = || Err(Failure::unsupported_operation());
        if rest == "capabilities-self" {
            return match verb {
                Verb::Write => route::sys::capabilities(self, identity, &asked.request.body, asked.id),
                _ => unsupported(),
            };
        }
        let sees = |mount: &&Mount| self.policies.reaches(identity.policies(), &mount.path);
        match rest.split_once('/').unwrap_or((rest, "")) {
            ("internal", below) => {
                let Some(path) = below.strip_prefix("ui/mounts") else { return no_system_path() };
                if verb != Verb::Read {
                    return unsupported();
                }
                match path.strip_prefix('/') {
                    None => route::sys::visible_mounts(self.mounts.iter().filter(sees), asked.id),
                    Some(path) => match self.mounts.find(path) {
                        Some((mount, _)) if sees(&mount) => route::sys::preflight(mount, asked.id),
                        _ => Err(route::sys::no_preflight(path)),
                    },
                }
            }
            ("mounts", path) if verb == Verb::Read => {
                self.check(identity, asked.path.as_str(), Capability::Read)?;
                match path {
                    "" => route::sys::all_mounts(&self.mounts, asked.id),
                    path => route::sys::mount_config(&self.mounts, path, asked.id),
                }
            }
            ("mounts", _) => unsupported(),
            _ => no_system_path(),
        }
    }
}

/// Says why a request was not answered, where that is not the client's doing.
fn log(failure: &Failure, request: &str, path: &str) {
    let (status, category) = (failure.status.as_u16(), failure.category);
    match &failure.cause {
        Some(cause) if failure.status.is_server_error() => {
            tracing::warn!(request, path, status, category, %cause, help = cause.help(), "not answered");
        }
        Some(cause) => tracing::debug!(request, path, status, category, %cause, "refused"),
        None if failure.status.is_server_error() => {
            tracing::warn!(request, path, status, category, "not answered");
        }
        None => tracing::debug!(request, path, status, category, "refused"),
    }
}

/// Where there is never a secret.
fn no_system_path() -> Result<Reply, Failure> {
    let message = "1 error occurred:\n\t* unsupported path\n\n".into();
    Err(Failure { status: StatusCode::NOT_FOUND, message: Some(message), ..Failure::no_route("") })
}

/// The token of a request: of its own header, or as a bearer.
fn token(request: &Request) -> Option<&[u8]> {
    let own = request.headers.get(header::TOKEN).map(http::HeaderValue::as_bytes);
    let bearer = || {
        let value = request.headers.get(http::header::AUTHORIZATION)?.as_bytes();
        let (scheme, token) = value.split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then_some(token.trim_ascii())
    };
    own.filter(|token| !token.is_empty()).or_else(bearer).filter(|token| !token.is_empty())
}

/// # Errors
/// 400 for a namespace: to say that there is none would be read as that there is no such secret.
fn namespace(request: &Request) -> Result<(), Failure> {
    match request.headers.get(header::NAMESPACE).map(|value| value.as_bytes().trim_ascii()) {
        None | Some(b"" | b"/" | b"root" | b"root/") => Ok(()),
        Some(_) => Err(Failure::bad_request("there are no namespaces here: leave X-Vault-Namespace out")),
    }
}

/// # Errors
/// 400 for an answer that is to be wrapped: who asks for that may show it to those who must not see what is in it.
fn wrapping(request: &Request) -> Result<(), Failure> {
    match request.headers.get(header::WRAP_TTL).map(|value| value.as_bytes().trim_ascii()) {
        None | Some(b"" | b"0" | b"0s") => Ok(()),
        Some(_) => Err(Failure::bad_request("answers are not wrapped here: leave X-Vault-Wrap-TTL out")),
    }
}

/// What a request is called: not secret, and nobody needs it to be hard to guess.
fn request_id() -> String {
    let (high, low) = (fastrand::u64(..), fastrand::u64(..));
    let version = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
    let variant = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        version >> 16 & 0xffff,
        version & 0xffff,
        variant >> 48,
        variant & 0xffff_ffff_ffff
    )
}
