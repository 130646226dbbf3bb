//! Accepting connections, until the end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::connection::Service;
use super::limits::Limits;
use crate::http::Handler;

/// How long to wait before accepting again when the system has no more room.
const NO_ROOM: Duration = Duration::from_millis(50);

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    service: Service,
    connections: Arc<Semaphore>,
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everything under way was answered.
    Drained,
    /// Something was under way for too long, and was cut.
    Cut,
}

impl Server {
    /// Takes the address, under these limits. Answers nobody before [`run`](Self::run).
    ///
    /// # Errors
    /// As the system's: the address is taken, or is not this machine's.
    pub async fn bind(address: SocketAddr, handler: Arc<dyn Handler>, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let under_way = Arc::new(Semaphore::new(limits.requests));
        let connections = Arc::new(Semaphore::new(limits.connections));
        Ok(Self { listener, service: Service { handler, limits, under_way }, connections })
    }

    /// The address, with the port that the system chose where it was asked to.
    ///
    /// # Errors
    /// As the system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `end` is there; then what is under way is answered, and nothing new is taken.
    pub async fn run(self, end: impl Future<Output = ()>) -> Ended {
        let graceful = GracefulShutdown::new();
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                () = &mut end => break,
                accepted = self.accept() => accepted,
            };
            let Ok((stream, address, place)) = accepted else {
                tokio::time::sleep(NO_ROOM).await;
                continue;
            };
            // An answer is one small write.
            let _ = stream.set_nodelay(true);
            let builder = self.builder();
            let service = self.service.clone();
            let watcher = graceful.watcher();
            tokio::spawn(async move {
                let service = service_fn(move |request| service.clone().answer(address.ip(), request));
                let connection = builder.serve_connection(TokioIo::new(stream), service);
                // Whoever breaks the protocol, or goes, is not answered.
                let _ = watcher.watch(connection).await;
                drop(place);
            });
        }
        drop(self.listener);
        match tokio::time::timeout(self.service.limits.drain_time, graceful.shutdown()).await {
            Ok(()) => Ended::Drained,
            Err(_) => Ended::Cut,
        }
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
        let place = Arc::clone(&self.connections).acquire_owned().await.map_err(io::Error::other)?;
        let (stream, address) = self.listener.accept().await?;
        Ok((stream, address, place))
    }

    fn builder(&self) -> auto::Builder<TokioExecutor> {
        let limits = &self.service.limits;
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_time)
            .max_buf_size(limits.header_bytes.max(8192))
            .max_headers(limits.headers)
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .max_concurrent_streams(128)
            .keep_alive_interval(limits.header_time);
        builder
    }
}
