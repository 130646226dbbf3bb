//! Streaming YAML into a buffer of the caller.

use std::sync::LazyLock;

use base64::Engine;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::{GeneralPurpose, general_purpose::STANDARD};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::{Simd, general_purpose::PAD};

use super::scalar::{Form, SIMPLE_KEY_MAX, is_plain, is_plain_base64, quote, value_form};

/// Writes block-style YAML into a buffer of the caller, and nothing anywhere else: a value goes straight from where it is
/// to where it is written.
///
/// For secret values, make the buffer large enough beforehand ([`base64_size`](super::base64_size),
/// [`string_size`](super::string_size)) and wipe it afterwards: a buffer that grows leaves its old memory behind.
///
/// ```
/// use k8s_bundle::yaml::Emitter;
///
/// let mut buffer = Vec::with_capacity(256);
/// let mut yaml = Emitter::new(&mut buffer);
/// yaml.begin_map();
/// yaml.key("kind");
/// yaml.string("Secret");
/// yaml.key("data");
/// yaml.begin_map();
/// yaml.key("password");
/// yaml.base64(b"hunter2");
/// yaml.end_map();
/// yaml.end_map();
/// assert_eq!(buffer, b"kind: Secret\ndata:\n  password: aHVudGVyMg==\n");
/// ```
///
/// # Panics
/// With debug assertions, calls out of order panic: a value in a map without a key, an `end_map` for a sequence, or a
/// second value at the top of a document.
#[derive(Debug)]
pub struct Emitter<'a> {
    out: &'a mut Vec<u8>,
    frames: Vec<Frame>,
    position: Position,
}

/// The standard alphabet, padded: the engine of `base64` that uses the processor's vector instructions, where there is one.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static BASE64: LazyLock<GeneralPurpose> = LazyLock::new(|| STANDARD);

#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: Kind,
    indent: usize,
    /// Where the collection itself stands: decides what comes before its first entry.
    lead: Position,
    empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map,
    Sequence,
}

/// What was written last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    LineStart,
    Key,
    Dash,
}

impl<'a> Emitter<'a> {
    /// An emitter that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, frames: Vec::with_capacity(8), position: Position::LineStart }
    }

    /// Starts a document of a stream: `---`.
    pub fn document(&mut self) {
        debug_assert!(self.frames.is_empty(), "a document starts inside another");
        self.out.extend_from_slice(b"---\n");
    }

    /// A line that readers pass over. `text` must not have a line break.
    pub fn comment(&mut self, text: &str) {
        debug_assert!(
            self.frames.is_empty() && !text.contains(['\n', '\r']),
            "comments stand between documents"
        );
        self.out.extend_from_slice(b"# ");
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'\n');
    }

    /// Starts a map; [`key`](Self::key) and a value follow, any number of times.
    pub fn begin_map(&mut self) {
        self.begin(Kind::Map);
    }

    /// Ends the map.
    pub fn end_map(&mut self) {
        self.end(Kind::Map, b"{}");
    }

    /// Starts a sequence; values follow.
    pub fn begin_sequence(&mut self) {
        self.begin(Kind::Sequence);
    }

    /// Ends the sequence.
    pub fn end_sequence(&mut self) {
        self.end(Kind::Sequence, b"[]");
    }

    /// A key of the map.
    pub fn key(&mut self, key: &str) {
        self.entry(Kind::Map);
        let start = self.out.len();
        if is_plain(key) {
            self.out.extend_from_slice(key.as_bytes());
        } else {
            quote(self.out, key);
        }
        self.finish_key(start);
    }

    /// A key that is no string, such as a number, as it is.
    pub(super) fn raw_key(&mut self, key: &str) {
        self.entry(Kind::Map);
        let start = self.out.len();
        self.out.extend_from_slice(key.as_bytes());
        self.finish_key(start);
    }

    /// A string, in the most readable form that every reader takes for that string.
    pub fn string(&mut self, text: &str) {
        self.before_scalar();
        match value_form(text) {
            Form::Plain => self.out.extend_from_slice(text.as_bytes()),
            Form::Quoted => quote(self.out, text),
            Form::Literal(chomping) => return self.literal(text, chomping),
        }
        self.out.push(b'\n');
    }

    /// Bytes as base64 (RFC 4648, standard alphabet, padded), encoded in place.
    pub fn base64(&mut self, value: &[u8]) {
        self.before_scalar();
        let start = self.out.len();
        let length = value.len().div_ceil(3) * 4;
        self.out.resize(start + length, 0);
        let written = BASE64.encode_slice(value, &mut self.out[start..]);
        debug_assert_eq!(written.ok(), Some(length), "padded base64 has four characters for three bytes");
        if !is_plain_base64(&self.out[start..]) {
            self.out.insert(start, b'"');
            self.out.push(b'"');
        }
        self.out.push(b'\n');
    }

    /// A boolean.
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) {
        self.raw(&value.to_string());
    }

    /// The absence of a value.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// A scalar that is no string, as it is.
    pub(super) fn raw(&mut self, text: &str) {
        self.before_scalar();
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'\n');
    }

    fn begin(&mut self, kind: Kind) {
        self.before_element();
        let indent = match (self.frames.last(), self.position, kind) {
            (None, ..) => 0,
            // As kubectl does: the dashes of a sequence stand under the key.
            (Some(frame), Position::Key, Kind::Sequence) => frame.indent,
            (Some(frame), ..) => frame.indent + 2,
        };
        self.frames.push(Frame { kind, indent, lead: self.position, empty: true });
        self.position = Position::LineStart;
    }

    fn end(&mut self, kind: Kind, empty: &[u8]) {
        let Some(frame) = self.frames.pop() else {
            debug_assert!(false, "nothing to end");
            return;
        };
        debug_assert!(frame.kind == kind && self.position == Position::LineStart, "ended out of order");
        if frame.empty {
            if frame.lead == Position::Key {
                self.out.push(b' ');
            }
            self.out.extend_from_slice(empty);
            self.out.push(b'\n');
        }
        self.position = Position::LineStart;
    }

    /// The line break and indentation before an entry of the innermost collection.
    fn entry(&mut self, kind: Kind) {
        let Some(frame) = self.frames.last_mut() else {
            debug_assert!(false, "an entry outside of a collection");
            return;
        };
        debug_assert!(frame.kind == kind && self.position == Position::LineStart, "an entry out of order");
        let first = core::mem::replace(&mut frame.empty, false);
        if first && frame.lead == Position::Key {
            self.out.push(b'\n');
        }
        if !(first && frame.lead == Position::Dash) {
            indent(self.out, frame.indent);
        }
    }

    fn before_element(&mut self) {
        match self.frames.last() {
            Some(Frame { kind: Kind::Sequence, .. }) => {
                self.entry(Kind::Sequence);
                self.out.extend_from_slice(b"- ");
                self.position = Position::Dash;
            }
            Some(_) => debug_assert!(self.position == Position::Key, "a value in a map needs a key"),
            None => {}
        }
    }

    fn before_scalar(&mut self) {
        self.before_element();
        if self.position == Position::Key {
            self.out.push(b' ');
        }
        self.position = Position::LineStart;
    }

    fn finish_key(&mut self, start: usize) {
        if self.out.len() - start > SIMPLE_KEY_MAX {
            let depth = self.frames.last().map_or(0, |frame| frame.indent);
            self.out.splice(start..start, *b"? ");
            self.out.push(b'\n');
            indent(self.out, depth);
        }
        self.out.push(b':');
        self.position = Position::Key;
    }

    fn literal(&mut self, text: &str, chomping: &str) {
        let depth = self.frames.last().map_or(0, |frame| frame.indent) + 2;
        self.out.push(b'|');
        self.out.extend_from_slice(chomping.as_bytes());
        self.out.push(b'\n');
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                indent(self.out, depth);
                self.out.extend_from_slice(line.as_bytes());
            }
            self.out.push(b'\n');
        }
    }
}

fn indent(out: &mut Vec<u8>, depth: usize) {
    const SPACES: &[u8] = &[b' '; 64];
    match SPACES.get(..depth) {
        Some(spaces) => out.extend_from_slice(spaces),
        None => out.resize(out.len() + depth, b' '),
    }
}
