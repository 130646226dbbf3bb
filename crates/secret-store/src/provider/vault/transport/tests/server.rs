//! A server that answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What is done with one request.
pub(super) enum Act {
    /// These bytes are sent, and the connection stays.
    Send(Vec<u8>),
    /// These bytes are sent, and the connection is closed.
    SendAndClose(Vec<u8>),
    /// Nothing, for ever.
    Hang,
}

/// `200` with a body of JSON.
pub(super) fn ok(body: &str) -> Act {
    answer("200 OK", "", body)
}

/// Headers end with `\r\n` each.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    Act::Send(
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
            .into_bytes(),
    )
}

/// Listens on loopback; each request takes the next act, whatever connection it comes on.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) authority: String,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    acts: VecDeque<Act>,
    requests: Vec<String>,
    connections: usize,
}

impl Server {
    pub(super) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let (listener, server) = Self::bind(acts).await;
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(super) async fn bind(acts: impl IntoIterator<Item = Act>) -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let script = Script { acts: acts.into_iter().collect(), ..Script::default() };
        (listener, Self { authority, script: Arc::new(Mutex::new(script)) })
    }

    pub(super) fn http(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// Each request's head and body, as it came.
    pub(super) fn requests(&self) -> Vec<String> {
        self.with(|script| script.requests.clone())
    }

    pub(super) fn connections(&self) -> usize {
        self.with(|script| script.connections)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Script) -> T) -> T {
        work(&mut self.script.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        self.with(|script| script.connections += 1);
        while let Some(request) = read_request(&mut stream).await {
            let act = self.with(|script| {
                script.requests.push(request);
                script.acts.pop_front().unwrap_or_else(|| answer("500 Over", "", "{}"))
            });
            match act {
                Act::Send(bytes) => stream.write_all(&bytes).await.unwrap_or_default(),
                Act::SendAndClose(bytes) => {
                    stream.write_all(&bytes).await.unwrap_or_default();
                    return stream.shutdown().await.unwrap_or_default();
                }
                Act::Hang => std::future::pending().await,
            }
        }
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    let head = std::str::from_utf8(&request).unwrap().to_owned();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some(format!("{head}{}", std::str::from_utf8(&body).unwrap()))
}
