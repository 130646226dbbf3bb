//! Sprig's regular expressions: <https://masterminds.github.io/sprig/strings.html>.

use regex::Captures;

use crate::render::fault::{Fault, Result};
use crate::render::regexp::Expression;
use crate::render::text::{Buffer, Text};
use crate::render::value::{Element, Memory, Value};
use crate::syntax::rune::is_alphanumeric;

use super::{Function, function, int, text};

pub(super) const TABLE: &[Function] = &[
    // An expression that is wrong matches nothing, as sprig has it.
    function("regexMatch", "ss", |m, a| Ok(Value::Bool(matches(m, a).or_else(is_wrong)?))),
    function("mustRegexMatch", "ss", |m, a| Ok(Value::Bool(matches(m, a)?))),
    function("regexFind", "ss", find),
    function("mustRegexFind", "ss", find),
    function("regexFindAll", "ssi", find_all),
    function("mustRegexFindAll", "ssi", find_all),
    function("regexReplaceAll", "sss", replace_all),
    function("mustRegexReplaceAll", "sss", replace_all),
    function("regexReplaceAllLiteral", "sss", replace_all_literal),
    function("mustRegexReplaceAllLiteral", "sss", replace_all_literal),
    function("regexSplit", "ssi", split),
    function("mustRegexSplit", "ssi", split),
    function("regexQuoteMeta", "s", |_, a| quote_meta(text(a, 0))),
];

/// What compiling an expression costs, against the limit of work.
const COST: usize = 4096;

fn compile(memory: &mut Memory, arguments: &[Value]) -> Result<Expression> {
    let expression = text(arguments, 0);
    memory.work(COST + expression.len() * 64)?;
    Expression::compile(expression)
}

/// The text to search. A regular expression is about characters: Go takes a byte that is none for the replacement
/// character; here it is an error.
fn haystack(arguments: &[Value]) -> Result<&str> {
    core::str::from_utf8(text(arguments, 1)).map_err(|_| Fault::new("the value is not UTF-8"))
}

fn matches(memory: &mut Memory, arguments: &[Value]) -> Result<bool> {
    Ok(compile(memory, arguments)?.regex.is_match(haystack(arguments)?))
}

fn is_wrong(fault: Fault) -> Result<bool> {
    if fault.is_wrong_expression() { Ok(false) } else { Err(fault) }
}

fn find(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let expression = compile(memory, arguments)?;
    let found = expression.regex.find(haystack(arguments)?);
    Ok(Value::of_text(found.map_or("", |found| found.as_str()).as_bytes()))
}

/// How long the character at `at` is; nothing at the end.
fn width(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// All matches, at most `limit` of them: no empty one right behind another.
fn all(expression: &Expression, text: &str, limit: i64) -> Vec<(usize, usize)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut at, mut last_end) = (Vec::new(), 0, None);
    while found.len() < limit
        && at <= text.len()
        && let Some(next) = expression.regex.find_at(text, at)
    {
        let is_empty_here = next.end() == at;
        if !(is_empty_here && last_end == Some(next.start())) {
            found.push((next.start(), next.end()));
        }
        at = if is_empty_here { at + width(text, at).max(1) } else { next.end() };
        last_end = Some(next.end());
    }
    found
}

fn find_all(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let (expression, text) = (compile(memory, arguments)?, haystack(arguments)?);
    let found = all(&expression, text, int(arguments, 2));
    memory.work(found.len() * 8)?;
    if found.is_empty() {
        return Ok(memory.nil_list(Element::Text));
    }
    Ok(memory.text_list(found.into_iter().map(|(start, end)| Text::of(&text.as_bytes()[start..end]))))
}

fn split(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let (expression, text, limit) = (compile(memory, arguments)?, haystack(arguments)?, int(arguments, 2));
    if limit == 0 {
        return Ok(memory.nil_list(Element::Text));
    }
    if text.is_empty() && !expression.is_empty {
        return Ok(memory.text_list([Text::default()]));
    }
    let (mut parts, mut begin, mut end) = (Vec::new(), 0, 0);
    for (start, after) in all(&expression, text, limit) {
        if usize::try_from(limit).is_ok_and(|limit| parts.len() + 1 == limit) {
            break;
        }
        end = start;
        if after != 0 {
            parts.push(Text::of(&text.as_bytes()[begin..end]));
        }
        begin = after;
    }
    if end != text.len() {
        parts.push(Text::of(&text.as_bytes()[begin..]));
    }
    memory.work(parts.len() * 8)?;
    if parts.is_empty() {
        return Ok(memory.nil_list(Element::Text));
    }
    Ok(memory.text_list(parts))
}

fn replace_all(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let template = text(arguments, 2);
    replace(memory, arguments, |out, expression, captures| expand(out, template, expression, captures))
}

fn replace_all_literal(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let literal = text(arguments, 2);
    replace(memory, arguments, |out, _, _| out.extend(literal))
}

/// Each match replaced, but no empty one right behind another.
fn replace(
    memory: &mut Memory,
    arguments: &[Value],
    write: impl Fn(&mut Buffer, &Expression, &Captures<'_>),
) -> Result<Value> {
    let (expression, text) = (compile(memory, arguments)?, haystack(arguments)?);
    let mut out = Buffer::with_capacity(text.len());
    let (mut last_end, mut at) = (0, 0);
    while at <= text.len()
        && let Some(captures) = expression.regex.captures_at(text, at)
        && let Some(whole) = captures.get(0)
    {
        memory.work(8)?;
        out.extend(&text.as_bytes()[last_end..whole.start()]);
        if whole.end() > last_end || whole.start() == 0 {
            write(&mut out, &expression, &captures);
        }
        last_end = whole.end();
        at = (at + width(text, at).max(1)).max(whole.end());
    }
    out.extend(&text.as_bytes()[last_end..]);
    Ok(Value::Text(out.finish()?))
}

/// `Regexp.Expand`: `$name`, `${name}` and `$1` stand for what a group matched.
fn expand(out: &mut Buffer, template: &[u8], expression: &Expression, captures: &Captures<'_>) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        out.extend(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix(b"$") {
            out.push(b'$');
            rest = after;
            continue;
        }
        let Some((name, after)) = reference(rest) else {
            out.push(b'$');
            continue;
        };
        rest = after;
        let by_number = name.parse::<usize>().ok().filter(|_| is_group_number(name));
        let index = by_number.or_else(|| {
            let mut named = expression.names.iter().enumerate();
            named
                .find(|(index, known)| known.as_deref() == Some(name) && captures.get(*index).is_some())
                .map(|(index, _)| index)
        });
        if let Some(group) = index.and_then(|index| captures.get(index)) {
            out.extend(group.as_str().as_bytes());
        }
    }
    out.extend(rest);
}

fn is_group_number(name: &str) -> bool {
    let has_leading_zero = name.len() > 1 && name.starts_with('0');
    name.len() < 10 && !has_leading_zero && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name behind a dollar sign, and what follows it.
fn reference(rest: &[u8]) -> Option<(&str, &[u8])> {
    let (is_braced, inside) = rest.strip_prefix(b"{").map_or((false, rest), |inside| (true, inside));
    let length = crate::syntax::rune::runes(inside)
        .take_while(|(rune, _)| rune.is_some_and(is_alphanumeric))
        .map(|(_, raw)| raw.len())
        .sum();
    let (name, after) = inside.split_at(length);
    let name = core::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
    let after = if is_braced { after.strip_prefix(b"}")? } else { after };
    Some((name, after))
}

fn quote_meta(plain: &[u8]) -> Result<Value> {
    let mut quoted = Buffer::with_capacity(plain.len());
    for byte in plain {
        if br"\.+*?()|[]{}^$".contains(byte) {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    Ok(Value::Text(quoted.finish()?))
}
