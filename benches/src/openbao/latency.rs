//! A server that is further away than it is.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use events::{Clock as _, SystemClock};

const CHUNK: usize = 64 * 1024;

/// A proxy on loopback that holds each byte back for half a round trip on its way to the server, and for half on its way
/// back. What follows is not held up by what waits, so throughput stays as it is; a connection can be used one round trip
/// after it was asked for, as its handshake would take. It runs until the process ends.
#[derive(Debug, Clone, Copy)]
pub struct Delayed(SocketAddr);

impl Delayed {
    /// Puts `round_trip` in front of `server`.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub fn before(server: SocketAddr, round_trip: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let clock = SystemClock::new();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client whose connection breaks sees that itself.
                let _ = connect(client, server, round_trip, &clock);
            }
        });
        Ok(Self(address))
    }

    /// Where the proxy listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0
    }
}

fn connect(
    client: TcpStream,
    server: SocketAddr,
    round_trip: Duration,
    clock: &SystemClock,
) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let established = clock.monotonic() + round_trip;
    let way = Way { established, delay: round_trip / 2, clock: clock.clone() };
    way.clone().carry(client.try_clone()?, server.try_clone()?);
    way.carry(server, client);
    Ok(())
}

/// One direction of a connection.
#[derive(Clone)]
struct Way {
    established: Duration,
    delay: Duration,
    clock: SystemClock,
}

impl Way {
    /// Two threads: one notes when each chunk came, one sends it on when its time has come.
    fn carry(self, from: TcpStream, to: TcpStream) {
        let (sender, receiver) = channel();
        let clock = self.clock.clone();
        thread::spawn(move || self.receive(from, &sender));
        thread::spawn(move || deliver(to, &receiver, &clock));
    }

    fn receive(&self, mut from: TcpStream, chunks: &Sender<(Duration, Vec<u8>)>) {
        let mut buffer = vec![0; CHUNK];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let due = self.clock.monotonic().max(self.established) + self.delay;
            if chunks.send((due, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    }
}

fn deliver(mut to: TcpStream, chunks: &Receiver<(Duration, Vec<u8>)>, clock: &SystemClock) {
    for (due, chunk) in chunks {
        thread::sleep(due.saturating_sub(clock.monotonic()));
        if to.write_all(&chunk).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_through_comes_out_as_it_was_and_no_sooner_than_a_round_trip() {
        let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let round_trip = Duration::from_millis(5);
        let delayed = Delayed::before(server.local_addr().unwrap(), round_trip).unwrap();
        let echo = thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            let mut back = client.try_clone().unwrap();
            io::copy(&mut client, &mut back).unwrap()
        });
        let sent: Vec<u8> = (0..=255).cycle().take(3 * CHUNK).collect();

        let clock = SystemClock::new();
        let mut client = TcpStream::connect(delayed.address()).unwrap();
        let mut first = [0];
        client.write_all(&sent[..1]).unwrap();
        client.read_exact(&mut first).unwrap();
        let took = clock.monotonic();
        client.write_all(&sent[1..]).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut received = first.to_vec();
        client.read_to_end(&mut received).unwrap();

        assert!(received == sent, "{} bytes came back of {}", received.len(), sent.len());
        assert!(took >= 2 * round_trip, "{took:?} for a handshake and an answer");
        assert_eq!(echo.join().unwrap(), sent.len() as u64);
    }
}
