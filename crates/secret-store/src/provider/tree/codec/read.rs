//! Reading YAML 1.2.
//!
//! A scalar without quotes is a number or a boolean when it is one in JSON, and then keeps its text: `1.10` stays `1.10`.
//! Everything else is text as it is written: `yes`, `0x1F`, `True`, `2024-01-01`. So no value is altered on its way.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use zeroize::{Zeroize as _, Zeroizing};

use super::{ContentError, DEPTH};
use crate::buffer::WipedBuffer;
use crate::{FieldName, SecretFields, SecretValue};

type Result<T> = std::result::Result<T, ContentError>;

/// The fields of a YAML map.
pub(in super::super) fn from_yaml(bytes: &[u8]) -> Result<SecretFields> {
    let text = str::from_utf8(bytes).map_err(|_| {
        ContentError::new("is not UTF-8", "write other bytes than text as `name: !!binary base64`")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Reader { parser: Parser::new_from_str(text) }.document()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

/// What a scalar is.
enum Resolved {
    Null,
    Json,
    Text,
    Binary,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<SecretFields> {
        let not_a_map =
            || ContentError::new("is not a map of fields", "write one `name: value` for each field");
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Err(ContentError::no_fields()),
                (Event::MappingStart(_, tag), span) => {
                    check_collection(tag.as_deref(), "map", span)?;
                    break;
                }
                (Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_), span) => {
                    return Err(at(not_a_map(), span));
                }
                _ => {}
            }
        }
        let fields = self.fields()?;
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(fields),
                (Event::DocumentStart(_), span) => {
                    let error =
                        ContentError::new("there is a second document", "keep one document in a file");
                    return Err(at(error, span));
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self) -> Result<SecretFields> {
        let mut fields = SecretFields::new();
        loop {
            let (event, span) = self.next()?;
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(key, ..) => key,
                _ => return Err(at(key_error(), span)),
            };
            let name =
                FieldName::new(&key).map_err(|error| at(ContentError::field_name(error.rule()), span))?;
            let value = self.value(&key)?;
            if fields.insert(name, value).is_some() {
                return Err(at(ContentError::duplicate(&key), span));
            }
        }
        if fields.is_empty() { Err(ContentError::no_fields()) } else { Ok(fields) }
    }

    fn value(&mut self, field: &str) -> Result<SecretValue> {
        let (event, span) = self.next()?;
        if let Event::Scalar(text, style, _, tag) = event {
            let text = Wiped(text);
            return match resolve(&text.0, style, tag.as_deref()).map_err(|error| at(error, span))? {
                Resolved::Null => Err(at(ContentError::null(field), span)),
                Resolved::Json => Ok(SecretValue::json(text.0.as_bytes())),
                Resolved::Text => Ok(SecretValue::copied_from(text.0.as_bytes())),
                Resolved::Binary => decode(&text.0).ok_or_else(|| at(not_base64(), span)),
            };
        }
        let mut json = WipedBuffer::with_capacity(256);
        self.json(event, span, DEPTH, &mut json)?;
        Ok(SecretValue::json(std::mem::take(&mut *json.into_inner())))
    }

    /// Writes a node as JSON.
    fn json(&mut self, event: Event<'a>, span: Span, depth: usize, out: &mut WipedBuffer) -> Result<()> {
        let too_deep = || at(ContentError::new("lists and maps are too deep", "flatten the field"), span);
        let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
        match event {
            Event::Scalar(text, style, _, tag) => {
                let text = Wiped(text);
                match resolve(&text.0, style, tag.as_deref()).map_err(|error| at(error, span))? {
                    Resolved::Null => out.push(b"null"),
                    Resolved::Json => out.push(text.0.as_bytes()),
                    Resolved::Text => string(&text.0, out),
                    Resolved::Binary => {
                        let help = "put bytes in a field of their own";
                        return Err(at(
                            ContentError::new("there is !!binary inside a list or map", help),
                            span,
                        ));
                    }
                }
            }
            Event::SequenceStart(_, tag) => {
                check_collection(tag.as_deref(), "seq", span)?;
                out.push(b"[");
                let mut separator: &[u8] = b"";
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        break;
                    }
                    out.push(separator);
                    self.json(event, span, depth, out)?;
                    separator = b",";
                }
                out.push(b"]");
            }
            Event::MappingStart(_, tag) => {
                check_collection(tag.as_deref(), "map", span)?;
                out.push(b"{");
                let mut separator: &[u8] = b"";
                loop {
                    let (event, span) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => break,
                        Event::Scalar(key, ..) => Wiped(key),
                        _ => return Err(at(key_error(), span)),
                    };
                    out.push(separator);
                    string(&key.0, out);
                    out.push(b":");
                    let (event, span) = self.next()?;
                    self.json(event, span, depth, out)?;
                    separator = b",";
                }
                out.push(b"}");
            }
            _ => return Err(at(alias_error(), span)),
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(Event<'a>, Span)> {
        match self.parser.next_event() {
            Some(Ok((Event::Alias(_), span))) => Err(at(alias_error(), span)),
            Some(Ok(event)) => Ok(event),
            // Its text may quote the file.
            Some(Err(error)) => {
                let marker = error.marker();
                Err(ContentError::new(
                    "is not YAML",
                    "mend the file; quote values that hold : # or other signs",
                )
                .at(marker.line(), marker.col() + 1))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }
}

/// A scalar, wiped where it is not part of the file's own bytes.
struct Wiped<'a>(Cow<'a, str>);

impl Drop for Wiped<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Resolved> {
    let tag = match tag {
        None => None,
        Some(tag) if tag.is_yaml_core_schema() => Some(tag.suffix.as_str()),
        Some(_) => return Err(tag_error()),
    };
    let untagged = match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "false" => Resolved::Json,
        number if is_json_number(number) => Resolved::Json,
        _ => Resolved::Text,
    };
    match (tag, untagged) {
        (None, untagged) if style == ScalarStyle::Plain => Ok(untagged),
        (None | Some("str"), _) => Ok(Resolved::Text),
        (Some("binary"), _) => Ok(Resolved::Binary),
        (Some("null"), Resolved::Null) => Ok(Resolved::Null),
        (Some("bool" | "int" | "float"), Resolved::Json) => Ok(Resolved::Json),
        _ => Err(tag_error()),
    }
}

/// Whether a text is a number in JSON (RFC 8259, section 6).
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// A text as serde writes it: compact JSON that serde has written is read back byte for byte.
fn string(text: &str, out: &mut WipedBuffer) {
    serde_json::to_writer(out, text).unwrap_or_else(|_| unreachable!("a buffer takes any text"));
}

fn decode(base64: &str) -> Option<SecretValue> {
    let mut stripped = WipedBuffer::with_capacity(base64.len());
    for part in base64.split_ascii_whitespace() {
        stripped.push(part.as_bytes());
    }
    let stripped = stripped.into_inner();
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(stripped.len())]);
    let length = STANDARD.decode_slice(&*stripped, &mut bytes).ok()?;
    Some(SecretValue::copied_from(&bytes[..length]))
}

fn check_collection(tag: Option<&Tag>, expected: &str, span: Span) -> Result<()> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == expected) => Err(at(tag_error(), span)),
        _ => Ok(()),
    }
}

fn tag_error() -> ContentError {
    ContentError::new("there is a tag that does not fit", "of tags, only !!str and !!binary are of use here")
}

fn alias_error() -> ContentError {
    ContentError::new("there is an alias (*name)", "write the value out")
}

fn key_error() -> ContentError {
    ContentError::new("a key is not a text", "write each key as a text")
}

fn not_base64() -> ContentError {
    ContentError::new("what follows !!binary is not base64", "encode the bytes with `base64`")
}

fn at(error: ContentError, span: Span) -> ContentError {
    error.at(span.start.line(), span.start.col() + 1)
}
