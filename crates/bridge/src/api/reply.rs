//! Answers.

use std::time::Duration;

use events::Label;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use vault_api::header::JSON;
use vault_api::{Envelope, Errors, encode};
use zeroize::Zeroizing;

use super::Failure;
use crate::Response;

/// The answer to a request of the API.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    body: Zeroizing<Vec<u8>>,
    retry_after: Option<Duration>,
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

    fn of(status: StatusCode, body: Zeroizing<Vec<u8>>) -> Self {
        Self { status, body, retry_after: None, fields: Vec::new(), category: None }
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
        let mut response = Self::new(reply.status, JSON, reply.body);
        if let Some(wait) = reply.retry_after {
            // Whole seconds, and never before the time.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
