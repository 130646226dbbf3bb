//! Go templates as the External Secrets Operator renders them.

#![cfg_attr(
    not(feature = "render"),
    expect(dead_code, reason = "only rendering reads what a number or a name is")
)]

mod fields;
mod operator;
mod problem;
#[cfg(feature = "render")]
mod render;
mod syntax;
mod template;

pub use self::fields::Fields;
pub use self::problem::{Position, TemplateProblem};
#[cfg(feature = "render")]
pub use self::render::{RenderError, Values};
pub use self::template::{FunctionUse, Template};
