//! A real OpenBao server for tests (feature `openbao`).
//!
//! The program is the one that the environment variable `SECRETBRIDGE_BAO` names; without it, a test that asks for a server
//! fails and says how to get one: a test that skips itself proves nothing.
//!
//! ```no_run
//! use test_kit::openbao::OpenBao;
//!
//! let server = OpenBao::dev();
//! let mount = server.mount_kv(2);
//! server.run(&["kv", "put", &format!("-mount={mount}"), "web/db", "password=hunter2"]);
//! // A store at `server.address()`, with `OpenBao::DEV_TOKEN`, finds it there.
//! ```
//! A server listens on loopback, on a port that was free. It ends with its [`OpenBao`], and also when the process of the
//! tests ends in any way: a server in a `static` leaves nothing behind.

mod audit;
mod certificates;
mod client;
mod process;
mod server;

pub use audit::AuditedRequest;
pub use certificates::{Authority, Certified};
pub use server::OpenBao;
