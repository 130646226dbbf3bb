//! The sockets: connections, limits, and the end.
//!
//! Everything here is about bytes and time: how many of them a client may send, how long it may take, and how many may come at
//! once. What is answered is a [`Handler`](crate::Handler)'s.

mod body;
mod connection;
mod limits;
mod listen;
mod places;
mod room;
mod threads;
mod timers;
mod tls;

pub use self::limits::Limits;
pub use self::listen::{BindError, Ended, Server, Transport};
pub use self::threads::Threads;
pub use self::tls::{ClientAuth, Tls, TlsConfig, TlsError};
