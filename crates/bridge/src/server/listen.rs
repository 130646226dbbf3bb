//! Accepting connections, until the end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::{Read, Write};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

use super::connection::Service;
use super::limits::Limits;
use super::places::{Place, Places};
use super::room::Room;
use super::threads::Threads;
use super::timers::Timers;
use super::tls::Tls;
use crate::http::{Handler, Peer};

/// How long to wait before accepting again when the system has no more room.
const NO_ROOM: Duration = Duration::from_millis(50);

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    transport: Transport,
    handler: Arc<dyn Handler>,
    limits: Limits,
    /// Places for the requests of those that are not served on threads of their own.
    under_way: Arc<Semaphore>,
    room: Arc<Room>,
    places: Places,
    threads: Option<Threads>,
}

/// What is spoken on the socket.
#[derive(Debug, Clone)]
pub enum Transport {
    /// TLS.
    Tls(Arc<Tls>),
    /// HTTP as it is, for clients on this machine.
    Loopback,
    /// HTTP as it is, for whoever can reach it: only where something else encrypts it.
    PlainAnywhere,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The system does not give the address.
    #[error("cannot listen at {address}: {source}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Others than this machine could read along.
    #[error("{0} can be reached from other machines, which would read tokens and values: there is no TLS")]
    NotLoopback(SocketAddr),
}

impl BindError {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Address { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                "end what listens there, or choose another port"
            }
            Self::Address { .. } => "choose an address of this machine, and a port that this user may take",
            Self::NotLoopback(_) => {
                "set `bridge.tls`, or listen at 127.0.0.1; where something else encrypts it, `bridge.plain_http: true`"
            }
        }
    }
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
    /// [`BindError`].
    pub async fn bind(
        address: SocketAddr,
        transport: Transport,
        handler: Arc<dyn Handler>,
        limits: Limits,
    ) -> Result<Self, BindError> {
        if matches!(transport, Transport::Loopback) && !address.ip().to_canonical().is_loopback() {
            return Err(BindError::NotLoopback(address));
        }
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| BindError::Address { address, source })?;
        let under_way = Arc::new(Semaphore::new(limits.requests));
        let (room, places) = (Arc::new(Room::new(limits.body_bytes)), Places::new(limits.connections));
        Ok(Self { listener, transport, handler, limits, under_way, room, places, threads: None })
    }

    /// Serves connections on these threads, and not on the runtime that it runs on. Each has its share of the requests that may be
    /// under way.
    #[must_use]
    pub fn on(mut self, mut threads: Threads) -> Self {
        threads.share(self.limits.requests);
        self.threads = Some(threads);
        self
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
        // Nothing is ever sent: it is dropped at the end.
        let (ending, ended) = watch::channel(());
        let (unended, mut all_ended) = mpsc::channel(1);
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                () = &mut end => break,
                accepted = self.accept() => accepted,
            };
            let Ok((stream, address, place)) = accepted else {
                self.places.make_room();
                tokio::time::sleep(NO_ROOM).await;
                continue;
            };
            // An answer is one small write.
            let _ = stream.set_nodelay(true);
            let thread = self.threads.as_ref().map(Threads::next);
            let timers = Timers::default();
            let connection = Connection {
                builder: self.builder(&timers),
                service: Service {
                    handler: Arc::clone(&self.handler),
                    limits: self.limits,
                    under_way: Arc::clone(thread.map_or(&self.under_way, |thread| &thread.under_way)),
                    room: Arc::clone(&self.room),
                    unended: unended.clone(),
                    timers,
                },
                watcher: graceful.watcher(),
                ended: ended.clone(),
                peer: Peer::at(address.ip().to_canonical()),
                place,
            };
            let transport = self.transport.clone();
            let open = Open::new(&self.handler);
            let serve = async move |stream| {
                connection.run(transport, stream).await;
                drop(open);
            };
            match thread {
                None => drop(tokio::spawn(serve(stream))),
                // A socket belongs to the runtime on which it was made.
                Some(thread) => {
                    let Ok(stream) = stream.into_std() else { continue };
                    thread.runtime.spawn(async move {
                        if let Ok(stream) = TcpStream::from_std(stream) {
                            serve(stream).await;
                        }
                    });
                }
            }
        }
        drop((self.listener, ending, unended));
        let drained = async {
            graceful.shutdown().await;
            // Nothing is ever sent: it is closed when all that hold the other end have gone.
            all_ended.recv().await
        };
        match tokio::time::timeout(self.limits.drain_time, drained).await {
            Ok(_) => Ended::Drained,
            Err(_) => Ended::Cut,
        }
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr, Arc<Place>)> {
        let (stream, address) = self.listener.accept().await?;
        Ok((stream, address, self.places.take().await))
    }

    fn builder(&self, timers: &Timers) -> auto::Builder<TokioExecutor> {
        let limits = &self.limits;
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(timers.clone())
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

/// That a connection is open: told to what answers, also when its task is dropped.
struct Open(Arc<dyn Handler>);

impl Open {
    fn new(handler: &Arc<dyn Handler>) -> Self {
        handler.connection_opened();
        Self(Arc::clone(handler))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}

/// A connection that was accepted.
struct Connection {
    builder: auto::Builder<TokioExecutor>,
    service: Service,
    watcher: Watcher,
    /// Closed when nothing new is taken any more.
    ended: watch::Receiver<()>,
    peer: Peer,
    place: Arc<Place>,
}

impl Connection {
    async fn run(mut self, transport: Transport, stream: TcpStream) {
        let Transport::Tls(tls) = transport else {
            return self.serve(TokioIo::new(stream)).await;
        };
        let handshake = tls.acceptor().accept(stream);
        let handshake = tokio::time::timeout(self.service.limits.header_time, handshake);
        // Before it is done nothing was asked, so that nothing is lost with it.
        let handshake = tokio::select! {
            handshake = handshake => handshake,
            () = self.place.asked_to_leave() => return,
            _ = self.ended.changed() => return,
        };
        match handshake {
            Ok(Ok(stream)) => {
                self.peer.certificates = stream.get_ref().1.peer_certificates().map(Arc::from);
                self.serve(TokioIo::new(stream)).await;
            }
            Ok(Err(error)) => tracing::debug!(remote = %self.peer.address, %error, "no TLS"),
            Err(_) => tracing::debug!(remote = %self.peer.address, "the TLS handshake took too long"),
        }
    }

    async fn serve(self, io: impl Read + Write + Unpin + Send + 'static) {
        let Self { builder, service, watcher, peer, place, .. } = self;
        let begun = Arc::new(Notify::new());
        let told = Arc::clone(&begun);
        let header_time = service.limits.header_time;
        // Shared by the requests of this connection, which are on one thread.
        let service = Arc::new(service);
        let seat = Arc::clone(&place);
        let service = service_fn(move |request| {
            told.notify_one();
            let work = seat.work();
            Arc::clone(&service).answer(peer.clone(), request, work)
        });
        // Until it is known which protocol it is, nothing else looks at the time.
        let idle = async {
            if tokio::time::timeout(header_time, begun.notified()).await.is_ok() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            // Whoever breaks the protocol, or goes, is not answered.
            _ = watcher.watch(builder.serve_connection(io, service).into_owned()) => {}
            () = idle => {}
            () = place.asked_to_leave() => {}
        }
    }
}
