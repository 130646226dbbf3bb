//! What is done to requests, and to which.

use std::fmt;
use std::time::Duration;

/// What a [`Proxy`](super::Proxy) does to a request.
///
/// | the server | faults |
/// |---|---|
/// | never sees the request | [`CutRequest`](Self::CutRequest), [`Reply`](Self::Reply) |
/// | does what it is asked | all others |
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request reaches the server so much later, even when the client has gone by then.
    DelayRequest(Duration),
    /// The answer reaches the client so much later. An hour is a server that hangs.
    DelayAnswer(Duration),
    /// The connection is closed, and the server is not asked.
    CutRequest,
    /// The server is asked and answers; the connection is closed, and the client gets no byte of the answer.
    CutAnswer,
    /// The client gets the head of the answer and half of its body, then the connection is closed. Of an answer without a
    /// body it gets half of the head.
    CutBody,
    /// The answer comes in pieces of so many bytes, with a pause after each.
    Drip {
        /// How many bytes; none counts as one.
        piece: usize,
        /// How long after each.
        pause: Duration,
    },
    /// The first half of the answer's body, with its right length: whole for HTTP, but half a text of JSON.
    Truncate,
    /// The head says that the body has so many bytes more than are sent, or fewer. The connection stays open.
    WrongLength(isize),
    /// This answer, without asking the server.
    Reply(Answer),
    /// The server is asked, and this takes the place of its answer.
    Replace(Answer),
}

/// An answer that no server gave. The default body of an error is what Vault would say: `{"errors":["…"]}`.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "an answer is part of a fault"]
pub struct Answer(Kind);

/// As it is sent.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.to_bytes()))
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Http { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    Raw(Vec<u8>),
}

impl Answer {
    /// JSON with this status.
    pub fn new(status: u16) -> Self {
        let body = format!(r#"{{"errors":["the proxy was told to answer {status}"]}}"#).into_bytes();
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self(Kind::Http { status, headers, body })
    }

    /// What a gateway says that cannot reach the server: a page of HTML, with this status.
    pub fn html(status: u16) -> Self {
        let page =
            format!("<html>\r\n<head><title>{status}</title></head>\r\n<body>nginx</body>\r\n</html>\r\n");
        Self::new(status).body(page).header("content-type", "text/html")
    }

    /// These bytes, which may be no HTTP at all; then the connection is closed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Kind::Raw(bytes.into()))
    }

    /// With this header, in place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Http { headers, .. } = &mut self.0 {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// With this body.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        if let Kind::Http { body, .. } = &mut self.0 {
            *body = bytes.into();
        }
        self
    }

    pub(super) fn is_raw(&self) -> bool {
        matches!(self.0, Kind::Raw(_))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (status, headers, body) = match &self.0 {
            Kind::Raw(bytes) => return bytes.clone(),
            Kind::Http { status, headers, body } => (status, headers, body),
        };
        let mut head = format!("HTTP/1.1 {status} as told\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n"]);
        [head.as_bytes(), body].concat()
    }
}

/// A [`Fault`], and the requests that have it: all of them unless told otherwise.
#[derive(Debug, Clone)]
#[must_use = "a rule does nothing until a proxy is given it"]
pub struct Rule {
    fault: Fault,
    method: Option<String>,
    only_changes: bool,
    prefix: String,
    skip: usize,
    left: Option<usize>,
    one_in: u32,
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

impl Rule {
    /// Every request has this fault.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            method: None,
            only_changes: false,
            prefix: String::new(),
            skip: 0,
            left: None,
            one_in: 1,
        }
    }

    /// Only requests of this method, such as `POST`.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only what may change something: any method but `GET`, `HEAD`, `LIST` and `OPTIONS`.
    pub fn changes(mut self) -> Self {
        self.only_changes = true;
        self
    }

    /// Only what begins with this: `/v1/auth/`.
    pub fn under(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Not the first so many of those.
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// Only so many times.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Only one in so many, by chance: see [`Proxy::seeded`](super::Proxy::seeded). None counts as one.
    pub fn one_in(mut self, requests: u32) -> Self {
        self.one_in = requests.max(1);
        self
    }

    pub(super) fn take(&mut self, method: &str, target: &str, random: &mut fastrand::Rng) -> Option<Fault> {
        let fits = self.method.as_ref().is_none_or(|it| it == method) && target.starts_with(&self.prefix);
        let only_asks = ["GET", "HEAD", "LIST", "OPTIONS"].contains(&method);
        if !fits || (self.only_changes && only_asks) || self.left == Some(0) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if random.u32(..self.one_in) != 0 {
            return None;
        }
        self.left = self.left.map(|left| left - 1);
        Some(self.fault.clone())
    }
}
