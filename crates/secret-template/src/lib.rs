//! Go templates as the External Secrets Operator renders them.

mod problem;
#[cfg(feature = "render")]
mod render;
mod template;

pub use self::problem::{Position, TemplateProblem};
#[cfg(feature = "render")]
pub use self::render::{RenderError, Values};
pub use self::template::{Fields, FunctionUse, Template};
