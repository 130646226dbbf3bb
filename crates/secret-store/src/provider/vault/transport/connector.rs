//! One connection: name look-up, TCP, perhaps a proxy, TLS, all within one time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::tls::Tls;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
type Tcp = TokioIo<TcpStream>;

/// Connects to the server that an address names.
#[derive(Clone)]
pub(super) struct Connector {
    tls: HttpsConnector<Way>,
    time: Duration,
}

/// A proxy that the connection goes through.
pub(super) struct Proxy {
    pub(super) address: Uri,
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// For people, without its password: `http://proxy.example:3128`.
    pub(super) fn written(&self) -> String {
        let (host, port) = (self.address.host().unwrap_or_default(), self.address.port_u16().unwrap_or(80));
        format!("http://{host}:{port}")
    }
}

/// Connecting took longer than configured.
#[derive(Debug)]
pub(super) struct TooLong(pub(super) Duration);

#[derive(Clone)]
enum Way {
    Direct(HttpConnector),
    Proxied(Tunnel<HttpConnector>),
}

impl Connector {
    pub(super) fn new(tls: Tls, proxy: Option<Proxy>, time: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        let way = match proxy {
            None => Way::Direct(tcp),
            Some(proxy) => {
                let tunnel = Tunnel::new(proxy.address, tcp);
                Way::Proxied(match proxy.authorization {
                    Some(authorization) => tunnel.with_auth(authorization),
                    None => tunnel,
                })
            }
        };
        let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls.config).https_or_http();
        let builder = match tls.server_name {
            Some(name) => builder.with_server_name_resolver(FixedServerNameResolver::new(name)),
            None => builder,
        };
        Self { tls: builder.enable_all_versions().wrap_connector(way), time }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Tcp>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tls.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let (time, connecting) = (self.time, self.tls.call(to));
        Box::pin(async move { tokio::time::timeout(time, connecting).await.map_err(|_| TooLong(time))? })
    }
}

impl Service<Uri> for Way {
    type Response = Tcp;
    type Error = BoxError;
    type Future = Connecting<Tcp>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Direct(tcp) => tcp.poll_ready(context).map_err(Into::into),
            Self::Proxied(tunnel) => tunnel.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(to);
                Box::pin(async move { Ok(connecting.await?) })
            }
            Self::Proxied(tunnel) => {
                let connecting = tunnel.call(to);
                Box::pin(async move { Ok(connecting.await?) })
            }
        }
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection within {:?}", self.0)
    }
}

impl std::error::Error for TooLong {}
