//! Keeps one token for all requests.
//!
//! What is asked of the server about the token, to log in, to renew it, to look it up, is asked by one task at a time, a
//! *flight*; everybody who needs its outcome waits for that one, and gets its error when it fails. A flight is a task of its
//! own: it goes on when those who wait give up, since what it learns (an unwrapped secret id, a new token) may not be had
//! twice.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};

use super::lease::{Lease, Refresh};
use super::pause::Pause;
use super::token::Token;
use crate::provider::vault::auth::{AuthConfig, Keepsake, Login, Look};
use crate::provider::vault::transport::{Transport, variable_text};
use crate::provider::vault::{VaultConfig, environment};
use crate::{Detail, Error, ErrorKind, OpenContext, Result, SecretValue};

/// The token of a session, and what it takes to have one.
#[derive(Debug)]
pub(super) struct Upkeep {
    transport: Transport,
    context: OpenContext,
    auth: AuthConfig,
    namespace: Option<String>,
    keepsake: Keepsake,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    live: Option<Live>,
    /// With its number: it is over when another has its place.
    flight: Option<(u64, Flight)>,
    pause: Pause,
    flights: u64,
    generations: u64,
}

#[derive(Debug)]
struct Live {
    token: Arc<Token>,
    lease: Lease,
}

/// Ends with a token that is good as far as the server says, and was found to be so after the flight began.
type Flight = Shared<BoxFuture<'static, Result<Arc<Token>>>>;

/// What a flight is for.
#[derive(Debug)]
enum Errand {
    /// There is no token.
    Acquire,
    /// The token runs out soon.
    Refresh(Arc<Token>, Refresh),
    /// The server has refused something that the token was sent with.
    Examine(Arc<Token>),
}

impl Upkeep {
    pub(super) fn open(config: &VaultConfig, context: &OpenContext) -> Result<Self> {
        let auth = config.auth.clone().unwrap_or_default();
        let has_client_certificate = config.tls.client_certificate.is_some()
            || environment::CLIENT_CERTIFICATE.read(&context.environment).is_some();
        auth.check(has_client_certificate)?;
        Ok(Self {
            transport: Transport::open(config, context)?,
            context: context.clone(),
            auth,
            namespace: namespace(config, context)?,
            keepsake: Keepsake::default(),
            state: Mutex::default(),
        })
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// A token, without waiting when there is one. One that runs out soon is refreshed meanwhile.
    pub(super) async fn token(self: &Arc<Self>) -> Result<Arc<Token>> {
        let flight = {
            let mut state = self.lock();
            let now = self.now();
            match state.live.as_ref().filter(|live| !live.lease.is_over(now)) {
                Some(live) => {
                    let (token, due) = (Arc::clone(&live.token), live.lease.due(now));
                    if let Some(refresh) = due {
                        // Nobody waits for it: the token is good for a while yet.
                        drop(self.begin(&mut state, Errand::Refresh(Arc::clone(&token), refresh)));
                    }
                    return Ok(token);
                }
                None => self.begin(&mut state, Errand::Acquire)?,
            }
        };
        flight.await
    }

    /// What to use in place of a token that something was refused with: the same, when it is still good.
    pub(super) async fn token_after_refusal(self: &Arc<Self>, refused: &Arc<Token>) -> Result<Arc<Token>> {
        let flight = {
            let mut state = self.lock();
            let now = self.now();
            match state.live.as_ref().filter(|live| !live.lease.is_over(now)) {
                Some(live) if live.token.generation == refused.generation => {
                    Some(self.begin(&mut state, Errand::Examine(Arc::clone(refused)))?)
                }
                _ => None,
            }
        };
        match flight {
            Some(flight) => flight.await,
            None => self.token().await,
        }
    }

    /// The flight that is under way, or a new one.
    fn begin(self: &Arc<Self>, state: &mut State, errand: Errand) -> Result<Flight> {
        if let Some((_, flight)) = &state.flight {
            return Ok(flight.clone());
        }
        if matches!(errand, Errand::Acquire)
            && let Some(error) = state.pause.error(self.now())
        {
            return Err(error);
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return Err(interrupted("there is no tokio runtime"));
        };
        state.flights += 1;
        let (number, upkeep) = (state.flights, Arc::clone(self));
        let task = runtime.spawn(async move {
            let _landing = Landing { upkeep: &upkeep, number };
            upkeep.run(errand).await
        });
        let upkeep = Arc::downgrade(self);
        let flight = async move {
            let Ok(outcome) = task.await else {
                // It may never have begun to run, and then has not landed.
                if let Some(upkeep) = upkeep.upgrade() {
                    upkeep.land(number);
                }
                return Err(interrupted("it was interrupted: the program is ending, or the log-in panicked"));
            };
            outcome
        };
        let flight = flight.boxed().shared();
        state.flight = Some((number, flight.clone()));
        Ok(flight)
    }

    async fn run(&self, errand: Errand) -> Result<Arc<Token>> {
        match errand {
            Errand::Acquire => self.acquire(None).await,
            Errand::Refresh(token, Refresh::Renew) => self.renew(token).await,
            Errand::Refresh(token, Refresh::Replace) => self.replace(&token).await,
            Errand::Examine(token) => self.examine(token).await,
        }
    }

    /// Gets a token. `dead` is one that the server takes no longer.
    async fn acquire(&self, dead: Option<&SecretValue>) -> Result<Arc<Token>> {
        let (asked, has_asked) = (self.now(), AtomicBool::default());
        match self.auth.acquire(&self.login(&has_asked), dead).await {
            Ok(grant) => {
                let mut state = self.lock();
                state.generations += 1;
                let token = Arc::new(Token::new(grant.token, state.generations, grant.look));
                let lease = Lease::new(grant.term, asked, self.auth.can_log_in());
                state.live = Some(Live { token: Arc::clone(&token), lease });
                state.pause = Pause::default();
                Ok(token)
            }
            Err(error) => {
                let mut state = self.lock();
                state.pause = state.pause.after(&error, has_asked.into_inner(), self.now());
                Err(error)
            }
        }
    }

    /// Makes a token last longer, or else gets another.
    async fn renew(&self, token: Arc<Token>) -> Result<Arc<Token>> {
        let asked = self.now();
        match self.login(&AtomicBool::default()).renew(&token.value, self.auth.namespace()).await {
            Ok(Some(term)) => {
                self.change(&token, |lease| lease.renewed(term, asked, self.auth.can_log_in()));
                Ok(token)
            }
            Ok(None) if self.auth.can_log_in() => self.replace(&token).await,
            Ok(None) => {
                self.change(&token, Lease::left_alone);
                self.examine(token).await
            }
            Err(error) => Err(self.postpone(&token, error)),
        }
    }

    /// Gets another token in place of one that is good for a while yet.
    async fn replace(&self, token: &Arc<Token>) -> Result<Arc<Token>> {
        self.acquire(None).await.map_err(|error| self.postpone(token, error))
    }

    fn postpone(&self, token: &Arc<Token>, error: Error) -> Error {
        let now = self.now();
        self.change(token, |lease| lease.postponed(now));
        error
    }

    /// Finds out whether a token is still good, and gets another if it is not.
    async fn examine(&self, token: Arc<Token>) -> Result<Arc<Token>> {
        match self.login(&AtomicBool::default()).look_up(&token.value, self.auth.namespace()).await? {
            Look::Good(_) => {
                token.note(200);
                return Ok(token);
            }
            Look::Refused if token.is_dead_when_refused(self.auth.can_log_in()) => {}
            Look::Refused | Look::Forbidden => return Ok(token),
        }
        {
            let mut state = self.lock();
            state.live.take_if(|live| live.token.generation == token.generation);
        }
        self.acquire(Some(&token.value)).await
    }

    fn login<'a>(&'a self, has_asked: &'a AtomicBool) -> Login<'a> {
        Login {
            has_asked,
            transport: &self.transport,
            context: &self.context,
            namespace: self.namespace.as_deref(),
            keepsake: &self.keepsake,
        }
    }

    fn change(&self, token: &Token, change: impl FnOnce(Lease) -> Lease) {
        let mut state = self.lock();
        if let Some(live) = state.live.as_mut().filter(|live| live.token.generation == token.generation) {
            live.lease = change(live.lease);
        }
    }

    fn land(&self, number: u64) {
        self.lock().flight.take_if(|(flying, _)| *flying == number);
    }

    fn now(&self) -> Duration {
        self.context.clock.monotonic()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes room for the next flight, also when this one panics or is dropped.
struct Landing<'a> {
    upkeep: &'a Upkeep,
    number: u64,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.upkeep.land(self.number);
    }
}

/// The namespace of the secrets: from the configuration, else from the environment.
fn namespace(config: &VaultConfig, context: &OpenContext) -> Result<Option<String>> {
    let (source, written) = match (&config.namespace, environment::NAMESPACE.read(&context.environment)) {
        (Some(namespace), _) => ("namespace", namespace.clone()),
        (None, Some((name, value))) => (name, variable_text(name, &value)?),
        (None, None) => return Ok(None),
    };
    let namespace = written.trim_matches('/');
    if namespace.split('/').any(|part| matches!(part, "." | ".."))
        || !namespace.chars().all(|c| c.is_ascii_graphic())
    {
        let detail = Detail::new("open", format!("{source} is {written:?}, which is no namespace"))
            .help("write the namespace's whole path, such as team/web");
        return Err(Error::new(ErrorKind::Invalid, detail));
    }
    // The root namespace has no name.
    Ok((!namespace.is_empty()).then(|| namespace.to_owned()))
}

fn interrupted(why: &str) -> Error {
    Error::new(ErrorKind::Unavailable, Detail::new("log in", format!("cannot log in: {why}")))
}
