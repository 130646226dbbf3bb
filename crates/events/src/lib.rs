//! Time, events and the audit log of secretbridge: the leaf crate that every other one reports through.
//!
//! ```
//! use events::{AuditLog, DeliveryMode, EventBus, FanOut, Label, SecretMaterialized, Timestamp};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let audit = directory.path().join("audit");
//! let log = AuditLog::open(&audit, "acme", Label::new("alice@host"))?; // audit/acme.jsonl
//! let bus = FanOut::new().with(log.clone());
//! let event = SecretMaterialized {
//!     at: "2026-01-02T03:04:05Z".parse::<Timestamp>()?,
//!     namespace: Label::new("gitlab"),
//!     name: Label::new("gitlab-root"),
//!     mode: DeliveryMode::BuildTime,
//!     fields: vec![Label::new("password")],
//!     paths: vec![Label::new("GITLAB_ROOT_PASSWORD")],
//! };
//! bus.publish(&event.into()).await?;
//! # assert_eq!(events::audit::Tail::open(log.path())?.last(1)?.len(), 1); Ok(()) }
//! ```
//!
//! # Concepts
//! - An [`Event`] says that something happened to a secret. The set is closed, and every field is a name, a time, a
//!   number or an enum: this crate cannot name a type that holds a value, so no event can carry one.
//! - A [`Label`] is such a name: one line, of bounded length.
//! - An [`EventBus`] is what code publishes to; a [`Subscriber`] is who hears of it; a [`FanOut`] is a bus with any
//!   number of subscribers, none of whom can keep an event from another. [`Silent`] is a bus with none.
//! - A [`Clock`] is where time comes from, [`SystemClock`] outside of tests.
//! - An [`AuditLog`] is a subscriber that appends to a file, each line of which is tied to the one before it. Its
//!   format, and what it can and cannot show, is in [`audit`].
//!
//! # Publishing
//! Publishing waits for every subscriber, so that whoever must not go on without an audit line can tell. For many events
//! at once [`publish_all`](EventBus::publish_all) is several times as fast as one at a time, and keeps them together in
//! the log:
//! ```
//! # use events::{Event, EventBus, PublishError};
//! async fn report(bus: &dyn EventBus, events: &[Event]) -> Result<(), PublishError> {
//!     bus.publish_all(events).await
//! }
//! ```
//!
//! # Subscribing
//! ```
//! use events::{Event, Subscriber, SubscriberError};
//!
//! #[derive(Debug)]
//! struct Count(std::sync::atomic::AtomicUsize);
//!
//! #[async_trait::async_trait]
//! impl Subscriber for Count {
//!     fn name(&self) -> String {
//!         "counter".to_owned()
//!     }
//!
//!     async fn receive(&self, _event: &Event) -> Result<(), SubscriberError> {
//!         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!         Ok(())
//!     }
//! }
//! ```
//!
//! # Checking a log
//! ```
//! use events::audit::{Verdict, VerifyOptions, verify};
//!
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("acme.jsonl");
//! # std::fs::write(&path, "")?;
//! let log = std::io::BufReader::new(std::fs::File::open(path)?);
//! // With `anchor`, a head kept from an earlier check, records cut off the end are found too.
//! let report = verify(log, &VerifyOptions::default())?;
//! println!("{report}");
//! assert_eq!(report.verdict(), Verdict::Intact);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Reading along
//! ```no_run
//! use events::audit::{Line, Tail};
//!
//! # async fn follow() -> Result<(), events::AuditError> {
//! let mut tail = Tail::open("audit/acme.jsonl")?;
//! for line in tail.last(10)? {
//!     println!("{line:?}");
//! }
//! let clock = events::SystemClock::new();
//! while let Line::Record(record) = tail.next(&clock).await? {
//!     println!("{} {}", record.event.at(), record.actor);
//! }
//! # Ok(()) }
//! ```
//!
//! # What it does not do
//! It does not queue: a slow subscriber slows the publisher. It does not rotate logs, though it follows when something
//! else does. It does not send them anywhere: that is another subscriber, or a shipper of log files.
//!
//! # Security
//! - A name can tell something too: whoever reads the log learns which secrets exist and when they are used. The file is
//!   created for its owner alone.
//! - The log shows changes made by someone who cannot compute a new chain or does not care to. Against one who does, keep
//!   the head of the chain elsewhere: see [what it is worth](audit#what-it-is-worth).
//!
//! # Features
//! - `audit` (default): the audit log. Without it the crate brings no hash function: `secret-store` needs only the clock,
//!   the events and the bus.

#[cfg(feature = "audit")]
pub mod audit;
mod bus;
mod clock;
mod event;
mod label;

#[cfg(feature = "audit")]
pub use audit::{AuditError, AuditLog};
pub use bus::{EventBus, FanOut, PublishError, Silent, Subscriber, SubscriberError};
pub use clock::{Clock, SignedDuration, SystemClock, Timestamp};
pub use event::{DeliveryMode, Event, Operation, Outcome, RequestServed, SecretAccessed, SecretMaterialized};
pub use label::Label;
