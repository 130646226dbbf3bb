//! The bridge: who asks, whether they may, what is answered, and that it is noted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use events::{Clock, Event, EventBus, Label, Outcome, PublishError, RequestServed};
use futures::future::BoxFuture;
use http::Method;
use secret_store::wrapper::CachePolicy;
use vault_api::header;

use crate::api::{ApiPath, Failure, Query, Reply};
use crate::audit::Audit;
use crate::auth::Logins;
use crate::changed::{Listening, WriteListener};
use crate::config::MetricsAccess;
use crate::http::{Handler, Request, Response};
use crate::limit::{Limiter, PathLimits};
use crate::metrics::{Limit, Metrics, Seen};
use crate::mount::{Mount, Mounts};
use crate::names;
use crate::policy::{Capability, Policies};
use crate::recent::Recent;
use crate::route::{self, Call, Verb};
use crate::stale::StaleNotice;
use crate::state::{Condition, Server};
use crate::token::{Identity, Refused, Tokens};

/// What is needed to answer requests.
pub struct Bridge {
    pub(crate) server: Server,
    pub(crate) mounts: Mounts,
    pub(crate) policies: Policies,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) logins: Logins,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) is_draining: AtomicBool,
    pub(crate) recent: Recent,
    /// Whether there is a page at `/ui`.
    pub(crate) has_ui: bool,
    /// What is remembered of what was read, where that is known.
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) limiter: Limiter,
    pub(crate) paths: PathLimits,
    pub(crate) metrics: Metrics,
    pub(crate) metrics_access: MetricsAccess,
    pub(crate) audit: Audit,
    pub(crate) stale: StaleNotice,
    pub(crate) listening: Listening,
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

impl Handler for Bridge {
    // As `async_trait` writes it, but for that the request is in the future once, and not once more as its argument.
    fn handle<'s, 'a>(&'s self, request: Request) -> BoxFuture<'a, Response>
    where
        's: 'a,
        Self: 'a,
    {
        Box::pin(async move { self.answer_and_note(&request).await })
    }

    fn connection_opened(&self) {
        self.metrics.connections.inc();
        self.metrics.connections_total.inc();
    }

    fn connection_closed(&self) {
        self.metrics.connections.dec();
    }
}

impl Bridge {
    /// The answer to a request, which is in the audit log when it is given.
    async fn answer_and_note(&self, request: &Request) -> Response {
        let begun = self.clock.monotonic();
        let Some(raw) = request.path.strip_prefix("/v1/") else {
            return Box::pin(self.beside_the_api(request, begun)).await;
        };
        if let Err(failure) = self.admit(request, begun) {
            return Reply::from(failure).into();
        }
        let under_way = self.metrics.requests.begin();
        let id = names::request();
        let (decoded, actor, answer) = match self.paths.decode(raw) {
            Ok(path) => {
                let asked =
                    Asked { id: id.as_str(), request, path: &path, query: Query::new(&request.query) };
                let (actor, answer) = self.answer(&asked).await;
                (Some(path), actor, answer)
            }
            // What is no path is not noted as one.
            Err(failure) => (None, None, Err(failure)),
        };
        let path = decoded.as_ref().map_or("", ApiPath::as_str);
        #[cfg(feature = "otel")]
        crate::trace::note(id.as_str());
        let mut reply = answer.unwrap_or_else(|failure| {
            log(&failure, id.as_str(), path);
            failure.into()
        });
        let event_time = self.clock.now();
        let event = Event::RequestServed(RequestServed {
            at: event_time,
            request: id.clone(),
            remote: names::address(request.peer.address),
            actor,
            method: names::method(&request.method),
            path: Label::new(path),
            fields: std::mem::take(&mut reply.fields),
            status: reply.status.as_u16(),
            outcome: match reply.category {
                None => Outcome::Ok,
                Some(category) => Outcome::Failed(Label::new(category)),
            },
            duration: self.clock.monotonic().saturating_sub(begun),
        });
        let noted = (*self.bus).publish(&event).await;
        let now = self.clock.monotonic();
        self.recent.note(&event, noted.is_ok(), now);
        self.audit.note(&noted, event_time);
        let reply = match noted {
            Ok(()) => reply,
            Err(error) => self.unaudited(reply, id.as_str(), &error),
        };
        under_way.answered(&Seen {
            mount: self.mount_of(path),
            method: &request.method,
            query: Query::new(&request.query),
            status: reply.status,
            category: reply.category,
            duration: now.saturating_sub(begun),
        });
        if let Some(stale) = reply.stale {
            self.stale.given(stale, now);
        }
        reply.into()
    }

    /// Says from now on that it is about to end, at `/readyz` and `sys/health`; goes on answering.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// What is answered though it could not be noted: nothing, unless the settings want it otherwise.
    fn unaudited(&self, reply: Reply, request: &str, error: &PublishError) -> Reply {
        self.metrics.audit_failures.inc();
        if self.audit.fails_closed {
            tracing::error!(request, %error, "not answered: it could not be audited");
            return Failure::unavailable("the request could not be audited").into();
        }
        self.metrics.unaudited.inc();
        tracing::error!(request, %error, "answered, though it could not be audited");
        reply
    }

    /// The mount that a path belongs to, or the first word of one of the API's own: for the metrics.
    fn mount_of<'a>(&'a self, path: &str) -> Option<&'a str> {
        let own = || ["sys", "auth"].into_iter().find(|own| path.split('/').next() == Some(own));
        self.mounts.find(path).map(|(mount, _)| mount.path.as_str()).or_else(own)
    }

    /// Tells this of everything that is written from now on. The first stays.
    pub fn listen(&self, listener: Arc<dyn WriteListener>) {
        self.listening.set(listener);
    }

    /// Whether it can answer, as far as is known without asking.
    pub(crate) fn condition(&self) -> Condition {
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

    /// The answer, and who asked for it.
    async fn answer(&self, asked: &Asked<'_>) -> (Option<Label>, Result<Reply, Failure>) {
        if let Some(answer) = self.answer_to_anybody(asked) {
            return (None, answer);
        }
        // In a box, as everything that is no read: a read's future is allocated for each request.
        if let Some(login) = route::login::find(self, asked.path) {
            return Box::pin(route::login::serve(self, login, asked.request, asked.path, asked.id)).await;
        }
        let identity = match self.identify(asked.request) {
            Ok(identity) => identity,
            Err(failure) => return (None, Err(failure)),
        };
        let may_ask = namespace(asked.request)
            .and_then(|()| wrapping(asked.request))
            .and_then(|()| self.admit_token(&identity));
        let answer = match may_ask {
            Ok(()) => self.answer_to(asked, &identity).await,
            Err(failure) => Err(failure),
        };
        (Some(Label::new(identity.name())), answer)
    }

    /// What is answered without a token.
    fn answer_to_anybody(&self, asked: &Asked<'_>) -> Option<Result<Reply, Failure>> {
        let server = &self.server;
        let is_read = matches!(asked.request.method, Method::GET | Method::HEAD);
        let answer = match asked.path.as_str() {
            "sys/health" if is_read => {
                route::sys::health(server, self.condition(), asked.query, self.clock.now())
            }
            "sys/seal-status" if is_read => route::sys::seal_status(server, self.condition()),
            "sys/leader" if is_read => route::sys::leader(),
            "sys/init" if is_read => route::sys::initialized(self.condition()),
            "sys/health" | "sys/seal-status" | "sys/leader" | "sys/init" => {
                Err(Failure { message: None, ..Failure::unsupported_operation() })
            }
            "sys/internal/ui/mounts" if is_read && token(asked.request).is_none() => {
                route::sys::no_visible_mounts(asked.id)
            }
            _ => return None,
        };
        Some(answer)
    }

    pub(crate) fn identify(&self, request: &Request) -> Result<Identity, Failure> {
        let refusals = &self.metrics.requests;
        let token = token(request).ok_or_else(|| {
            refusals.refused(None);
            Failure::unauthenticated()
        })?;
        let identity = self.tokens.authenticate(token).inspect_err(|refused| refusals.refused(Some(refused)));
        identity.map_err(|refused| match refused {
            Refused::NotGood => Failure::unauthenticated(),
            Refused::Unknown(_) => Failure::unavailable("it is not known now which tokens were revoked"),
        })
    }

    /// # Errors
    /// 429 when the token was used too often.
    fn admit_token(&self, identity: &Identity) -> Result<(), Failure> {
        self.limiter.take_token(identity.name(), self.clock.monotonic()).map_err(|wait| {
            self.metrics.requests.limited(Limit::Token);
            Failure::too_many(wait)
        })
    }

    async fn answer_to(&self, asked: &Asked<'_>, identity: &Identity) -> Result<Reply, Failure> {
        let verb = Verb::of(&asked.request.method, asked.query)?;
        let path = asked.path.as_str();
        if let Some(rest) = path.strip_prefix("auth/token/") {
            let call = Self::call(asked, verb, rest);
            return Box::pin(route::token::serve(self, call, path, identity)).await;
        }
        if let Some(rest) = path.strip_prefix("sys/") {
            return self.answer_of_system(asked, verb, rest, identity);
        }
        let Some((mount, rest)) = self.mounts.find(path) else {
            return Err(Failure::no_route(path));
        };
        let call = Self::call(asked, verb, rest);
        self.check_mount(mount, call, path, identity).await?;
        let reply = route::serve(mount, call).await?;
        if reply.category.is_none() {
            self.listening.done(mount.version, &mount.path, verb, rest);
        }
        Ok(reply)
    }

    fn call<'a>(asked: &Asked<'a>, verb: Verb, rest: &'a str) -> Call<'a> {
        // Of all that can be done to a mount, a patch alone asks for it.
        let content_type = match verb {
            Verb::Patch => asked.request.headers.get(http::header::CONTENT_TYPE),
            _ => None,
        };
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
            Verb::List => {
                let may_list = self.policies.may_list(identity.policies(), path);
                return if may_list { Ok(()) } else { Err(Failure::denied()) };
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
                        let is_there = Box::pin(route::exists(mount, call)).await?;
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
        if let Some(whose) = route::sys::Whose::of(rest) {
            if verb != Verb::Write {
                return unsupported();
            }
            // Everybody may know their own.
            if whose != route::sys::Whose::Own {
                self.check(identity, asked.path.as_str(), Capability::Update)?;
            }
            return route::sys::capabilities(self, identity, whose, &asked.request.body, asked.id);
        }
        let sees = |mount: &&Mount| self.policies.reaches(identity.policies(), &mount.path);
        match rest.split_once('/').unwrap_or((rest, "")) {
            ("internal", route::sys::STATUS) => {
                if verb != Verb::Read {
                    return unsupported();
                }
                self.check(identity, asked.path.as_str(), Capability::Read)?;
                route::sys::status(self, identity, asked.query, asked.id)
            }
            ("internal", below) => {
                let Some(path) = below.strip_prefix("ui/mounts") else { return no_system_path() };
                if verb != Verb::Read {
                    return unsupported();
                }
                match path.strip_prefix('/') {
                    None => {
                        let methods = self.logins.iter().filter(|method| {
                            self.policies.reaches(identity.policies(), &format!("auth/{}", method.path))
                        });
                        let mounts = self.mounts.iter().filter(sees);
                        route::sys::visible_mounts(&self.server, mounts, methods, asked.id)
                    }
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
            ("auth", path) if verb == Verb::Read => {
                self.check(identity, asked.path.as_str(), Capability::Read)?;
                route::sys::methods(&self.server, &self.logins, path, asked.id)
            }
            ("mounts" | "auth", _) => unsupported(),
            ("metrics", "") if verb == Verb::Read => {
                self.check(identity, asked.path.as_str(), Capability::Read)?;
                route::sys::metrics(&self.metrics, asked.query)
            }
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

/// 403, as for a mount that is not there: a client whose mount is said to be `sys` would take 404 for a secret that is not there.
fn no_system_path() -> Result<Reply, Failure> {
    Err(Failure {
        message: Some("1 error occurred:\n\t* unsupported path\n\n".into()),
        ..Failure::no_route("")
    })
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
pub(crate) fn namespace(request: &Request) -> Result<(), Failure> {
    match request.headers.get(header::NAMESPACE).map(|value| value.as_bytes().trim_ascii()) {
        None | Some(b"" | b"/" | b"root" | b"root/") => Ok(()),
        Some(_) => Err(Failure::bad_request("there are no namespaces here: leave X-Vault-Namespace out")),
    }
}

/// # Errors
/// 400 for an answer that is to be wrapped: who asks for that may show it to those who must not see what is in it.
pub(crate) fn wrapping(request: &Request) -> Result<(), Failure> {
    match request.headers.get(header::WRAP_TTL).map(|value| value.as_bytes().trim_ascii()) {
        None | Some(b"" | b"0" | b"0s") => Ok(()),
        Some(_) => Err(Failure::bad_request("answers are not wrapped here: leave X-Vault-Wrap-TTL out")),
    }
}
