//! What the proxy does to what passes through it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_kit::proxy::{Answer, Fault, Proxy, Rule};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const JSON: &str = r#"{"data":{"value":"12345678"}}"#;
const WITH_LENGTH: &str =
    "HTTP/1.1 200 OK\r\nX-Odd:  kept \r\ncontent-length: 29\r\n\r\n{\"data\":{\"value\":\"12345678\"}}";
const IN_CHUNKS: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
     5;a=b\r\n{\"dat\r\n18\r\na\":{\"value\":\"12345678\"}}\r\n0\r\nTrailer: 1\r\n\r\n";
const UNTIL_CLOSED: &str = "HTTP/1.1 200 OK\r\n\r\n{\"data\":{\"value\":\"12345678\"}}";

/// A server that answers every request with the same bytes, and keeps what it was sent.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !is_whole(&request) {
                    assert_ne!(client.read_buf(&mut request).await.unwrap(), 0);
                }
                kept.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                client.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Bodies in these tests end with a full stop, or as chunks do.
fn is_whole(request: &[u8]) -> bool {
    let end: &[u8] = if request.starts_with(b"GET") { b"\r\n\r\n" } else { b"." };
    request.ends_with(end) || request.ends_with(b"0\r\n\r\n")
}

async fn ask(proxy: &Proxy, request: &str) -> String {
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    core::str::from_utf8(&answer).unwrap().to_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
}

/// What a client gets of `answer` under `fault`, and how many requests the server saw.
async fn under(answer: &'static str, fault: Fault) -> (String, usize) {
    let server = Server::answering(answer).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    proxy.inject(fault);
    let got = ask(&proxy, &get("/v1/a")).await;
    (got, server.requests().len())
}

#[tokio::test]
async fn without_a_fault_both_sides_get_each_byte() {
    for answer in [WITH_LENGTH, IN_CHUNKS, UNTIL_CLOSED, "HTTP/1.1 204 No Content\r\n\r\n"] {
        let server = Server::answering(answer).await;
        let proxy = Proxy::start(server.address).await.unwrap();
        let head = "POST /v1/a?b=c HTTP/1.1\r\nhOsT:x\r\nconnection: close\r\n";
        let posts = [
            format!("{head}Content-Length: 3\r\n\r\nab."),
            format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n \r\n1\r\n.\r\n0\r\n\r\n"),
        ];
        for post in &posts {
            assert_eq!(ask(&proxy, post).await, answer);
        }
        assert_eq!(server.requests(), posts);
    }
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let server = Server::answering(WITH_LENGTH).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    for _ in 0..3 {
        client.write_all(b"GET /v1/a HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = vec![0; WITH_LENGTH.len()];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, WITH_LENGTH.as_bytes());
    }
    assert_eq!(proxy.count("GET", "/v1/a"), 3);
    assert_eq!(proxy.forwarded("GET", "/v1/a"), 3);
}

#[tokio::test]
async fn what_is_cut_before_the_server_never_reaches_it() {
    assert_eq!(under(WITH_LENGTH, Fault::CutRequest).await, (String::new(), 0));
    let refusal = Answer::new(429).header("Retry-After", "7").body("no");
    let expected = "HTTP/1.1 429 as told\r\ncontent-type: application/json\r\nRetry-After: 7\r\ncontent-length: 2\r\n\r\nno";
    assert_eq!(under(WITH_LENGTH, Fault::Reply(refusal)).await, (expected.to_owned(), 0));
    let garbage = Answer::raw("SSH-2.0-OpenSSH_9.9\r\n");
    assert_eq!(under(WITH_LENGTH, Fault::Reply(garbage)).await, ("SSH-2.0-OpenSSH_9.9\r\n".to_owned(), 0));
}

#[tokio::test]
async fn what_is_cut_after_the_server_has_reached_it() {
    assert_eq!(under(WITH_LENGTH, Fault::CutAnswer).await, (String::new(), 1));
    let head = WITH_LENGTH.len() - JSON.len();
    assert_eq!(
        under(WITH_LENGTH, Fault::CutBody).await,
        (WITH_LENGTH[..head + JSON.len() / 2].to_owned(), 1)
    );
    let empty = "HTTP/1.1 204 No Content\r\n\r\n";
    assert_eq!(under(empty, Fault::CutBody).await, (empty[..empty.len() / 2].to_owned(), 1));
    let (page, requests) = under(WITH_LENGTH, Fault::Replace(Answer::html(502))).await;
    assert!(page.starts_with("HTTP/1.1 502 ") && page.contains("content-type: text/html\r\n"), "{page}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_body_is_truncated_whatever_its_framing() {
    for answer in [WITH_LENGTH, IN_CHUNKS, UNTIL_CLOSED] {
        let (got, _) = under(answer, Fault::Truncate).await;
        assert!(got.ends_with("content-length: 14\r\n\r\n{\"data\":{\"valu"), "{got}");
        assert!(!got.contains("chunked"), "{got}");
    }
}

#[tokio::test]
async fn a_length_is_wrong_by_as_much_as_asked_for() {
    for (difference, said) in [(5, 34), (-5, 24), (-100, 0)] {
        let (got, _) = under(WITH_LENGTH, Fault::WrongLength(difference)).await;
        let expected = format!("HTTP/1.1 200 OK\r\nX-Odd:  kept \r\ncontent-length: {said}\r\n\r\n{JSON}");
        assert_eq!(got, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn delays_and_drips_change_no_byte() {
    let hour = Duration::from_hours(1);
    for fault in [Fault::DelayRequest(hour), Fault::DelayAnswer(hour), Fault::Drip { piece: 1, pause: hour }]
    {
        let clock = tokio::time::Instant::now();
        assert_eq!(under(WITH_LENGTH, fault.clone()).await, (WITH_LENGTH.to_owned(), 1));
        assert!(clock.elapsed() >= hour, "{fault:?}");
    }
}

#[tokio::test]
async fn a_delayed_request_reaches_the_server_after_its_client_has_gone() {
    let server = Server::answering(WITH_LENGTH).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    proxy.inject(Fault::DelayRequest(Duration::from_millis(50)));
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(get("/late").as_bytes()).await.unwrap();
    proxy.seen(1).await;
    drop(client);
    timeout(Duration::from_mins(1), proxy.answered(1)).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn refusing_cuts_what_is_connected_and_the_address_stays_the_same() {
    let server = Server::answering(WITH_LENGTH).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    let mut idle = TcpStream::connect(proxy.address()).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    idle.read_exact(&mut vec![0; WITH_LENGTH.len()]).await.unwrap();
    proxy.refuse().await;
    assert_eq!(timeout(Duration::from_mins(1), idle.read(&mut [0])).await.unwrap().unwrap_or(0), 0);
    assert!(TcpStream::connect(proxy.address()).await.is_err());
    proxy.accept_again().await.unwrap();
    assert_eq!(ask(&proxy, &get("/")).await, WITH_LENGTH);
}

#[tokio::test]
async fn a_rule_is_for_the_requests_that_it_names() {
    let server = Server::answering(WITH_LENGTH).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    proxy.inject(Rule::new(Fault::CutRequest).method("GET").under("/v1/auth/").skip(1).times(2));
    proxy.inject(Rule::new(Fault::Reply(Answer::new(503))).under("/v1/sys/"));
    proxy.inject(Rule::new(Fault::Reply(Answer::new(405))).changes());
    let mut cut = Vec::new();
    for path in ["/v1/secret/a", "/v1/auth/1", "/v1/auth/2", "/v1/auth/3", "/v1/auth/4"] {
        if ask(&proxy, &get(path)).await.is_empty() {
            cut.push(path);
        }
    }
    assert_eq!(cut, ["/v1/auth/2", "/v1/auth/3"]);
    assert!(ask(&proxy, &get("/v1/sys/health")).await.starts_with("HTTP/1.1 503"));
    let post = "POST /v1/secret/a HTTP/1.1\r\nconnection: close\r\ncontent-length: 1\r\n\r\n.";
    assert!(ask(&proxy, post).await.starts_with("HTTP/1.1 405"));
    assert_eq!((proxy.count("GET", "/v1/auth/"), proxy.forwarded("GET", "/v1/auth/")), (4, 2));
    proxy.mend();
    assert_eq!(ask(&proxy, &get("/v1/sys/health")).await, WITH_LENGTH);
    assert_eq!(proxy.requests().iter().filter(|seen| seen.faulted).count(), 4);
    proxy.forget();
    assert_eq!(proxy.requests(), []);
}

#[tokio::test]
async fn chance_depends_on_the_seed_alone() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let server = Server::answering(WITH_LENGTH).await;
        let proxy = Proxy::seeded(server.address, seed).await.unwrap();
        proxy.inject(Rule::new(Fault::CutRequest).one_in(3));
        proxy.inject(Rule::new(Fault::CutAnswer).one_in(3));
        for _ in 0..60 {
            ask(&proxy, &get("/")).await;
        }
        runs.push(proxy.requests());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let faulted = runs[0].iter().filter(|seen| seen.faulted).count();
    assert!((20..50).contains(&faulted), "{faulted}");
}

#[tokio::test]
async fn a_server_that_is_not_there_looks_like_a_cut() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let proxy = Proxy::start(nobody).await.unwrap();
    assert_eq!(ask(&proxy, &get("/")).await, "");
    assert_eq!((proxy.count("GET", "/"), proxy.forwarded("GET", "/")), (1, 0));
}

#[tokio::test]
async fn who_waits_for_requests_is_woken_by_them() {
    let server = Server::answering(WITH_LENGTH).await;
    let proxy = Proxy::start(server.address).await.unwrap();
    let asked = async {
        ask(&proxy, &get("/1")).await;
        ask(&proxy, &get("/2")).await;
    };
    let both = async { tokio::join!(proxy.seen(2), asked) };
    timeout(Duration::from_mins(1), both).await.unwrap();
}
