//! Time, events and the audit log of secretbridge: the leaf crate that every other one reports through.

mod bus;
mod clock;
mod event;
mod label;

pub use bus::{EventBus, FanOut, PublishError, Silent, Subscriber, SubscriberError};
pub use clock::{Clock, SystemClock, Timestamp};
pub use event::{DeliveryMode, Event, Operation, Outcome, SecretAccessed, SecretMaterialized};
pub use label::Label;
