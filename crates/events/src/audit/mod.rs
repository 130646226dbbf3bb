//! A log of events that shows whether it has been changed.
//!
//! # The file
//! `<directory>/<instance>.jsonl`, one JSON object a line, appended to and never rewritten:
//! ```json
//! {"seq":2,"instance":"acme","actor":"alice@host","event":"secret-accessed","at":"2026-01-02T03:04:05Z","operation":"read","path":"infrastructure/minio","fields":["rootUser"],"outcome":"ok","duration_us":1250,"prev":"d2c9…","hash":"0b7e…"}
//! ```
//! `seq` counts from 1. `hash` is the SHA-256 of the line up to and without `,"hash"`; `prev` is the `hash` of the
//! record before, and 64 zeros in the first. So an altered line does not fit its own hash, and a removed, inserted,
//! moved, repeated or re-hashed one does not fit its neighbours; [`verify`] finds each, and names the line. By hand:
//! ```sh
//! head -n1 acme.jsonl | sed 's/,"hash":.*//' | tr -d '\n' | sha256sum
//! ```
//!
//! # Several writers
//! An append takes an exclusive lock on the file, looks whether anybody has written since its own last line, reads the
//! last record back if so, and writes its lines. Tasks, threads and processes can share a log; their records form one
//! chain. The lock is that of the operating system (`flock`): it ends with the process that holds it. Network file
//! systems that lock loosely are no place for an audit log.
//!
//! Events that are published at once by many tasks of a thread are appended together: one lock and one write for all of
//! them, and each publisher waits until its own line is written.
//!
//! # A line cut short
//! A process killed, or a disk filled, in the middle of a write leaves a line without an end. It is never removed. The
//! next writer ends it with a newline and puts into its own record, as `after_torn`, the hash of everything since the
//! last whole record; its `prev` is that record's hash. [`verify`] lists such a line as a warning, an incomplete line at
//! the end of the log as [`Verdict::Torn`], and a line that is no record and that no record accounts for as damage.
//!
//! # Rotation
//! Rename the file; no writer needs to be told. The next append begins a new log, with `seq` 1 and `prev` zero, and
//! with the head of the old one as `continues` if that process had the old one open. To check both, verify the old one
//! against that head ([`VerifyOptions::anchor`]). A log that is cut back while a process has it open gets a `continues`
//! in its middle, which is reported as [`ProblemKind::CutBack`].
//!
//! # What it is worth
//! - Whoever can write the file can compute a new chain, and nothing in the file can show it; nor can a chain show that
//!   records were cut off its end. Both are found only against a head that was kept where that person cannot write:
//!   print it with `audit verify`, keep it in a ticket, a commit or another machine's log, and pass it as the anchor of
//!   the next check.
//! - It holds what was published. A writer that crashes between an operation and its event leaves no record.
//! - A line is with the operating system when [`append`](AuditLog::append) returns, and survives the death of the
//!   process. It is on the disk after [`sync`](AuditLog::sync), which nothing calls on its own: a power cut may lose the
//!   last seconds, and [`verify`] cannot tell those from records cut off.

mod appender;
mod backwards;
mod chain_hash;
mod error;
mod log;
mod queue;
mod record;
mod report;
mod served;
mod tail;
mod verify;

pub use chain_hash::{ChainHash, ParseHashError};
pub use error::AuditError;
pub use log::{AuditLog, log_path};
pub use record::Record;
pub use report::{Problem, ProblemKind, Report, Verdict};
pub use tail::{Line, Tail};
pub use verify::{VerifyOptions, verify};
