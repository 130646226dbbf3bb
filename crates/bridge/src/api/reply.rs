//! Answers.

use std::time::Duration;

use events::Label;
use http::{HeaderName, HeaderValue, StatusCode, header};
use secret_store::{SecretFields, json};
use serde::Serialize;
use vault_api::header::JSON;
use vault_api::kv2::{ReadFrame, VersionMetadata};
use vault_api::{Envelope, Errors, encode};
use zeroize::Zeroizing;

use super::Failure;
use crate::Response;
use crate::http::buffers;

/// In an answer with what was read before the store went away: for how many seconds nobody has looked whether it has changed.
const STALE: HeaderName = HeaderName::from_static("x-secretbridge-stale");

/// The answer to a request of the API.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    body: Zeroizing<Vec<u8>>,
    content_type: &'static str,
    retry_after: Option<Duration>,
    /// For how long what is answered is no longer known to be so.
    pub(crate) stale: Option<Duration>,
    /// The fields that were read or written, for the audit log.
    pub(crate) fields: Vec<Label>,
    /// How it ended, for the audit log; none when it was done.
    pub(crate) category: Option<&'static str>,
}

impl Reply {
    /// 204: done, with nothing to say.
    pub(crate) fn done() -> Self {
        Self::of(StatusCode::NO_CONTENT, Zeroizing::default())
    }

    /// 200, with this data in the envelope.
    pub(crate) fn data(request_id: &str, data: &impl Serialize) -> Result<Self, Failure> {
        Self::envelope(StatusCode::OK, &Envelope::new(request_id, Some(data)))
    }

    /// This envelope.
    pub(crate) fn envelope(status: StatusCode, envelope: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self::of(status, encode(envelope).map_err(|_| Failure::internal())?))
    }

    /// 200, with this data in the envelope, as the store had it: when that is too long ago, the envelope has a warning and the
    /// answer a header.
    pub(crate) fn read<T: Serialize>(
        mut envelope: Envelope<'_, T>,
        stale: Option<Duration>,
    ) -> Result<Self, Failure> {
        if let Some(stale) = stale {
            envelope.warnings.get_or_insert_default().push(stale_warning(stale));
        }
        Ok(Self { stale, ..Self::envelope(StatusCode::OK, &envelope)? })
    }

    /// The same with the fields of a secret, written to where they are sent from.
    ///
    /// # Errors
    /// 400 with the name of a field that has no form in JSON.
    pub(crate) fn secret(
        request_id: &str,
        fields: &SecretFields,
        metadata: &VersionMetadata,
        stale: Option<Duration>,
    ) -> Result<Self, Failure> {
        let warnings = stale.map(|stale| [stale_warning(stale)]);
        let frame = ReadFrame::new(request_id, metadata, warnings.as_ref().map(<[String; 1]>::as_slice))
            .map_err(|_| Failure::internal())?;
        let body = json::encode_between(buffers::take(), frame.before(), fields, frame.behind())
            .map_err(|error| Failure::bad_request(error.to_string()))?;
        Ok(Self { stale, ..Self::of(StatusCode::OK, body) })
    }

    /// 200, with this text.
    pub(crate) fn text(content_type: &'static str, body: Zeroizing<Vec<u8>>) -> Self {
        Self { content_type, ..Self::of(StatusCode::OK, body) }
    }

    fn of(status: StatusCode, body: Zeroizing<Vec<u8>>) -> Self {
        Self {
            status,
            body,
            content_type: JSON,
            retry_after: None,
            stale: None,
            fields: Vec::new(),
            category: None,
        }
    }

    /// With these fields in the audit log.
    pub(crate) fn with_fields(mut self, fields: Vec<Label>) -> Self {
        self.fields = fields;
        self
    }

    /// For what is not done, or not there, though it has an envelope.
    pub(crate) fn failed(mut self, category: &'static str) -> Self {
        self.category = Some(category);
        self
    }
}

fn stale_warning(stale: Duration) -> String {
    format!(
        "the store behind the bridge is not available: this was read before, and for {} s nobody has looked whether it has \
         changed",
        stale.as_secs()
    )
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        let errors = failure.message.map(|message| vec![message.into_owned()]).unwrap_or_default();
        // Only text: it has a form in JSON.
        let body = encode(&Errors { errors, warnings: None }).unwrap_or_default();
        Self {
            retry_after: failure.retry_after,
            category: Some(failure.category),
            ..Self::of(failure.status, body)
        }
    }
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        let mut response = Self::new(reply.status, reply.content_type, reply.body);
        if let Some(stale) = reply.stale {
            response.headers.insert(STALE, HeaderValue::from(stale.as_secs()));
        }
        if let Some(wait) = reply.retry_after {
            // Whole seconds, and never before the time.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
