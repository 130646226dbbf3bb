//! materializer

mod check;
mod encode;
mod error;
mod materialize;
mod materialized;
mod not_ready;
mod plan;
mod read;
mod record;
mod report;
mod suggest;

pub use error::{Error, ErrorKind, Result};
pub use materialize::Materializer;
pub use not_ready::{Failed, Missing, MissingPart, Need, NotReady};
pub use plan::{Plan, PlanProblem, PlanProblemKind, PlannedKey, PlannedSecret, SOURCE_ANNOTATION, SecretId, Source};
pub use record::NotRecorded;
pub use report::{Finding, Report};
