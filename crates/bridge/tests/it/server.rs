//! The sockets: what comes in over them, in which order it ends, and what TLS takes up.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bridge::server::{BindError, ClientAuth, Ended, Limits, Server, Tls, TlsConfig, Transport};
use bridge::{Handler, Request, Response};
use http::StatusCode;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio_rustls::TlsConnector;

/// Answers with what it was asked; `/wait` when it is let, `/panic` never.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    pub(crate) opened: Notify,
    pub(crate) waiting: Notify,
    pub(crate) go: Notify,
    pub(crate) waited: AtomicUsize,
}

#[async_trait]
impl Handler for Echo {
    async fn handle(&self, request: Request) -> Response {
        match &*request.path {
            "/wait" => {
                self.waiting.notify_one();
                self.go.notified().await;
                self.waited.fetch_add(1, Ordering::Relaxed);
            }
            "/panic" => panic!("told to"),
            _ => {}
        }
        let certificates = request.peer.certificates.map_or(0, |certificates| certificates.len());
        let text = format!("{} {} {} {certificates}", request.method, request.path, request.body.len());
        Response::new(StatusCode::OK, "text/plain", text.into_bytes().into())
    }

    fn connection_opened(&self) {
        self.opened.notify_one();
    }
}

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) echo: Arc<Echo>,
    pub(crate) end: oneshot::Sender<()>,
    pub(crate) ended: tokio::task::JoinHandle<Ended>,
}

pub(crate) async fn running(transport: Transport, limits: Limits) -> Running {
    let echo = Arc::new(Echo::default());
    let handler: Arc<dyn Handler> = Arc::<Echo>::clone(&echo);
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), transport, handler, limits).await.unwrap();
    let address = server.local_addr().unwrap();
    let (end, told) = oneshot::channel();
    let ended = tokio::spawn(server.run(async { told.await.unwrap_or_default() }));
    Running { address, echo, end, ended }
}

pub(crate) fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

pub(crate) async fn plain(limits: Limits) -> Running {
    running(Transport::Loopback, limits).await
}

/// Sends these bytes, and reads until the server closes.
async fn tell(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), bytes: &[u8]) -> String {
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    // A connection may be reset: what came until then counts.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn ask(address: SocketAddr, bytes: &[u8]) -> String {
    tell(&mut TcpStream::connect(address).await.unwrap(), bytes).await
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    ask(address, format!("GET {path} HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n").as_bytes()).await
}

pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn plain_http_is_for_this_machine_unless_it_is_asked_for() {
    let bind = |address: &str, transport| {
        let (address, echo) = (address.parse().unwrap(), Arc::new(Echo::default()));
        Server::bind(address, transport, echo, Limits::default())
    };
    let refused = bind("0.0.0.0:0", Transport::Loopback).await.unwrap_err();
    assert!(matches!(refused, BindError::NotLoopback(_)));
    insta::assert_snapshot!(refused, @"0.0.0.0:0 can be reached from other machines, which would read tokens and values: there is no TLS");
    assert!(bind("[::ffff:127.0.0.1]:0", Transport::Loopback).await.is_ok());
    assert!(bind("0.0.0.0:0", Transport::PlainAnywhere).await.is_ok());
    let taken = bind("127.0.0.1:0", Transport::Loopback).await.unwrap();
    let again = bind(&taken.local_addr().unwrap().to_string(), Transport::Loopback).await.unwrap_err();
    assert_eq!(again.help(), "end what listens there, or choose another port");
}

#[tokio::test]
async fn no_bytes_end_the_server() {
    let running = plain(limits(|limits| {
        limits.header_time = Duration::from_millis(300);
        limits.body_bytes = 64;
    }))
    .await;
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X-A: b\r\n".repeat(200));
    let large =
        format!("PUT / HTTP/1.1\r\nContent-Length: 65\r\nConnection: close\r\n\r\n{}", "a".repeat(65));
    let requests: &[&[u8]] = &[
        b"\r\n\r\n\r\n",
        b"GET",
        b"GET / HTTP/1.1\r\nHost: b\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\n\r\n",
        b"GET /\x7f HTTP/1.1\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\xff\x04\x00\x00\x00\x00\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense that is no frame at all, and longer than one",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        long.as_bytes(),
        many.as_bytes(),
        large.as_bytes(),
    ];
    for request in requests {
        let answer = ask(running.address, request).await;
        let status = status(&answer);
        assert!(!(200..300).contains(&status), "{:?}: {answer}", String::from_utf8_lossy(request));
        assert_eq!(self::status(&get(running.address, "/").await), 200, "it answers after {request:?}");
    }
    let answer = ask(running.address, large.as_bytes()).await;
    assert!(
        status(&answer) == 413 && answer.ends_with(r#"{"errors":["http: request body too large"]}"#),
        "{answer}"
    );
}

#[tokio::test]
async fn who_sends_too_slowly_is_not_waited_for() {
    let running = plain(limits(|limits| limits.body_time = Duration::from_millis(50))).await;
    let slow = b"PUT / HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nab";
    let answer = ask(running.address, slow).await;
    assert_eq!(status(&answer), 408, "{answer}");
}

#[tokio::test]
async fn a_mistake_in_one_answer_is_not_the_end_of_the_others() {
    let running = plain(Limits::default()).await;
    assert_eq!(status(&get(running.address, "/panic").await), 500);
    assert!(get(running.address, "/a").await.ends_with("GET /a 0 0"));
}

#[tokio::test]
async fn who_waits_too_long_for_an_answer_or_for_a_place_is_told_to_come_again() {
    let running = plain(limits(|limits| {
        limits.requests = 1;
        limits.request_time = Duration::from_millis(200);
    }))
    .await;
    let first = tokio::spawn(get(running.address, "/wait"));
    running.echo.waiting.notified().await;
    assert_eq!(status(&get(running.address, "/wait").await), 503, "no place, or no answer");
    assert_eq!(status(&first.await.unwrap()), 503, "no answer");
    assert_eq!(status(&get(running.address, "/").await), 200, "the place is free again");
}

#[tokio::test]
async fn what_is_under_way_at_the_end_is_answered_and_nothing_new_is_taken() {
    let running = plain(Limits::default()).await;
    let waiting = tokio::spawn(get(running.address, "/wait"));
    running.echo.waiting.notified().await;
    running.end.send(()).unwrap();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    running.echo.go.notify_one();
    assert_eq!(status(&waiting.await.unwrap()), 200);
    assert_eq!(running.ended.await.unwrap(), Ended::Drained);
}

#[tokio::test]
async fn what_takes_too_long_at_the_end_is_cut() {
    let running = plain(limits(|limits| limits.drain_time = Duration::from_millis(100))).await;
    let _waiting = tokio::spawn(get(running.address, "/wait"));
    running.echo.waiting.notified().await;
    running.end.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap(), Ended::Cut);
}

/// An authority, which signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate and its key, as PEM.
    fn sign(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    pub(crate) fn write(&self, folder: &Path) -> TlsConfig {
        let (certificate, key) = self.sign();
        std::fs::write(folder.join("tls.crt"), certificate).unwrap();
        std::fs::write(folder.join("tls.key"), key).unwrap();
        let settings = serde_json::json!({ "cert": folder.join("tls.crt"), "key": folder.join("tls.key"), "reload": "20ms" });
        serde_json::from_value(settings).unwrap()
    }

    /// Asks over TLS, believing this authority alone; none when there is no connection.
    pub(crate) async fn get(&self, address: SocketAddr, client: Option<(String, String)>) -> Option<String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        let config = match client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
                builder
                    .with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
                    .unwrap()
            }
        };
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
        let request = b"GET /tls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        Some(tell(&mut stream, request).await).filter(|answer| !answer.is_empty())
    }
}

#[tokio::test]
async fn a_certificate_that_is_replaced_is_taken_up_and_a_bad_one_is_not() {
    let (folder, first, second) = (tempfile::tempdir().unwrap(), Authority::new(), Authority::new());
    let tls = Arc::new(Tls::open(first.write(folder.path())).unwrap());
    let running = running(Transport::Tls(Arc::clone(&tls)), Limits::default()).await;
    assert!(first.get(running.address, None).await.unwrap().ends_with("GET /tls 0 0"));
    assert!(!tls.reload().unwrap(), "nothing has changed");
    std::fs::write(folder.path().join("tls.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n").unwrap();
    let error = tls.reload().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: no private key in it", folder.path().join("tls.key").display())
    );
    assert!(first.get(running.address, None).await.is_some(), "the one before stays");
    second.write(folder.path());
    tokio::spawn(tls.keep_fresh());
    while second.get(running.address, None).await.is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(first.get(running.address, None).await.is_none());
}

#[tokio::test]
async fn clients_are_known_by_their_certificates_where_they_must_show_one() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let ca = folder.path().join("ca.crt");
    std::fs::write(&ca, &authority.pem).unwrap();
    for (auth, without) in [(ClientAuth::Required, None), (ClientAuth::Optional, Some("GET /tls 0 0"))] {
        let mut config = authority.write(folder.path());
        (config.client_ca, config.client_auth) = (Some(ca.clone()), auth);
        let tls = Arc::new(Tls::open(config).unwrap());
        let running = running(Transport::Tls(tls), Limits::default()).await;
        let known = authority.get(running.address, Some(authority.sign())).await.unwrap();
        assert!(known.ends_with("GET /tls 0 1"), "{known}");
        assert!(
            authority.get(running.address, Some(Authority::new().sign())).await.is_none(),
            "another authority's"
        );
        let answer = authority.get(running.address, None).await;
        let end = answer.as_deref().map(|answer| answer.split("\r\n\r\n").nth(1).unwrap_or_default());
        assert_eq!(end, without, "{auth:?}");
    }
}

#[tokio::test]
async fn what_is_no_certificate_is_said_with_its_file() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let config = authority.write(folder.path());
    let told = |config: &TlsConfig| {
        let error = Tls::open(config.clone()).unwrap_err();
        let file = error.path().file_name().unwrap().to_string_lossy().into_owned();
        format!("{file}: {} ({})", error.to_string().rsplit(": ").next().unwrap(), error.help())
    };
    let mut said = Vec::new();
    std::fs::write(folder.path().join("tls.key"), authority.sign().1).unwrap();
    said.push(told(&config));
    std::fs::write(folder.path().join("tls.crt"), "no PEM").unwrap();
    said.push(told(&config));
    let mut none = config.clone();
    none.client_ca = Some(folder.path().join("none.crt"));
    said.push(told(&none));
    insta::assert_snapshot!(said.join("\n"), @"
    tls.key: it is not the key of the certificate (the file is to hold the certificate's private key as PEM, not encrypted)
    tls.crt: no certificate in it (the file is to hold certificates as PEM: -----BEGIN CERTIFICATE-----)
    none.crt: No such file or directory (os error 2) (check the path and the file's mode)
    ");
}

/// As the operator does: a connection for each read, which is then left open.
#[tokio::test]
async fn a_new_connection_takes_the_place_of_one_that_is_idle() {
    const MOST: usize = 4;
    let running = plain(limits(|limits| limits.connections = MOST)).await;
    let connect = async |path: &str| {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: b\r\n\r\n").as_bytes()).await.unwrap();
        stream
    };
    let answered = async |stream: &mut TcpStream| {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.map(|_| String::from_utf8_lossy(&answer).into_owned())
    };
    let mut waits = connect("/wait").await;
    running.echo.waiting.notified().await;
    let mut left_open = Vec::new();
    for _ in 0..10 * MOST {
        let mut stream = connect("/").await;
        assert_eq!(answered(&mut stream).await.unwrap(), "HTTP/1.1 200");
        left_open.push(stream);
    }
    running.echo.go.notify_one();
    assert_eq!(answered(&mut waits).await.unwrap(), "HTTP/1.1 200", "what was under way was answered");
    let mut closed = 0;
    for stream in &mut left_open {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(Duration::from_millis(20), stream.read_to_end(&mut rest)).await;
        closed += usize::from(end.is_ok());
    }
    assert!((left_open.len() - MOST..left_open.len()).contains(&closed), "{closed} were closed");
}
