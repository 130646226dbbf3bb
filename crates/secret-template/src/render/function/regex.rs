//! Sprig's regular expressions: <https://masterminds.github.io/sprig/strings.html>.

use std::rc::Rc;

use regex::Captures;
use zeroize::Zeroizing;

use crate::render::fault::{Fault, Result};
use crate::render::regexp::Expression;
use crate::render::text::{Buffer, Text};
use crate::render::value::{Element, Memory, Value};
use crate::syntax::rune::{is_alphanumeric, runes};

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
const COST: usize = 128 << 10;

fn compile(memory: &mut Memory, arguments: &[Value]) -> Result<Rc<Expression>> {
    let text = Text::of(text(arguments, 0));
    if let Some(known) = memory.expressions.get(&text) {
        return Ok(Rc::clone(known));
    }
    memory.work(COST)?;
    let expression = Rc::new(Expression::compile(&text)?);
    memory.expressions.insert(text, Rc::clone(&expression));
    Ok(expression)
}

/// The text to search, as characters. A byte that is none stands for the replacement character, as in Go; what is found
/// is cut out of the bytes.
struct Subject<'v> {
    bytes: &'v [u8],
    replaced: Option<Replaced>,
}

struct Replaced {
    text: Zeroizing<String>,
    /// Where each byte of the text comes from, and the end.
    origins: Vec<usize>,
}

impl<'v> Subject<'v> {
    fn of(arguments: &'v [Value]) -> Self {
        let bytes = text(arguments, 1);
        if core::str::from_utf8(bytes).is_ok() {
            return Self { bytes, replaced: None };
        }
        let mut replaced =
            Replaced { text: Zeroizing::new(String::with_capacity(bytes.len() * 3)), origins: Vec::new() };
        let mut at = 0;
        for (rune, raw) in runes(bytes) {
            let c = rune.unwrap_or('\u{fffd}');
            replaced.text.push(c);
            replaced.origins.extend(core::iter::repeat_n(at, c.len_utf8()));
            at += raw.len();
        }
        replaced.origins.push(at);
        Self { bytes, replaced: Some(replaced) }
    }

    fn text(&self) -> &str {
        match &self.replaced {
            Some(replaced) => &replaced.text,
            None => core::str::from_utf8(self.bytes).unwrap_or_default(),
        }
    }

    fn len(&self) -> usize {
        self.text().len()
    }

    /// The bytes between two places of the text.
    fn part(&self, start: usize, end: usize) -> &'v [u8] {
        match &self.replaced {
            Some(Replaced { origins, .. }) => &self.bytes[origins[start]..origins[end]],
            None => &self.bytes[start..end],
        }
    }
}

fn matches(memory: &mut Memory, arguments: &[Value]) -> Result<bool> {
    Ok(compile(memory, arguments)?.regex.is_match(Subject::of(arguments).text()))
}

fn is_wrong(fault: Fault) -> Result<bool> {
    if fault.is_wrong_expression() { Ok(false) } else { Err(fault) }
}

fn find(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let expression = compile(memory, arguments)?;
    let subject = Subject::of(arguments);
    let found = expression.regex.find(subject.text());
    Ok(Value::of_text(found.map_or(&[], |found| subject.part(found.start(), found.end()))))
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
    let (expression, subject) = (compile(memory, arguments)?, Subject::of(arguments));
    let found = all(&expression, subject.text(), int(arguments, 2));
    memory.work(found.len() * 8)?;
    if found.is_empty() {
        return Ok(memory.nil_list(Element::Text));
    }
    Ok(memory.text_list(found.into_iter().map(|(start, end)| Text::of(subject.part(start, end)))))
}

fn split(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let (expression, subject, limit) =
        (compile(memory, arguments)?, Subject::of(arguments), int(arguments, 2));
    if limit == 0 {
        return Ok(memory.nil_list(Element::Text));
    }
    if subject.bytes.is_empty() && !expression.is_empty {
        return Ok(memory.text_list([Text::default()]));
    }
    let (mut parts, mut begin, mut end) = (Vec::new(), 0, 0);
    for (start, after) in all(&expression, subject.text(), limit) {
        if usize::try_from(limit).is_ok_and(|limit| parts.len() + 1 == limit) {
            break;
        }
        end = start;
        if after != 0 {
            parts.push(Text::of(subject.part(begin, end)));
        }
        begin = after;
    }
    if end != subject.len() {
        parts.push(Text::of(subject.part(begin, subject.len())));
    }
    memory.work(parts.len() * 8)?;
    if parts.is_empty() {
        return Ok(memory.nil_list(Element::Text));
    }
    Ok(memory.text_list(parts))
}

fn replace_all(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let template = text(arguments, 2);
    replace(memory, arguments, |out, expression, captures, subject| {
        expand(out, template, expression, captures, subject);
    })
}

fn replace_all_literal(memory: &mut Memory, arguments: &[Value]) -> Result<Value> {
    let literal = text(arguments, 2);
    replace(memory, arguments, |out, _, _, _| out.extend(literal))
}

/// Each match replaced, but no empty one right behind another.
fn replace(
    memory: &mut Memory,
    arguments: &[Value],
    write: impl Fn(&mut Buffer, &Expression, &Captures<'_>, &Subject<'_>),
) -> Result<Value> {
    let (expression, subject) = (compile(memory, arguments)?, Subject::of(arguments));
    let text = subject.text();
    let mut out = Buffer::with_capacity(subject.bytes.len());
    let (mut last_end, mut at) = (0, 0);
    while at <= text.len()
        && let Some(captures) = expression.regex.captures_at(text, at)
        && let Some(whole) = captures.get(0)
    {
        memory.work(8)?;
        out.extend(subject.part(last_end, whole.start()));
        if whole.end() > last_end || whole.start() == 0 {
            write(&mut out, &expression, &captures, &subject);
        }
        last_end = whole.end();
        at = (at + width(text, at).max(1)).max(whole.end());
    }
    out.extend(subject.part(last_end, text.len()));
    Ok(Value::Text(out.finish()?))
}

/// `Regexp.Expand`: `$name`, `${name}` and `$1` stand for what a group matched.
fn expand(
    out: &mut Buffer,
    template: &[u8],
    expression: &Expression,
    captures: &Captures<'_>,
    subject: &Subject<'_>,
) {
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
            out.extend(subject.part(group.start(), group.end()));
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
    let length = runes(inside)
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
