//! Paths, as Go's `path` has them; `filepath` is the same where the operator runs.

use crate::render::fault::Result;
use crate::render::text::Buffer;
use crate::render::value::Value;

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    function("base", "s", |_, a| Ok(Value::of_text(base(text(a, 0))))),
    function("osBase", "s", |_, a| Ok(Value::of_text(base(text(a, 0))))),
    function("dir", "s", |_, a| dir(text(a, 0))),
    function("osDir", "s", |_, a| dir(text(a, 0))),
    function("clean", "s", |_, a| clean(text(a, 0))),
    function("osClean", "s", |_, a| clean(text(a, 0))),
    function("ext", "s", |_, a| Ok(Value::of_text(ext(text(a, 0))))),
    function("osExt", "s", |_, a| Ok(Value::of_text(ext(text(a, 0))))),
    function("isAbs", "s", |_, a| Ok(Value::Bool(text(a, 0).starts_with(b"/")))),
    function("osIsAbs", "s", |_, a| Ok(Value::Bool(text(a, 0).starts_with(b"/")))),
];

fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    let trimmed = &path[..end];
    match trimmed.iter().rposition(|byte| *byte == b'/') {
        _ if trimmed.is_empty() => b"/",
        Some(slash) => &trimmed[slash + 1..],
        None => trimmed,
    }
}

fn dir(path: &[u8]) -> Result<Value> {
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    clean(&path[..end])
}

fn ext(path: &[u8]) -> &[u8] {
    let name = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    match path[name..].iter().rposition(|byte| *byte == b'.') {
        Some(dot) => &path[name + dot..],
        None => b"",
    }
}

fn clean(path: &[u8]) -> Result<Value> {
    let is_rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if is_rooted => {}
            part => kept.push(part),
        }
    }
    let mut cleaned = Buffer::with_capacity(path.len());
    if is_rooted {
        cleaned.push(b'/');
    }
    for (index, part) in kept.iter().enumerate() {
        if index > 0 {
            cleaned.push(b'/');
        }
        cleaned.extend(part);
    }
    if cleaned.bytes().is_empty() {
        cleaned.push(b'.');
    }
    Ok(Value::Text(cleaned.finish()?))
}
