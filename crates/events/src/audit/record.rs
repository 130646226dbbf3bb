//! One line of the log.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ChainHash;
use crate::{Event, Label};

/// The longest line that is written or read, newline included. A Kubernetes Secret with as many keys as fit into its
/// 1 MiB stays well below.
pub(super) const MAX_LINE_BYTES: usize = 16 << 20;

const SEAL_START: &[u8] = br#","hash":""#;
const SEAL_END: &[u8] = br#""}"#;
const SEAL_BYTES: usize = SEAL_START.len() + 64 + SEAL_END.len();

/// One line of the log, read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// Its place in the log, from 1.
    pub seq: u64,
    /// Whose log it is.
    pub instance: Label,
    /// Who did it: the event's own actor where it has one, else the process that wrote the line.
    pub actor: Label,
    /// What happened, with its time. The actor of the event has moved to [`actor`](Self::actor).
    #[serde(flatten)]
    pub event: Event,
    /// The hash of the bytes between the previous record and this one, where a writer was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_torn: Option<ChainHash>,
    /// The head that the writer had seen in a log that is no longer there: the file was rotated, or cut back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<ChainHash>,
    /// The hash of the previous record; [`ChainHash::GENESIS`] in the first.
    pub prev: ChainHash,
    /// The hash of this line, up to and without the comma before this member.
    pub hash: ChainHash,
}

/// The members that tie a line to the others; of all the rest nothing is asked, so that the logs of later versions
/// verify.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Link {
    pub(super) seq: u64,
    pub(super) instance: Label,
    #[serde(default)]
    pub(super) after_torn: Option<ChainHash>,
    #[serde(default)]
    pub(super) continues: Option<ChainHash>,
    pub(super) prev: ChainHash,
    pub(super) hash: ChainHash,
}

impl Link {
    /// Reads a line without its newline.
    pub(super) fn read(text: &[u8]) -> Result<Self, NotARecord> {
        let sealed = text.len().checked_sub(SEAL_BYTES).ok_or(NotARecord::Unreadable)?;
        let (body, seal) = text.split_at(sealed);
        if !seal.starts_with(SEAL_START) || !seal.ends_with(SEAL_END) {
            return Err(NotARecord::Unreadable);
        }
        let link: Self = serde_json::from_slice(text).map_err(|_| NotARecord::Unreadable)?;
        if ChainHash::of(body) == link.hash { Ok(link) } else { Err(NotARecord::Altered) }
    }
}

/// Why a line does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotARecord {
    /// It has not the form of a record.
    Unreadable,
    /// It has, but its hash is that of other bytes.
    Altered,
}

/// What a line says besides its event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) seq: u64,
    pub(super) instance: &'a str,
    pub(super) actor: &'a Label,
    pub(super) after_torn: Option<ChainHash>,
    pub(super) continues: Option<ChainHash>,
    pub(super) prev: ChainHash,
}

/// Appends one line, newline included, to `buffer` and returns its hash.
pub(super) fn write_line(
    buffer: &mut Vec<u8>,
    place: Place<'_>,
    event: &Event,
) -> serde_json::Result<ChainHash> {
    let start = buffer.len();
    let (own_actor, event) = without_actor(event);
    // Whoever runs a server has not sent what nobody has put a name to.
    let nobody = Label::new("anonymous");
    let usual = if matches!(*event, Event::RequestServed(_)) { &nobody } else { place.actor };
    let body = Body {
        seq: place.seq,
        instance: place.instance,
        actor: own_actor.unwrap_or(usual),
        event: &event,
        after_torn: place.after_torn,
        continues: place.continues,
        prev: place.prev,
    };
    serde_json::to_writer(&mut *buffer, &body)?;
    buffer.pop();
    let hash = ChainHash::of(&buffer[start..]);
    buffer.extend_from_slice(SEAL_START);
    buffer.extend_from_slice(hash.to_string().as_bytes());
    buffer.extend_from_slice(SEAL_END);
    buffer.push(b'\n');
    Ok(hash)
}

#[derive(Serialize)]
struct Body<'a> {
    seq: u64,
    instance: &'a str,
    actor: &'a Label,
    #[serde(flatten)]
    event: &'a Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_torn: Option<ChainHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<ChainHash>,
    prev: ChainHash,
}

/// The event's own actor, and the event without it: a line has one member of that name.
fn without_actor(event: &Event) -> (Option<&Label>, Cow<'_, Event>) {
    match event {
        Event::SecretAccessed(accessed) if accessed.actor.is_some() => {
            let anonymous = crate::SecretAccessed { actor: None, ..accessed.clone() };
            (accessed.actor.as_ref(), Cow::Owned(anonymous.into()))
        }
        Event::RequestServed(served) if served.actor.is_some() => {
            let anonymous = crate::RequestServed { actor: None, ..served.clone() };
            (served.actor.as_ref(), Cow::Owned(anonymous.into()))
        }
        Event::SecretAccessed(_) | Event::SecretMaterialized(_) | Event::RequestServed(_) => {
            (None, Cow::Borrowed(event))
        }
    }
}
