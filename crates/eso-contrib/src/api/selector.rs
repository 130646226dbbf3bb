//! References to what a login is in: a key of a Secret, a `ServiceAccount`.

mod secret_key;
mod service_account;

pub use secret_key::SecretKeySelector;
pub use service_account::ServiceAccountSelector;
