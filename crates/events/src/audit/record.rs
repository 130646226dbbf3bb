//! One line of the log.

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
    pub(super) after_torn: Option<ChainHash>,
    pub(super) continues: Option<ChainHash>,
    pub(super) prev: ChainHash,
}

/// What a line says of its event, ready to be put into its place: members of a JSON object, without the braces.
#[derive(Debug)]
pub(super) struct Draft {
    object: Vec<u8>,
}

impl Draft {
    /// Of `event`, by `usual` where the event does not say by whom.
    pub(super) fn new(usual: &Label, event: &Event) -> serde_json::Result<Self> {
        let object = match event {
            Event::RequestServed(served) => super::served::object(served)?,
            Event::SecretAccessed(accessed) if accessed.actor.is_some() => {
                let anonymous = Event::from(crate::SecretAccessed { actor: None, ..accessed.clone() });
                let actor = accessed.actor.as_ref().unwrap_or(usual);
                serde_json::to_vec(&Members { actor, event: &anonymous })?
            }
            Event::SecretAccessed(_) | Event::SecretMaterialized(_) => {
                serde_json::to_vec(&Members { actor: usual, event })?
            }
        };
        Ok(Self { object })
    }

    fn members(&self) -> &[u8] {
        &self.object[1..self.object.len() - 1]
    }
}

/// An event, and by whom it was: a line has one member of that name.
#[derive(Serialize)]
struct Members<'a> {
    actor: &'a Label,
    #[serde(flatten)]
    event: &'a Event,
}

/// Appends one line, newline included, to `buffer` and returns its hash.
pub(super) fn write_line(
    buffer: &mut Vec<u8>,
    place: Place<'_>,
    draft: &Draft,
) -> serde_json::Result<ChainHash> {
    let start = buffer.len();
    buffer.extend_from_slice(br#"{"seq":"#);
    serde_json::to_writer(&mut *buffer, &place.seq)?;
    buffer.extend_from_slice(br#","instance":"#);
    serde_json::to_writer(&mut *buffer, place.instance)?;
    buffer.push(b',');
    buffer.extend_from_slice(draft.members());
    let links = [
        (&br#","after_torn":""#[..], place.after_torn),
        (br#","continues":""#, place.continues),
        (br#","prev":""#, Some(place.prev)),
    ];
    for (name, hash) in links {
        if let Some(hash) = hash {
            buffer.extend_from_slice(name);
            buffer.extend_from_slice(&hash.digits());
            buffer.push(b'"');
        }
    }
    let hash = ChainHash::of(&buffer[start..]);
    buffer.extend_from_slice(SEAL_START);
    buffer.extend_from_slice(&hash.digits());
    buffer.extend_from_slice(SEAL_END);
    buffer.push(b'\n');
    Ok(hash)
}
