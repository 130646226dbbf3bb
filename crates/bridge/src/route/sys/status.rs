//! `sys/internal/secretbridge/status`: what the bridge is, how it is, and what it was asked of late. What `/ui` shows.

use std::time::Duration;

use events::Timestamp;
use serde::Serialize;

use crate::api::{Failure, Query, Reply};
use crate::bridge::Bridge;
use crate::mount::Mount;
use crate::policy::Capability;
use crate::recent::{Done, Path, Trouble};
use crate::state::Condition;
use crate::token::Identity;

/// Below `sys/internal/`.
pub(crate) const STATUS: &str = "secretbridge/status";

/// How many paths are told unless asked otherwise.
const SHOWN: usize = 1000;

/// Everything, as far as the caller may know of it.
#[derive(Serialize)]
struct Status<'a> {
    server: Server<'a>,
    store: Store,
    cache: Option<Cache>,
    you: You<'a>,
    mounts: Vec<Mounted<'a>>,
    paths: Paths<'a>,
    errors: Vec<Error<'a>>,
}

#[derive(Serialize)]
struct Server<'a> {
    instance: &'a str,
    version: &'a str,
    condition: &'static str,
    started: Timestamp,
    uptime_seconds: u64,
    now: Timestamp,
}

/// The store of the instance, which is asked every few seconds for what has changed of tokens.
#[derive(Serialize)]
struct Store {
    last_answer: Timestamp,
    /// Why it has not answered since.
    trouble: Option<&'static str>,
    has_first_token: bool,
}

#[derive(Serialize)]
struct Cache {
    ttl_seconds: f64,
    max_entries: usize,
}

/// Whose token it is that asks.
#[derive(Serialize)]
struct You<'a> {
    actor: &'a str,
    display_name: &'a str,
    policies: Vec<&'a str>,
    expires: Option<Timestamp>,
}

#[derive(Serialize)]
struct Mounted<'a> {
    path: String,
    version: u8,
    provider: String,
    location: String,
    can: Vec<&'static str>,
    /// Of the paths that the caller may see.
    paths: usize,
    reads: u64,
    writes: u64,
    failures: u64,
    last_read: Option<Timestamp>,
    last_failure: Option<Timestamp>,
    #[serde(skip)]
    mount: &'a Mount,
}

#[derive(Serialize)]
struct Paths<'a> {
    /// How many the caller may see, and how many of them are late.
    total: usize,
    late: usize,
    /// How many of them the filter lets through.
    matching: usize,
    /// Those that are late first, and then those that were asked for last.
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    read: Option<Last<'a>>,
    written: Option<Last<'a>>,
    failed: Option<Last<'a>>,
    rhythm: Option<Rhythm>,
}

#[derive(Serialize)]
struct Last<'a> {
    count: u64,
    at: Timestamp,
    actor: &'a str,
    status: u16,
}

#[derive(Serialize)]
struct Rhythm {
    interval_seconds: f64,
    /// Of how many intervals that is the median.
    intervals: usize,
    /// When the next read is due.
    next: Timestamp,
    /// Whether a whole interval has gone by without it; none as long as too little is known.
    late: Option<bool>,
}

#[derive(Serialize)]
struct Error<'a> {
    category: &'a str,
    status: u16,
    method: &'a str,
    path: &'a str,
    actor: Option<&'a str>,
    remote: &'a str,
    count: u64,
    first: Timestamp,
    last: Timestamp,
    request_id: &'a str,
}

/// Answers with what the token may know: of paths that it may neither read nor list, it is told nothing.
///
/// # Errors
/// 400 for a `limit` that is no number.
pub(crate) fn status(
    bridge: &Bridge,
    identity: &Identity,
    query: Query<'_>,
    request_id: &str,
) -> Result<Reply, Failure> {
    let may_see = |path: &str| {
        let allowed = bridge.policies.capabilities(identity.policies(), path);
        let may_list = || bridge.policies.may_list(identity.policies(), path);
        let may_read = allowed.allow(Capability::Read) || allowed.allow(Capability::List);
        !allowed.is_denied() && (may_read || may_list())
    };
    let limit = match query.number("limit")? {
        None => SHOWN,
        Some(limit) => usize::try_from(limit)
            .map_err(|_| Failure::bad_request("the parameter limit is less than nothing"))?,
    };
    let filter = query.get("filter").map(|filter| filter.to_lowercase()).unwrap_or_default();
    let now = Now { wall: bridge.clock.now(), monotonic: bridge.clock.monotonic() };
    let paths = bridge.recent.paths(may_see);
    let troubles = bridge.recent.troubles(may_see);
    let status = Status {
        server: server(bridge, now),
        store: store(bridge, now),
        cache: bridge
            .cache
            .map(|policy| Cache { ttl_seconds: policy.ttl.as_secs_f64(), max_entries: policy.max_entries }),
        you: you(identity),
        mounts: mounts(bridge, identity, &paths),
        paths: rows(&paths, &filter, limit, now),
        errors: troubles.iter().map(error).collect(),
    };
    Reply::data(request_id, &status)
}

#[derive(Clone, Copy)]
struct Now {
    wall: Timestamp,
    monotonic: Duration,
}

impl Now {
    fn before(self, age: Duration) -> Timestamp {
        millis(self.wall.checked_sub(age).unwrap_or(Timestamp::MIN))
    }
}

fn server(bridge: &Bridge, now: Now) -> Server<'_> {
    let (started, uptime) = bridge.recent.run(&*bridge.clock);
    Server {
        instance: &bridge.server.cluster_name,
        version: &bridge.server.version,
        condition: match bridge.condition() {
            Condition::Ready => "ready",
            Condition::Draining => "draining",
            Condition::Uninitialized => "uninitialized",
            Condition::StoreUnavailable => "store-unavailable",
        },
        started: millis(started),
        uptime_seconds: uptime.as_secs(),
        now: millis(now.wall),
    }
}

fn store(bridge: &Bridge, now: Now) -> Store {
    let (age, trouble) = bridge.tokens.last_look();
    Store {
        last_answer: now.before(age),
        trouble: trouble.map(secret_store::ErrorKind::as_str),
        has_first_token: bridge.tokens.has_first(),
    }
}

fn you(identity: &Identity) -> You<'_> {
    You {
        actor: identity.name(),
        display_name: &identity.claims.display_name,
        policies: identity.policies().collect(),
        expires: identity.expires.and_then(|second| Timestamp::from_second(second).ok()),
    }
}

fn mounts<'a>(bridge: &'a Bridge, identity: &Identity, paths: &[Path]) -> Vec<Mounted<'a>> {
    let seen = bridge.mounts.iter().filter(|mount| bridge.policies.reaches(identity.policies(), &mount.path));
    let mut mounts: Vec<_> = seen.map(mounted).collect();
    for Path { path, seen } in paths {
        let Some((mount, _)) = bridge.mounts.find(path) else { continue };
        let Some(shown) = mounts.iter_mut().find(|shown| std::ptr::eq(shown.mount, mount)) else { continue };
        shown.paths += 1;
        shown.reads += seen.read.count;
        shown.writes += seen.written.as_ref().map_or(0, |done| done.count);
        shown.failures += seen.failed.as_ref().map_or(0, |done| done.count);
        shown.last_read = shown.last_read.max(seen.read.at.map(millis));
        shown.last_failure =
            shown.last_failure.max(seen.failed.as_ref().and_then(|done| done.at).map(millis));
    }
    mounts.sort_by(|a, b| a.path.cmp(&b.path));
    mounts
}

fn mounted(mount: &Mount) -> Mounted<'_> {
    let info = mount.store.info();
    let can = info.capabilities;
    let words = [
        (can.write, "write"),
        (can.list, "list"),
        (can.check_and_set, "check-and-set"),
        (can.history, "history"),
    ];
    Mounted {
        path: format!("{}/", mount.path),
        version: mount.version.into(),
        provider: info.provider.into_owned(),
        location: info.location,
        can: words.into_iter().filter_map(|(can, word)| can.then_some(word)).collect(),
        paths: 0,
        reads: 0,
        writes: 0,
        failures: 0,
        last_read: None,
        last_failure: None,
        mount,
    }
}

fn rows<'a>(paths: &'a [Path], filter: &str, limit: usize, now: Now) -> Paths<'a> {
    let is_late = |path: &Path| path.seen.rhythm.is_late(now.monotonic) == Some(true);
    let mut matching: Vec<_> = paths
        .iter()
        .filter(|path| filter.is_empty() || path.path.to_lowercase().contains(filter))
        .map(|path| (is_late(path), path))
        .collect();
    matching.sort_by(|(a_is_late, a), (b_is_late, b)| {
        (b_is_late, b.seen.last(), &a.path).cmp(&(a_is_late, a.seen.last(), &b.path))
    });
    Paths {
        total: paths.len(),
        late: paths.iter().filter(|path| is_late(path)).count(),
        matching: matching.len(),
        rows: matching.into_iter().take(limit).map(|(_, path)| row(path, now)).collect(),
    }
}

fn row(Path { path, seen }: &Path, now: Now) -> Row<'_> {
    let rhythm = seen.rhythm.interval().zip(seen.rhythm.age(now.monotonic));
    Row {
        path,
        read: last(&seen.read),
        written: seen.written.as_deref().and_then(last),
        failed: seen.failed.as_deref().and_then(last),
        rhythm: rhythm.map(|((interval, intervals), age)| Rhythm {
            interval_seconds: interval.as_secs_f64(),
            intervals,
            next: millis(now.before(age).checked_add(interval).unwrap_or(Timestamp::MAX)),
            late: seen.rhythm.is_late(now.monotonic),
        }),
    }
}

fn last(done: &Done) -> Option<Last<'_>> {
    let at = millis(done.at?);
    Some(Last { count: done.count, at, actor: &done.actor, status: done.status })
}

fn error(trouble: &Trouble) -> Error<'_> {
    Error {
        category: &trouble.category,
        status: trouble.status,
        method: trouble.method.as_str(),
        path: trouble.path.as_str(),
        actor: trouble.actor.as_ref().map(events::Label::as_str),
        remote: trouble.remote.as_str(),
        count: trouble.count,
        first: millis(trouble.first),
        last: millis(trouble.last),
        request_id: trouble.request.as_str(),
    }
}

/// In whole milliseconds, which is what a browser reads.
fn millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
