//! What a line says of a request.
//!
//! A server writes thousands of these in a second, and of each most is the same: so it is written piece by piece, and not by
//! `serde`, which would look at each character of each name again.

use std::io::Write as _;

use crate::{Label, Outcome, RequestServed};

/// The members of a request as a JSON object, by whoever sent it.
pub(super) fn object(served: &RequestServed) -> serde_json::Result<Vec<u8>> {
    let RequestServed { at, request, remote, actor, method, path, fields, status, outcome, duration } =
        served;
    // Long enough for most: to grow is to copy, and where what is freed is wiped, to wipe.
    let mut object = Vec::with_capacity(512);
    match actor {
        Some(actor) => text(&mut object, br#"{"actor":"#, actor)?,
        // Whoever runs a server has not sent what nobody has put a name to.
        None => object.extend_from_slice(br#"{"actor":"anonymous""#),
    }
    write!(object, r#","event":"request-served","at":"{at}""#).map_err(serde_json::Error::io)?;
    text(&mut object, br#","request":"#, request)?;
    text(&mut object, br#","remote":"#, remote)?;
    text(&mut object, br#","method":"#, method)?;
    text(&mut object, br#","path":"#, path)?;
    let mut before: &[u8] = br#","fields":["#;
    for field in fields {
        text(&mut object, before, field)?;
        before = b",";
    }
    if !fields.is_empty() {
        object.push(b']');
    }
    number(&mut object, br#","status":"#, u64::from(*status))?;
    match outcome {
        Outcome::Ok => object.extend_from_slice(br#","outcome":"ok""#),
        Outcome::Failed(category) => {
            text(&mut object, br#","outcome":{"failed":"#, category)?;
            object.push(b'}');
        }
    }
    number(&mut object, br#","duration_us":"#, u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))?;
    object.push(b'}');
    Ok(object)
}

fn text(object: &mut Vec<u8>, before: &[u8], label: &Label) -> serde_json::Result<()> {
    object.extend_from_slice(before);
    let text = label.as_str();
    // There is no control character in a label: these two alone cannot stand for themselves.
    if memchr::memchr2(b'"', b'\\', text.as_bytes()).is_some() {
        return serde_json::to_writer(object, text);
    }
    object.push(b'"');
    object.extend_from_slice(text.as_bytes());
    object.push(b'"');
    Ok(())
}

fn number(object: &mut Vec<u8>, before: &[u8], number: u64) -> serde_json::Result<()> {
    object.extend_from_slice(before);
    serde_json::to_writer(object, &number)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{Event, Timestamp};

    fn label() -> impl Strategy<Value = Label> {
        "\\PC{0,12}|[a-z\"\\\\/é\u{7f}\n]{0,40}".prop_map(|text| Label::new(&text))
    }

    fn request() -> impl Strategy<Value = RequestServed> {
        let when = (0_i64..4_000_000_000, 0_i32..1_000_000_000);
        let how = (any::<u16>(), prop_oneof![Just(Outcome::Ok), label().prop_map(Outcome::Failed)]);
        let duration = prop_oneof![any::<u64>().prop_map(Duration::from_nanos), Just(Duration::MAX)];
        let who = (label(), label(), proptest::option::of(label()));
        let what = (label(), label(), proptest::collection::vec(label(), 0..4));
        (when, who, what, how, duration).prop_map(|(when, who, what, how, duration)| RequestServed {
            at: Timestamp::new(when.0, when.1).unwrap(),
            request: who.0,
            remote: who.1,
            actor: who.2,
            method: what.0,
            path: what.1,
            fields: what.2,
            status: how.0,
            outcome: how.1,
            duration,
        })
    }

    proptest! {
        #[test]
        fn a_request_is_written_as_serde_writes_its_event_behind_its_actor(served in request()) {
            let actor = served.actor.clone().unwrap_or_else(|| Label::new("anonymous"));
            let event = Event::from(RequestServed { actor: None, ..served.clone() });
            let wanted = serde_json::to_string(&event).unwrap();
            let wanted = format!("{{\"actor\":{},{}", serde_json::to_string(&actor).unwrap(), &wanted[1..]);
            let written = object(&served).unwrap();
            prop_assert_eq!(str::from_utf8(&written).unwrap(), wanted);
        }
    }
}
