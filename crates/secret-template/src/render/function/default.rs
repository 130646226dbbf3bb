//! Sprig's defaults and its questions about types: <https://masterminds.github.io/sprig/defaults.html>.

use crate::render::fault::{Fault, Result};
use crate::render::value::{Memory, Value};

use super::{Function, flag, function, text};

pub(super) const TABLE: &[Function] = &[
    function("default", "aa*", |m, a| {
        Ok(a[1..].first().filter(|given| given.is_true(m)).unwrap_or(&a[0]).clone())
    }),
    function("empty", "a", |m, a| Ok(Value::Bool(!a[0].is_true(m)))),
    function("coalesce", "a*", |m, a| {
        Ok(a.iter().find(|value| value.is_true(m)).cloned().unwrap_or(Value::Nil))
    }),
    function("all", "a*", |m, a| Ok(Value::Bool(a.iter().all(|value| value.is_true(m))))),
    function("any", "a*", |m, a| Ok(Value::Bool(a.iter().any(|value| value.is_true(m))))),
    function("ternary", "aab", |_, a| Ok(if flag(a, 2) { &a[0] } else { &a[1] }.clone())),
    function("fail", "s", |_, _| Err(Fault::new("the template asks to fail"))),
    function("hello", "", |_, _| Ok(Value::of_text(b"Hello!"))),
    function("typeOf", "a", |m, a| Ok(Value::of_text(a[0].type_name(m).as_bytes()))),
    function("typeIs", "sa", |m, a| Ok(Value::Bool(text(a, 0) == a[1].type_name(m).as_bytes()))),
    function("typeIsLike", "sa", type_is_like),
    function("kindOf", "a", |_, a| Ok(Value::of_text(a[0].kind_name().as_bytes()))),
    function("kindIs", "sa", |_, a| Ok(Value::Bool(text(a, 0) == a[1].kind_name().as_bytes()))),
    function("deepEqual", "aa", |m, a| Ok(Value::Bool(a[0].deep_equals(&a[1], m, 0)?))),
];

fn type_is_like(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let (target, name) = (text(arguments, 0), arguments[1].type_name(memory).as_bytes());
    Ok(Value::Bool(target == name || name.strip_prefix(b"*") == Some(target)))
}
