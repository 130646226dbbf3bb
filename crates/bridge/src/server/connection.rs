//! One connection.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use http::StatusCode;
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use super::body::{NoBody, collect};
use super::limits::Limits;
use crate::api::{Failure, Reply};
use crate::http::{Handler, Peer, Request, Response};

/// What answers the requests of all connections.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) handler: Arc<dyn Handler>,
    pub(super) limits: Limits,
    pub(super) under_way: Arc<Semaphore>,
}

impl Service {
    pub(super) async fn answer(
        self,
        peer: Peer,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<Full<Bytes>>, Infallible> {
        let response = self.respond(peer, request).await;
        let mut answer = http::Response::new(Full::new(response.body));
        *answer.status_mut() = response.status;
        *answer.headers_mut() = response.headers;
        Ok(answer)
    }

    async fn respond(&self, peer: Peer, request: http::Request<Incoming>) -> Response {
        let (head, body) = request.into_parts();
        let body = match collect(body, self.limits.body_bytes, self.limits.body_time).await {
            Ok(body) => body,
            Err(NoBody::TooLong) => {
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "http: request body too large");
            }
            Err(NoBody::TooSlow) => return refused(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
            Err(NoBody::Broken) => return refused(StatusCode::BAD_REQUEST, "the body is cut short"),
        };
        let request = Request {
            method: head.method,
            path: head.uri.path().into(),
            query: head.uri.query().unwrap_or_default().into(),
            headers: head.headers,
            body,
            peer,
        };
        let answer = async {
            let _place = self.under_way.acquire().await;
            self.handler.handle(request).await
        };
        // A mistake in one answer is not the end of the others.
        let answer = AssertUnwindSafe(answer).catch_unwind();
        match tokio::time::timeout(self.limits.request_time, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Reply::from(Failure::internal()).into(),
            Err(_) => Reply::from(Failure::unavailable("the answer took too long: try again")).into(),
        }
    }
}

fn refused(status: StatusCode, message: &'static str) -> Response {
    Reply::from(Failure { status, ..Failure::bad_request(message) }).into()
}
