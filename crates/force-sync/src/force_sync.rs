//! Finding them, and telling them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use events::Clock;
use futures::StreamExt as _;
use futures::stream;
use tokio::sync::Mutex;

use crate::access::KubeAccess;
use crate::changes::Changes;
use crate::cluster::Cluster;
use crate::error::{AccessError, Problem};
use crate::external_secret::{ExternalSecret, ObjectRef};
use crate::matching::uses;
use crate::report::{Failed, Report, Skipped};
use crate::retry::PATIENCE;
use crate::stores::Stores;

/// For how long a list of `ExternalSecret`s is not asked for again. One that is made within this time reads the store anyway.
pub const REMEMBERED: Duration = Duration::from_secs(3);

/// How many patches are on their way at once.
const AT_ONCE: usize = 8;

/// Finds the `ExternalSecret`s that use what was written, and tells them.
pub struct ForceSync {
    cluster: Cluster,
    stores: Stores,
    /// All when there is none.
    namespaces: Vec<String>,
    clock: Arc<dyn Clock>,
    listed: Mutex<BTreeMap<Option<String>, Listed>>,
    /// The last value of the annotation, in milliseconds: each is another one, so that each is a change.
    last: AtomicI64,
}

#[derive(Clone)]
struct Listed {
    at: Duration,
    all: Arc<Vec<ExternalSecret>>,
}

impl fmt::Debug for ForceSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForceSync").field("stores", &self.stores).finish_non_exhaustive()
    }
}

impl ForceSync {
    /// Loads what the cluster is reached with; does not ask it yet. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`AccessError`] when there is no cluster to ask, or what it is reached with is not good.
    pub async fn open(
        access: &KubeAccess,
        stores: Stores,
        namespaces: Vec<String>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AccessError> {
        let cluster = Cluster::new(access.client().await?, Arc::clone(&clock));
        Ok(Self { cluster, stores, namespaces, clock, listed: Mutex::default(), last: AtomicI64::new(0) })
    }

    /// Tells all `ExternalSecret`s that use what was written.
    pub async fn touch(&self, changes: &Changes) -> Report {
        let until = self.clock.monotonic().saturating_add(PATIENCE);
        let mut report = self.found(changes, until).await;
        let value = self.value();
        let told = stream::iter(std::mem::take(&mut report.touched))
            .map(|object| {
                let value = &value;
                async move {
                    let done = self.cluster.annotate(&object, value, until).await;
                    (object, done)
                }
            })
            .buffer_unordered(AT_ONCE);
        for (object, done) in told.collect::<Vec<_>>().await {
            match done {
                Ok(()) => report.touched.push(object),
                Err(Problem::Gone) => {
                    report.skipped.push(Skipped { object, reason: "it was deleted meanwhile" });
                }
                Err(problem) => {
                    report.failed.push(Failed { object: Some(object), namespace: None, problem });
                }
            }
        }
        report.sort();
        report
    }

    /// Which would be told; changes nothing.
    pub async fn plan(&self, changes: &Changes) -> Report {
        let until = self.clock.monotonic().saturating_add(PATIENCE);
        let mut report = self.found(changes, until).await;
        report.sort();
        report
    }

    async fn found(&self, changes: &Changes, until: Duration) -> Report {
        let mut report = Report::default();
        if changes.is_empty() || self.stores.is_empty() {
            return report;
        }
        let named: Vec<_> = self.namespaces.iter().map(|namespace| Some(namespace.as_str())).collect();
        for namespace in if named.is_empty() { vec![None] } else { named } {
            let listed = match self.list(namespace, until).await {
                Ok(listed) => listed,
                Err(problem) => {
                    let namespace = namespace.map(str::to_owned);
                    report.failed.push(Failed { object: None, namespace, problem });
                    continue;
                }
            };
            for external in listed.iter().filter(|external| uses(external, changes, &self.stores)) {
                let object: ObjectRef = external.reference();
                match external.ignores_touches() {
                    Some(reason) => report.skipped.push(Skipped { object, reason }),
                    None => report.touched.push(object),
                }
            }
        }
        report
    }

    /// Whoever asks at the same time waits for the same list.
    async fn list(
        &self,
        namespace: Option<&str>,
        until: Duration,
    ) -> Result<Arc<Vec<ExternalSecret>>, Problem> {
        let mut listed = self.listed.lock().await;
        let (now, key) = (self.clock.monotonic(), namespace.map(str::to_owned));
        if let Some(there) = listed.get(&key)
            && now.saturating_sub(there.at) < REMEMBERED
        {
            return Ok(Arc::clone(&there.all));
        }
        let all = Arc::new(self.cluster.list(namespace, until).await?);
        listed.insert(key, Listed { at: now, all: Arc::clone(&all) });
        Ok(all)
    }

    /// Unix time, in seconds, and never the same twice.
    fn value(&self) -> String {
        let now = self.clock.now().as_millisecond();
        let next = |last: i64| now.max(last + 1);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)));
        let value = next(last.unwrap_or_default());
        format!("{}.{:03}", value / 1000, value % 1000)
    }
}
