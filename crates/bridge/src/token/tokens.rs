//! Who a token is, and what becomes of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use events::Clock;
use ring::rand::SecureRandom;
use secret_store::{
    Detail, Error, ErrorKind, Precondition, ReadOptions, Result, SecretPath, SecretStore, SecretVersion,
    WriteOptions,
};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::bootstrap::{Bootstrap, BootstrapConfig};
use super::claims::Claims;
use super::key::{SigningKeys, hex};
use super::known::{Known, Look, is_answer};
use super::seen::Seen;
use super::standing::{Counts, TokensStanding};
use super::state::{self, Change, State};
use super::text::{self, Kind};

/// How often the state is written over a change of somebody else's before it is given up.
const ATTEMPTS: usize = 16;

/// How long tokens last, and how soon a change of them reaches the other replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokensConfig {
    /// How long a token lasts that nobody has said another time of. At least a minute: clients take a shorter one for
    /// expired.
    pub ttl: Duration,
    /// How long a token lasts at most, however often it is renewed.
    pub max_ttl: Duration,
    /// How often what has changed of tokens is read again: how long another replica may believe a token that was revoked here.
    pub refresh: Duration,
    /// For how long tokens are believed while that cannot be read.
    pub patience: Duration,
    /// How many revocations and renewals are kept; when there are more, everything made before is refused. The record of them
    /// has to fit into an entry of the store, which Vault and OpenBao bound to 1 MiB.
    pub most: usize,
}

/// An hour, a day, five seconds, five minutes, 9,000.
impl Default for TokensConfig {
    fn default() -> Self {
        Self {
            ttl: Duration::from_hours(1),
            max_ttl: Duration::from_hours(24),
            refresh: Duration::from_secs(5),
            patience: Duration::from_mins(5),
            most: state::MOST,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// What the token says of itself.
    pub claims: Arc<Claims>,
    /// When it ends, in seconds since 1970; none for the bootstrap token, which lasts as long as it is in the store.
    pub expires: Option<i64>,
}

impl Identity {
    /// Its policies: `default` is one of them, unless it may do everything.
    pub fn policies(&self) -> impl Iterator<Item = &str> + Clone {
        let is_root = self.claims.policies.iter().any(|policy| policy == "root");
        (!is_root).then_some("default").into_iter().chain(self.claims.policies.iter().map(String::as_str))
    }

    /// What names it in the audit log: not the token, and nothing from which it could be made.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.claims.id
    }

    /// Whether it is the bootstrap token.
    #[must_use]
    pub fn is_bootstrap(&self) -> bool {
        self.expires.is_none()
    }
}

/// What a token is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grant {
    /// Its policies, without `default`.
    pub policies: Vec<String>,
    /// For people: `approle`.
    pub display_name: String,
    /// Where it is made: `auth/approle/login`.
    pub path: String,
    /// What is known of its owner.
    pub metadata: BTreeMap<String, String>,
    /// How long it lasts; as long as is usual without one.
    pub ttl: Option<Duration>,
    /// How long it lasts at most; as long as is usual without one.
    pub max_ttl: Option<Duration>,
    /// Whether it may be renewed.
    pub is_renewable: bool,
}

/// A token that was made.
pub struct Issued {
    /// The token.
    pub token: Zeroizing<String>,
    /// What names it without being it.
    pub accessor: Zeroizing<String>,
    /// Who holds it.
    pub identity: Identity,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// Why a token lets nobody in.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is none, or ended, or was taken back. Which one is not said.
    #[error("the token is not good")]
    NotGood,
    /// It is not known whether it was taken back.
    #[error("it is not known which tokens were revoked: {0}")]
    Unknown(Arc<Error>),
}

/// All tokens of an instance.
///
/// Replicas that change the record at once see each other by check-and-set. A store without it has one bridge: of two, one may
/// write over what the other has revoked.
pub struct Tokens {
    store: Arc<dyn SecretStore>,
    path: SecretPath,
    keys: SigningKeys,
    seen: Seen,
    clock: Arc<dyn Clock>,
    random: Arc<dyn SecureRandom + Send + Sync>,
    config: TokensConfig,
    bootstrap: Option<Bootstrap>,
    /// Looked at for each request, and so without a lock: to take one is to take it from another thread.
    known: ArcSwap<Known>,
    /// Held by who changes what is known.
    learning: Mutex<()>,
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
    counts: Counts,
}

struct Waiting {
    change: Change,
    done: oneshot::Sender<Result<()>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("store", &self.store.info().describe()).finish_non_exhaustive()
    }
}

impl Tokens {
    /// The tokens of the instance whose state is kept at `path` of `store`.
    ///
    /// # Errors
    /// As the store's reads, and for a bootstrap token that is missing, empty or too short.
    pub async fn open(
        store: Arc<dyn SecretStore>,
        path: SecretPath,
        keys: SigningKeys,
        bootstrap: Option<BootstrapConfig>,
        config: TokensConfig,
        clock: Arc<dyn Clock>,
        random: Arc<dyn SecureRandom + Send + Sync>,
    ) -> Result<Self> {
        let bootstrap = bootstrap.map(Bootstrap::new);
        let seen = Seen::new(&*random).ok_or_else(|| no_random("open the tokens"))?;
        let tokens = Self {
            store,
            path,
            keys,
            seen,
            clock,
            random,
            config,
            bootstrap,
            known: ArcSwap::default(),
            learning: Mutex::default(),
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            counts: Counts::default(),
        };
        // Nothing is written to a store without a bootstrap token.
        tokens.look().await?;
        tokens.note_first().await?;
        Ok(tokens)
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_second()
    }

    fn known(&self) -> Guard<Arc<Known>> {
        self.known.load()
    }

    fn learn(&self, change: impl FnOnce(&mut Known)) {
        let _turn = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = Known::clone(&self.known());
        change(&mut known);
        self.known.store(Arc::new(known));
    }

    /// Reads what has changed, and the bootstrap token.
    ///
    /// # Errors
    /// As the store's reads. What was known stays in force, but for a bootstrap token that is not there any more, or can be
    /// guessed.
    pub async fn refresh(&self) -> Result<()> {
        let answer = self.look().await;
        if answer.as_ref().is_err_and(|error| !is_answer(error)) {
            return answer;
        }
        answer.and(self.note_first().await)
    }

    async fn look(&self) -> Result<()> {
        let (began, generation) = (self.clock.monotonic(), self.known().generation);
        let read = self.read_state().await;
        let answer = read.as_ref().map(drop).map_err(Error::clone);
        self.learn(|known| match read {
            // It was written or read since, and this answer may be older than that.
            _ if known.generation != generation => {}
            Ok((state, _)) => known.took(state, began),
            Err(error) => known.record.trouble = Some(Arc::new(error)),
        });
        answer?;
        let Some(bootstrap) = &self.bootstrap else { return Ok(()) };
        let seen = bootstrap.read(&*self.store, &self.keys).await;
        let answer = seen.as_ref().map(drop).map_err(Error::clone);
        let until = self.now().saturating_add(seconds(bootstrap.overlap()));
        self.learn(|known| match seen {
            Ok(mac) => known.saw(mac, until, began),
            Err(error) => known.missed(&error, began),
        });
        answer
    }

    /// Notes for the other replicas what was seen of the bootstrap token.
    async fn note_first(&self) -> Result<()> {
        if !self.known().is_ahead() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        // A change that was written meanwhile has taken it along.
        if !self.known().is_ahead() {
            return Ok(());
        }
        match self.write_waiting().await {
            // It holds in this process alone.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(()),
            answer => answer,
        }
    }

    async fn read_state(&self) -> Result<(State, Option<SecretVersion>)> {
        match self.store.read(&self.path, ReadOptions::current()).await {
            Ok(secret) => {
                let state = State::decode(&secret.fields).ok_or_else(|| {
                    let detail = Detail::new("read", "it is not the state of tokens").at(&self.path);
                    let help =
                        "remove it: then tokens that were revoked and have not ended are believed again";
                    Error::new(ErrorKind::Corrupt, detail.store(self.store.info().describe()).help(help))
                })?;
                Ok((state, secret.version))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((State::default(), None)),
            Err(error) => Err(error),
        }
    }

    /// Makes a change, together with all others that wait: returns when it is in the store.
    async fn change(&self, change: Change) -> Result<()> {
        let (done, mut answer) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Waiting { change: change.clone(), done });
        loop {
            let turn = self.turn.lock().await;
            match answer.try_recv() {
                Ok(answer) => return answer,
                Err(oneshot::error::TryRecvError::Empty) => {
                    // Who waits is told of it.
                    let _ = self.write_waiting().await;
                }
                // Who had taken it on has given up.
                Err(oneshot::error::TryRecvError::Closed) => {
                    let (done, again) = oneshot::channel();
                    answer = again;
                    let waiting = Waiting { change: change.clone(), done };
                    self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(waiting);
                }
            }
            drop(turn);
        }
    }

    /// Writes all changes that wait, and what was seen of the bootstrap token.
    async fn write_waiting(&self) -> Result<()> {
        let group = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let changes: Vec<_> = group.iter().map(|waiting| waiting.change.clone()).collect();
        let answer = self.write(&changes).await;
        for waiting in group {
            // Whoever does not wait any more does not need to know.
            let _ = waiting.done.send(answer.clone());
        }
        answer
    }

    async fn write(&self, changes: &[Change]) -> Result<()> {
        let checks = self.store.info().capabilities.check_and_set;
        let (recorded, seen) = {
            let known = self.known();
            (known.recorded.clone(), known.state.first.clone())
        };
        for _ in 0..ATTEMPTS {
            let began = self.clock.monotonic();
            let (mut state, version) = self.read_state().await?;
            state.note(&recorded, &seen);
            for change in changes {
                state.apply(change);
            }
            state.prune(self.now(), self.config.most);
            let Some(fields) = state.encode() else { continue };
            let precondition = match version {
                _ if !checks => Precondition::None,
                Some(version) => Precondition::Version(version),
                None => Precondition::Absent,
            };
            let options = WriteOptions::replace().with_precondition(precondition);
            match self.store.write(&self.path, fields, options).await {
                Ok(_) => {
                    self.learn(|known| known.wrote(state, &seen, began));
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                Err(error) => return Err(error),
            }
        }
        let detail = Detail::new("write", "other replicas change it all the time").at(&self.path);
        Err(Error::new(ErrorKind::Unavailable, detail.store(self.store.info().describe())))
    }

    /// Who holds this token.
    ///
    /// # Errors
    /// [`Refused`], and nothing of why.
    pub fn authenticate(&self, token: &[u8]) -> Result<Identity, Refused> {
        let known = self.trusted()?;
        let mark = self.seen.mark(token);
        if let Some(claims) = Seen::find(mark) {
            return self.admit(claims, &known.state);
        }
        if let Some(identity) = self.first(token, &known) {
            return self.believe(&known.first).map(|()| identity);
        }
        let identity = self.identify(Kind::Token, token, &known.state)?;
        Seen::remember(mark, &identity.claims);
        Ok(identity)
    }

    /// Whether it is not known any more which tokens are good.
    pub(crate) fn is_in_the_dark(&self) -> bool {
        self.trusted().is_err()
    }

    /// How long ago what has changed of tokens was read, or the bootstrap token where that is in trouble, and why it could not be
    /// read since.
    pub(crate) fn last_look(&self) -> (Duration, Option<ErrorKind>) {
        let known = self.known();
        let look = known.worse();
        (self.age(look), look.trouble.as_ref().map(|trouble| trouble.kind()))
    }

    /// Whether there is a first token, without which nobody can be given one.
    pub(crate) fn has_first(&self) -> bool {
        self.known().state.first.mac.is_some()
    }

    /// What is known, as numbers.
    pub(crate) fn standing(&self) -> TokensStanding {
        let (known, Counts { issued, renewed, revoked }) = (self.known(), &self.counts);
        let read = |count: &std::sync::atomic::AtomicU64| count.load(std::sync::atomic::Ordering::Relaxed);
        TokensStanding {
            issued: read(issued),
            renewed: read(renewed),
            revoked: read(revoked),
            revocations: known.state.revoked.len(),
            renewals: known.state.renewed.len(),
            age: self.age(known.worse()),
            is_in_trouble: known.worse().trouble.is_some(),
        }
    }

    /// Who holds the token with this accessor.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub fn lookup(&self, accessor: &[u8]) -> Result<Identity, Refused> {
        self.identify(Kind::Accessor, accessor, &self.trusted()?.state)
    }

    /// Who holds the token with this text, also where it has ended as far as is known here: another replica may have renewed it,
    /// and there it is good. Whoever takes it back means it.
    ///
    /// # Errors
    /// [`Refused`]: [`NotGood`](Refused::NotGood) for what is none, was taken back, or has ended however often it was renewed.
    pub(crate) fn revocable(&self, kind: Kind, text: &[u8]) -> Result<Identity, Refused> {
        let known = self.trusted()?;
        if kind == Kind::Token
            && let Some(identity) = self.first(text, &known)
        {
            return Ok(identity);
        }
        let claims = text::parse(kind, text, &self.keys).map_err(|_| Refused::NotGood)?;
        let latest = if claims.is_renewable { claims.ends.max(claims.expires) } else { claims.expires };
        if known.state.refuses(&claims) || latest <= self.now() {
            return Err(Refused::NotGood);
        }
        let expires = known.state.expires(&claims);
        Ok(Identity { claims: Arc::new(claims), expires: Some(expires) })
    }

    /// Who holds this token, when it is the first one.
    fn first(&self, token: &[u8], known: &Known) -> Option<Identity> {
        self.bootstrap.as_ref()?.identify(token, &self.keys, &known.state.first, self.now())
    }

    /// What is known, unless that is too old.
    fn trusted(&self) -> Result<Guard<Arc<Known>>, Refused> {
        let known = self.known();
        self.believe(&known.record)?;
        Ok(known)
    }

    fn believe(&self, look: &Look) -> Result<(), Refused> {
        match &look.trouble {
            Some(trouble) if self.age(look) > self.config.patience => {
                Err(Refused::Unknown(Arc::clone(trouble)))
            }
            _ => Ok(()),
        }
    }

    fn age(&self, look: &Look) -> Duration {
        self.clock.monotonic().saturating_sub(look.read)
    }

    fn identify(&self, kind: Kind, text: &[u8], state: &State) -> Result<Identity, Refused> {
        let claims = text::parse(kind, text, &self.keys).map_err(|_| Refused::NotGood)?;
        self.admit(Arc::new(claims), state)
    }

    /// Who was signed for, unless the token was taken back or has ended.
    fn admit(&self, claims: Arc<Claims>, state: &State) -> Result<Identity, Refused> {
        let expires = state.expires(&claims);
        if state.refuses(&claims) || expires <= self.now() {
            return Err(Refused::NotGood);
        }
        Ok(Identity { claims, expires: Some(expires) })
    }

    /// Makes a token. One of another's making is revoked with it, and does not outlast the time that its maker has now: so a
    /// revocation has to be known no longer than its own token lasts.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) when it would be too long to be sent, or too many stand behind it.
    pub fn issue(&self, grant: Grant, parent: Option<&Identity>) -> Result<Issued> {
        let invalid =
            |reason: &'static str| Err(Error::new(ErrorKind::Invalid, Detail::new("issue a token", reason)));
        let mut parents = Vec::new();
        if let Some(parent) = parent.filter(|parent| !parent.is_bootstrap()) {
            parents.clone_from(&parent.claims.parents);
            parents.push(parent.claims.id.clone());
        }
        if parents.len() > Claims::MOST_PARENTS {
            return invalid("too many tokens stand behind it: each was made by the one before");
        }
        let now = self.now();
        let most = grant.max_ttl.unwrap_or(self.config.max_ttl).min(self.config.max_ttl);
        let ttl = grant.ttl.unwrap_or(self.config.ttl).min(most);
        let until = parent.and_then(|parent| parent.expires).unwrap_or(i64::MAX);
        let claims = Claims {
            id: self.id()?,
            policies: grant.policies,
            display_name: grant.display_name,
            path: grant.path,
            metadata: grant.metadata,
            issued: now,
            expires: now.saturating_add(seconds(ttl)).min(until),
            ends: now.saturating_add(seconds(most)).min(until),
            is_renewable: grant.is_renewable,
            parents,
        };
        let signed = text::token(&claims, &self.keys)
            .and_then(|token| Ok((token, text::accessor(&claims, &self.keys)?)));
        let Ok((token, accessor)) = signed else {
            return invalid("its policies and what is known of its owner are too much for a token");
        };
        Counts::count(&self.counts.issued);
        let expires = Some(claims.expires);
        Ok(Issued { token, accessor, identity: Identity { claims: Arc::new(claims), expires } })
    }

    fn id(&self) -> Result<String> {
        let mut bytes = [0_u8; 16];
        self.random.fill(&mut bytes).map_err(|_| no_random("issue a token"))?;
        Ok(hex(&bytes))
    }

    /// The accessor of a token.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid), never for a token that was issued.
    pub fn accessor(&self, identity: &Identity) -> Result<Zeroizing<String>> {
        text::accessor(&identity.claims, &self.keys)
            .map_err(|_| Error::new(ErrorKind::Invalid, Detail::new("look a token up", "it has no accessor")))
    }

    /// Lets a token last longer: as long as it was made for from now on, or as long as is asked for, and never beyond its end.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) when it may not be renewed; and as the store's reads and writes.
    pub async fn renew(&self, identity: &Identity, increment: Option<Duration>) -> Result<Identity> {
        let claims = &identity.claims;
        if !claims.is_renewable || identity.is_bootstrap() {
            return Err(Error::new(ErrorKind::Invalid, Detail::new("renew", "lease is not renewable")));
        }
        let usual = claims.expires - claims.issued;
        let lasting = increment.map_or(usual, seconds).max(1);
        let expires = self.now().saturating_add(lasting).min(claims.ends);
        if expires > identity.expires.unwrap_or_default() {
            self.change(Change::Renew { id: claims.id.clone(), expires }).await?;
        }
        if self.known().state.refuses(claims) {
            let detail = Detail::new("renew", "the token was revoked meanwhile");
            return Err(Error::new(ErrorKind::PermissionDenied, detail));
        }
        Counts::count(&self.counts.renewed);
        let expires = self.known().state.expires(claims);
        Ok(Identity { claims: Arc::clone(claims), expires: Some(expires) })
    }

    /// Takes a token back, and all that it made: at once here, and within [`refresh`](TokensConfig::refresh) at the other
    /// replicas. Returns when it is in the store.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for the bootstrap token, which is changed in the store; and as the store's reads
    /// and writes: then the token may still be good.
    pub async fn revoke(&self, identity: &Identity) -> Result<()> {
        if identity.is_bootstrap() {
            let detail = Detail::new("revoke", "the bootstrap token is in the store: it is replaced there");
            return Err(Error::new(ErrorKind::Unsupported, detail));
        }
        let claims = &identity.claims;
        let expires = identity.expires.unwrap_or(claims.ends);
        self.change(Change::Revoke { id: claims.id.clone(), expires }).await?;
        Counts::count(&self.counts.revoked);
        Ok(())
    }

    /// Reads what has changed again and again, until it is dropped.
    pub async fn keep_fresh(&self) {
        loop {
            self.clock.sleep(self.config.refresh).await;
            // Noted for who asks meanwhile.
            let _ = self.refresh().await;
        }
    }
}

fn no_random(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, Detail::new(operation, "the system gives no random bytes"))
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
