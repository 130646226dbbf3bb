//! What went wrong of late.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use events::{Label, RequestServed, Timestamp};

/// How many different troubles are remembered, of each kind.
const MOST: usize = 100;

/// A request that was not answered, and those that were like it.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub(crate) path: Label,
    pub(crate) method: Label,
    /// An error's category.
    pub(crate) category: Box<str>,
    pub(crate) status: u16,
    /// None where nobody has proven who asks.
    pub(crate) actor: Option<Label>,
    pub(crate) remote: Label,
    /// How many there were.
    pub(crate) count: u64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    /// The id of the last one.
    pub(crate) request: Label,
}

/// Those who are turned away cannot push out what went wrong in truth: each kind has room of its own.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    /// That nobody has proven who asks.
    strangers: Few,
    /// That there is no such thing, that it makes no sense, that it is not allowed.
    refused: Few,
    /// That the store, or the bridge, did not do what was asked.
    failed: Few,
}

impl Troubles {
    pub(super) fn note(&self, served: &RequestServed, status: u16, category: &str) {
        let few = match (&served.actor, status) {
            (_, 429 | 500..) => &self.failed,
            (None, _) => &self.strangers,
            (Some(_), _) => &self.refused,
        };
        few.note(served, status, category);
    }

    pub(super) fn all(&self, may_see: impl Fn(&str) -> bool) -> Vec<Trouble> {
        let mut all: Vec<_> = [&self.strangers, &self.refused, &self.failed]
            .into_iter()
            .flat_map(|few| few.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .filter(|trouble| may_see(trouble.path.as_str()))
            .collect();
        all.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.path.cmp(&b.path)));
        all
    }
}

/// The last one is at the front.
#[derive(Debug, Default)]
struct Few(Mutex<VecDeque<Trouble>>);

impl Few {
    fn note(&self, served: &RequestServed, status: u16, category: &str) {
        let mut few = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = few.iter().position(|known| {
            known.status == status
                && &*known.category == category
                && known.path == served.path
                && known.method == served.method
                && known.actor == served.actor
        });
        let mut trouble = same.and_then(|at| few.remove(at)).unwrap_or_else(|| Trouble {
            path: served.path.clone(),
            method: served.method.clone(),
            category: category.into(),
            status,
            actor: served.actor.clone(),
            remote: served.remote.clone(),
            count: 0,
            first: served.at,
            last: served.at,
            request: served.request.clone(),
        });
        if trouble.count > 0 {
            trouble.remote.clone_from(&served.remote);
            trouble.request.clone_from(&served.request);
            trouble.last = served.at;
        }
        trouble.count += 1;
        few.truncate(MOST - 1);
        few.push_front(trouble);
    }
}
