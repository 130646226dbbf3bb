//! HTTP/1.1 messages, found in a stream and kept as the bytes that came.

use std::io::{Error, ErrorKind, Result};

use httparse::{EMPTY_HEADER, Header, Status};
use tokio::io::{AsyncRead, AsyncReadExt as _};

const MOST_HEADERS: usize = 100;

pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) bytes: Vec<u8>,
    pub(super) is_last: bool,
}

pub(super) struct Reply {
    head: Vec<u8>,
    /// As it came: in chunks, perhaps.
    tail: Vec<u8>,
    body: Vec<u8>,
    pub(super) is_last: bool,
}

impl Reply {
    pub(super) fn bytes(&self) -> Vec<u8> {
        [self.head.as_slice(), &self.tail].concat()
    }

    /// The bytes up to the middle of the body; of the head, when there is no body.
    pub(super) fn half(&self) -> Vec<u8> {
        let kept =
            if self.tail.is_empty() { self.head.len() / 2 } else { self.head.len() + self.tail.len() / 2 };
        let mut bytes = self.bytes();
        bytes.truncate(kept);
        bytes
    }

    pub(super) fn truncated(&self) -> Vec<u8> {
        let body = &self.body[..self.body.len() / 2];
        self.with_body(body, body.len())
    }

    pub(super) fn with_length_off_by(&self, difference: isize) -> Vec<u8> {
        self.with_body(&self.body, self.body.len().saturating_add_signed(difference))
    }

    fn with_body(&self, body: &[u8], said: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.head.len() + body.len() + 30);
        for line in self.head.split_inclusive(|byte| *byte == b'\n') {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            let is_end = line == b"\r\n";
            if !is_end && !is_framing(name) {
                bytes.extend_from_slice(line);
            }
        }
        bytes.extend_from_slice(format!("content-length: {said}\r\n\r\n").as_bytes());
        bytes.extend_from_slice(body);
        bytes
    }
}

fn is_framing(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"transfer-encoding")
}

/// Where a body ends.
#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClosed,
}

/// What of a head decides on what follows it.
struct Head {
    length: usize,
    framing: Option<Framing>,
    closes: bool,
}

impl Head {
    fn new(length: usize, headers: &[Header<'_>]) -> Result<Self> {
        let mut head = Self { length, framing: None, closes: false };
        for header in headers {
            let value = core::str::from_utf8(header.value).map_err(|_| invalid())?.trim();
            if header.name.eq_ignore_ascii_case("content-length") && head.framing.is_none() {
                head.framing = Some(Framing::Length(value.parse().map_err(|_| invalid())?));
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                head.framing = Some(Framing::Chunked);
            } else if header.name.eq_ignore_ascii_case("connection") {
                head.closes = value.eq_ignore_ascii_case("close");
            }
        }
        Ok(head)
    }
}

fn invalid() -> Error {
    Error::new(ErrorKind::InvalidData, "this is not HTTP/1.1")
}

/// A stream, and what has been read from it but not taken.
pub(super) struct Reader<S> {
    pub(super) stream: S,
    buffer: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Reader<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The next request; none when there is no further one.
    pub(super) async fn request(&mut self) -> Result<Option<Request>> {
        let (head, method, target) = loop {
            let mut headers = [EMPTY_HEADER; MOST_HEADERS];
            let mut parsed = httparse::Request::new(&mut headers);
            if let Status::Complete(length) = parsed.parse(&self.buffer).map_err(|_| invalid())? {
                let head = Head::new(length, parsed.headers)?;
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                break (head, text(parsed.method), text(parsed.path));
            }
            match self.more().await {
                Err(_) if self.buffer.is_empty() => return Ok(None),
                result => result?,
            }
        };
        let framing = head.framing.unwrap_or(Framing::Length(0));
        let (end, _) = self.body(head.length, framing).await?;
        let bytes = self.buffer.drain(..end).collect();
        Ok(Some(Request { method, target, bytes, is_last: head.closes }))
    }

    /// The answer to a request of this method.
    pub(super) async fn reply(&mut self, method: &str) -> Result<Reply> {
        let (head, status) = loop {
            let mut headers = [EMPTY_HEADER; MOST_HEADERS];
            let mut parsed = httparse::Response::new(&mut headers);
            if let Status::Complete(length) = parsed.parse(&self.buffer).map_err(|_| invalid())? {
                break (Head::new(length, parsed.headers)?, parsed.code.unwrap_or_default());
            }
            self.more().await?;
        };
        let framing = match head.framing {
            _ if method == "HEAD" || status < 200 || status == 204 || status == 304 => Framing::Length(0),
            framing => framing.unwrap_or(Framing::UntilClosed),
        };
        let (end, body) = self.body(head.length, framing).await?;
        let tail = self.buffer[head.length..end].to_vec();
        self.buffer.truncate(head.length);
        let is_last = head.closes || matches!(framing, Framing::UntilClosed);
        Ok(Reply { head: std::mem::take(&mut self.buffer), tail, body, is_last })
    }

    /// Where the body ends that begins at `start` of the buffer, and what is in it.
    async fn body(&mut self, start: usize, framing: Framing) -> Result<(usize, Vec<u8>)> {
        let end = match framing {
            Framing::Chunked => return self.chunks(start).await,
            Framing::Length(length) => start + length,
            Framing::UntilClosed => {
                while self.stream.read_buf(&mut self.buffer).await? > 0 {}
                self.buffer.len()
            }
        };
        self.fill(end).await?;
        Ok((end, self.buffer[start..end].to_vec()))
    }

    async fn chunks(&mut self, start: usize) -> Result<(usize, Vec<u8>)> {
        let (mut at, mut body) = (start, Vec::new());
        loop {
            let size = httparse::parse_chunk_size(&self.buffer[at..]).map_err(|_| invalid())?;
            let Status::Complete((line, size)) = size else {
                self.more().await?;
                continue;
            };
            let size = usize::try_from(size).map_err(|_| invalid())?;
            at += line;
            if size == 0 {
                return Ok((self.trailers(at).await?, body));
            }
            self.fill(at + size + "\r\n".len()).await?;
            body.extend_from_slice(&self.buffer[at..at + size]);
            at += size + "\r\n".len();
        }
    }

    async fn trailers(&mut self, at: usize) -> Result<usize> {
        loop {
            let mut headers = [EMPTY_HEADER; MOST_HEADERS];
            let parsed = httparse::parse_headers(&self.buffer[at..], &mut headers).map_err(|_| invalid())?;
            if let Status::Complete((length, _)) = parsed {
                return Ok(at + length);
            }
            self.more().await?;
        }
    }

    async fn fill(&mut self, length: usize) -> Result<()> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok(())
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
