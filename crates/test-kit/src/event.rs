//! Buses for tests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use events::{
    Event, EventBus, Operation, PublishError, SecretAccessed, SecretMaterialized, Subscriber, SubscriberError,
};

/// A bus, and a subscriber, that keeps every event. Clones are the same bus.
#[derive(Debug, Clone, Default)]
pub struct RecordingEventBus(Arc<Mutex<Vec<Event>>>);

impl RecordingEventBus {
    /// A bus that has heard nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every event, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.lock().clone()
    }

    /// Every delivery, in order.
    #[must_use]
    pub fn materialized(&self) -> Vec<SecretMaterialized> {
        let delivery = |event: &Event| match event {
            Event::SecretMaterialized(event) => Some(event.clone()),
            _ => None,
        };
        self.lock().iter().filter_map(delivery).collect()
    }

    /// Every access, in order.
    #[must_use]
    pub fn accessed(&self) -> Vec<SecretAccessed> {
        let access = |event: &Event| match event {
            Event::SecretAccessed(event) => Some(event.clone()),
            _ => None,
        };
        self.lock().iter().filter_map(access).collect()
    }

    /// The one access of this kind at `path`.
    ///
    /// # Panics
    /// When there is none, or more than one: the message has all events.
    #[must_use]
    #[track_caller]
    pub fn sole_access(&self, operation: Operation, path: &str) -> SecretAccessed {
        let fits = |event: &SecretAccessed| {
            event.operation == operation && event.path.as_ref().is_some_and(|it| it.as_str() == path)
        };
        let found: Vec<_> = self.accessed().into_iter().filter(fits).collect();
        match <[_; 1]>::try_from(found) {
            Ok([event]) => event,
            Err(found) => panic!(
                "expected one {operation:?} of {path}, found {}; all events: {:#?}",
                found.len(),
                self.events()
            ),
        }
    }

    /// Forgets all; returns what there was.
    #[must_use]
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EventBus for RecordingEventBus {
    async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        self.lock().push(event.clone());
        Ok(())
    }
}

#[async_trait]
impl Subscriber for RecordingEventBus {
    fn name(&self) -> String {
        "recording bus".to_owned()
    }

    async fn receive(&self, event: &Event) -> Result<(), SubscriberError> {
        self.lock().push(event.clone());
        Ok(())
    }
}

/// A bus, and a subscriber, that takes some events, or none, and then no more. Clones are the same bus.
#[derive(Debug, Clone, Default)]
pub struct FailingEventBus {
    left: Arc<AtomicUsize>,
}

impl FailingEventBus {
    /// A bus that takes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A bus that takes `count` events and then no more.
    #[must_use]
    pub fn after(count: usize) -> Self {
        Self { left: Arc::new(AtomicUsize::new(count)) }
    }

    fn take(&self) -> Result<(), SubscriberError> {
        let taken = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        taken.map(drop).map_err(|_| "it was told to fail".into())
    }
}

#[async_trait]
impl EventBus for FailingEventBus {
    async fn publish(&self, _event: &Event) -> Result<(), PublishError> {
        self.take()
            .map_err(|error| PublishError { failures: vec![(Subscriber::name(self), error)], taken: 0 })
    }
}

#[async_trait]
impl Subscriber for FailingEventBus {
    fn name(&self) -> String {
        "failing bus".to_owned()
    }

    async fn receive(&self, _event: &Event) -> Result<(), SubscriberError> {
        self.take()
    }
}
