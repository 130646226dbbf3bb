//! PEM as Go's `encoding/pem` finds and writes it: what it skips and what it takes is its own way.

use std::collections::BTreeMap;

use super::fault::{Fault, Result};
use super::function::codec::{decode_base64_bytes, encode_base64_bytes};
use super::text::{Buffer, Text};

/// A block: what stands between a BEGIN and an END line.
pub(crate) struct Block {
    pub(crate) kind: Text,
    headers: BTreeMap<Text, Text>,
    pub(crate) bytes: Text,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// The first block of `data`, and what follows it. None when there is no block any more.
pub(crate) fn decode(data: &[u8]) -> Option<(Block, &[u8])> {
    let mut rest = data;
    loop {
        let end = memchr::memmem::find(rest, END)?;
        let after_end = &rest[end + END.len()..];
        let begin = memchr::memmem::rfind(&rest[..end], BEGIN);
        let begin = begin.filter(|begin| *begin == 0 || rest[begin - 1] == b'\n');
        // The line end before END counts as its own, also where it ends the BEGIN line.
        let block = begin.and_then(|begin| block(&rest[begin + BEGIN.len()..=end], after_end));
        match block {
            Some(found) => return Some(found),
            None => rest = after_end,
        }
    }
}

/// `inside` is the block from its type on, up to the line end before END.
fn block<'d>(inside: &[u8], after_end: &'d [u8]) -> Option<(Block, &'d [u8])> {
    let (type_line, mut body) = line(inside);
    let kind = type_line.strip_suffix(DASHES)?;
    let mut headers = BTreeMap::new();
    loop {
        let (header, next) = line(body);
        let Some(colon) = header.iter().position(|byte| *byte == b':') else { break };
        headers.insert(trimmed(&header[..colon]), trimmed(&header[colon + 1..]));
        body = next;
    }
    if !headers.is_empty() && body.is_empty() {
        return None;
    }
    let after_kind = after_end.strip_prefix(kind)?.strip_prefix(DASHES)?;
    let (end_of_line, rest) = line(after_kind);
    if !end_of_line.is_empty() {
        return None;
    }
    let mut encoded = Buffer::with_capacity(body.len());
    for part in body.split(|byte| matches!(byte, b' ' | b'\t')) {
        encoded.extend(part);
    }
    let bytes = decode_base64_bytes(encoded.bytes()).ok()?;
    Some((Block { kind: Text::of(kind), headers, bytes }, rest))
}

/// The first line without its end and the blanks before that, and what follows.
fn line(data: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', data) {
        Some(end) => (data[..end].strip_suffix(b"\r").unwrap_or(&data[..end]), &data[end + 1..]),
        None => (data, &data[data.len()..]),
    };
    let kept = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    (&line[..kept], rest)
}

fn trimmed(bytes: &[u8]) -> Text {
    Text::of(bytes.trim_ascii())
}

/// Writes a block in lines of 64 characters.
pub(crate) fn encode(out: &mut Buffer, block: &Block) -> Result<()> {
    if block.headers.keys().any(|key| key.contains(&b':')) {
        return Err(Fault::new("a PEM header has a colon in its name"));
    }
    out.extend(BEGIN);
    out.extend(&block.kind);
    out.extend(b"-----\n");
    let is_first = |key: &Text| &**key == b"Proc-Type".as_slice();
    let first = block.headers.iter().filter(|(key, _)| is_first(key));
    for (key, value) in first.chain(block.headers.iter().filter(|(key, _)| !is_first(key))) {
        out.extend(key);
        out.extend(b": ");
        out.extend(value);
        out.push(b'\n');
    }
    if !block.headers.is_empty() {
        out.push(b'\n');
    }
    for line in encode_base64_bytes(&block.bytes)?.chunks(64) {
        out.extend(line);
        out.push(b'\n');
    }
    out.extend(&END[1..]);
    out.extend(&block.kind);
    out.extend(b"-----\n");
    Ok(())
}

impl Block {
    /// A block without headers.
    pub(crate) fn of(kind: &[u8], bytes: &[u8]) -> Self {
        Self { kind: Text::of(kind), headers: BTreeMap::new(), bytes: Text::of(bytes) }
    }
}
