//! Who hears of it.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;

use crate::Event;

/// Where events are published. Publishing returns when every subscriber has taken the event, so that a caller who must
/// not go on without an audit line can wait for it.
#[async_trait]
pub trait EventBus: Debug + Send + Sync {
    /// Hands `event` to every subscriber.
    ///
    /// # Errors
    /// [`PublishError`] names every subscriber that did not take it; all the others have.
    async fn publish(&self, event: &Event) -> Result<(), PublishError>;

    /// Hands many events to every subscriber, in their order: for one who has thousands at once. A subscriber takes
    /// all of them up to the first that it cannot take.
    ///
    /// # Errors
    /// As [`publish`](Self::publish), with how many of the events everybody took.
    async fn publish_all(&self, events: &[Event]) -> Result<(), PublishError> {
        for (taken, event) in events.iter().enumerate() {
            self.publish(event).await.map_err(|error| PublishError { taken, ..error })?;
        }
        Ok(())
    }
}

/// One who takes events from a bus.
#[async_trait]
pub trait Subscriber: Debug + Send + Sync {
    /// What to call this subscriber in an error: `audit log audit/acme.jsonl`.
    fn name(&self) -> String;

    /// Takes one event.
    ///
    /// # Errors
    /// Whatever kept the subscriber from taking it.
    async fn receive(&self, event: &Event) -> Result<(), SubscriberError>;

    /// Takes many events, in their order.
    ///
    /// # Errors
    /// Whatever kept the subscriber from taking one; those before it have been taken, those behind it have not.
    async fn receive_all(&self, events: &[Event]) -> Result<(), SubscriberError> {
        for event in events {
            self.receive(event).await?;
        }
        Ok(())
    }
}

/// Why a subscriber did not take an event.
pub type SubscriberError = Box<dyn std::error::Error + Send + Sync>;

/// At least one subscriber did not take an event.
#[derive(Debug, thiserror::Error)]
#[error("the event was not taken by {}", self.describe())]
pub struct PublishError {
    /// The name of each subscriber that failed, with its error.
    pub failures: Vec<(String, SubscriberError)>,
    /// Of several events, how many were certainly taken by all, counted from the first.
    pub taken: usize,
}

impl PublishError {
    fn describe(&self) -> String {
        let each: Vec<_> = self.failures.iter().map(|(name, error)| format!("{name}: {error}")).collect();
        each.join("; ")
    }
}

/// A bus that hands each event to all of its subscribers at once, and does not let one's failure keep it from another.
#[derive(Debug, Clone, Default)]
pub struct FanOut {
    subscribers: Vec<Arc<dyn Subscriber>>,
}

impl FanOut {
    /// A bus with nobody on it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a subscriber.
    #[must_use]
    pub fn with(mut self, subscriber: impl Subscriber + 'static) -> Self {
        self.subscribers.push(Arc::new(subscriber));
        self
    }

    /// An error that names the subscribers whose result is one.
    fn gather(&self, results: Vec<Result<(), SubscriberError>>) -> Result<(), PublishError> {
        let named = self.subscribers.iter().zip(results);
        let failures: Vec<_> = named
            .filter_map(|(subscriber, result)| result.err().map(|error| (subscriber.name(), error)))
            .collect();
        if failures.is_empty() { Ok(()) } else { Err(PublishError { failures, taken: 0 }) }
    }
}

#[async_trait]
impl EventBus for FanOut {
    async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        // Most have one: it is asked without what it takes to wait for several.
        if let [only] = &*self.subscribers {
            let failed = |error| PublishError { failures: vec![(only.name(), error)], taken: 0 };
            return (**only).receive(event).await.map_err(failed);
        }
        self.gather(join_all(self.subscribers.iter().map(|subscriber| subscriber.receive(event))).await)
    }

    async fn publish_all(&self, events: &[Event]) -> Result<(), PublishError> {
        self.gather(join_all(self.subscribers.iter().map(|subscriber| subscriber.receive_all(events))).await)
    }
}

/// A bus that nobody listens to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

#[async_trait]
impl EventBus for Silent {
    async fn publish(&self, _event: &Event) -> Result<(), PublishError> {
        Ok(())
    }
}

#[async_trait]
impl<B: EventBus + ?Sized> EventBus for Arc<B> {
    async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        (**self).publish(event).await
    }

    async fn publish_all(&self, events: &[Event]) -> Result<(), PublishError> {
        (**self).publish_all(events).await
    }
}

#[async_trait]
impl<S: Subscriber + ?Sized> Subscriber for Arc<S> {
    fn name(&self) -> String {
        (**self).name()
    }

    async fn receive(&self, event: &Event) -> Result<(), SubscriberError> {
        (**self).receive(event).await
    }

    async fn receive_all(&self, events: &[Event]) -> Result<(), SubscriberError> {
        (**self).receive_all(events).await
    }
}
