//! Time, events and the audit log of secretbridge: the leaf crate that every other one reports through.

#[cfg(feature = "audit")]
pub mod audit;
mod bus;
mod clock;
mod event;
mod label;

#[cfg(feature = "audit")]
pub use audit::{AuditError, AuditLog};
pub use bus::{EventBus, FanOut, PublishError, Silent, Subscriber, SubscriberError};
pub use clock::{Clock, SystemClock, Timestamp};
pub use event::{DeliveryMode, Event, Operation, Outcome, SecretAccessed, SecretMaterialized};
pub use label::Label;
