//! YAML in and out.

use crate::render::value::Value;
use crate::render::yaml::{read::read, write::write};

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    function("fromYaml", "s", |m, a| read(m, text(a, 0))),
    function("toYaml", "a", |m, a| Ok(Value::Text(write(m, &a[0])?))),
];
