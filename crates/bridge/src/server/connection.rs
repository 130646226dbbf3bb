//! One connection.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::{Semaphore, mpsc};

use super::body::{NoBody, collect};
use super::limits::Limits;
use super::places::AtWork;
use super::room::Room;
use super::timers::Timers;
use crate::api::{Failure, Reply};
use crate::http::{Handler, Peer, Request, Response};

/// What answers the requests of a connection.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) handler: Arc<dyn Handler>,
    pub(super) limits: Limits,
    /// Of the thread.
    pub(super) under_way: Arc<Semaphore>,
    /// Of the server.
    pub(super) room: Arc<Room>,
    /// Held by everything that is to be ended before the server is.
    pub(super) unended: mpsc::Sender<()>,
    pub(super) timers: Timers,
}

impl Service {
    pub(super) fn answer(
        self: Arc<Self>,
        peer: Peer,
        request: http::Request<Incoming>,
        work: AtWork,
    ) -> impl Future<Output = Result<http::Response<Full<Bytes>>, Infallible>> {
        // Now, and not when the future begins: before that, hyper reads on.
        let (head, body) = request.into_parts();
        let head = Head::apart(head);
        async move {
            let response = self.respond(peer, head, body).await;
            let mut answer = http::Response::new(Full::new(response.body));
            *answer.status_mut() = response.status;
            *answer.headers_mut() = response.headers;
            drop(work);
            Ok(answer)
        }
    }

    async fn respond(&self, peer: Peer, head: Head, body: Incoming) -> Response {
        let limits = &self.limits;
        let (body, _held) = match collect(body, limits.body_bytes, limits.body_time, &self.room).await {
            Ok(body) => body,
            Err(NoBody::TooLong) => {
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "http: request body too large");
            }
            Err(NoBody::TooSlow) => return refused(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
            Err(NoBody::TooMany) => {
                return Reply::from(Failure::unavailable("too many bodies at once: try again")).into();
            }
            Err(NoBody::Broken) => return refused(StatusCode::BAD_REQUEST, "the body is cut short"),
        };
        let Head { method, path, query, headers } = head;
        let request = Request { method, path, query, headers, body, peer };
        let answer = async {
            if may_change(&request.method) {
                return self.to_its_end(request).await;
            }
            let _place = if is_of_itself(&request.path) { None } else { self.under_way.acquire().await.ok() };
            self.handler.handle(request).await
        };
        // A mistake in one answer is not the end of the others.
        let answer = AssertUnwindSafe(answer).catch_unwind();
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or_else(|_| Reply::from(Failure::internal()).into()),
            () = self.timers.after(limits.request_time) => {
                Reply::from(Failure::unavailable("the answer took too long: try again")).into()
            }
        }
    }
}

impl Service {
    /// Answers what has begun also when nobody waits for it any more: a store does what it was told to, and that is to be noted.
    async fn to_its_end(&self, request: Request) -> Response {
        let (handler, unended) = (Arc::clone(&self.handler), self.unended.clone());
        // Who goes before it begins is not answered, so there are no more of them than places.
        let place = Arc::clone(&self.under_way).acquire_owned().await;
        let answer = tokio::spawn(async move {
            let answer = handler.handle(request).await;
            drop((place, unended));
            answer
        });
        answer.await.unwrap_or_else(|_| Reply::from(Failure::internal()).into())
    }
}

/// Whether something may be another than before once it is answered.
fn may_change(method: &Method) -> bool {
    !matches!(method.as_str(), "GET" | "HEAD" | "LIST")
}

/// The head of a request, in memory of its own.
struct Head {
    method: Method,
    path: Box<str>,
    query: Box<str>,
    headers: HeaderMap,
}

impl Head {
    /// What hyper hands out is a part of the connection's buffer, which it cannot use again as long as there is a part of it: it
    /// would take another of 8 KiB for each request that is not answered at once, and each would be wiped.
    fn apart(head: Parts) -> Self {
        let mut headers = HeaderMap::with_capacity(head.headers.len());
        for (name, value) in &head.headers {
            // Both are valid, having been so before.
            let (Ok(own_name), Ok(mut own_value)) =
                (HeaderName::from_bytes(name.as_ref()), HeaderValue::from_bytes(value.as_bytes()))
            else {
                continue;
            };
            own_value.set_sensitive(value.is_sensitive());
            headers.append(own_name, own_value);
        }
        Self {
            method: head.method,
            path: head.uri.path().into(),
            query: head.uri.query().unwrap_or_default().into(),
            headers,
        }
    }
}

/// Whether it is asked how the bridge itself is, which no store has to answer: while one hangs, requests that wait for it have all
/// places, and who is not told that the bridge runs restarts it, with all that it remembers.
fn is_of_itself(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

fn refused(status: StatusCode, message: &'static str) -> Response {
    Reply::from(Failure { status, ..Failure::bad_request(message) }).into()
}
