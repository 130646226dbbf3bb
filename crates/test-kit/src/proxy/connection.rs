//! One connection of a client.

use std::io::Result;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::fault::Fault;
use super::message::{Reader, Reply, Request};
use super::{Answer, Shared};

/// Answers one request after the other until one of the two sides ends it. The client sees any error as the end of the
/// connection: a server that cannot be reached looks like [`Fault::CutRequest`].
pub(super) async fn serve(client: TcpStream, shared: Arc<Shared>) -> Result<()> {
    client.set_nodelay(true)?;
    let mut client = Reader::new(client);
    while let Some(request) = client.request().await? {
        let (number, fault) = shared.arrived(&request.method, &request.target);
        let goes_on = match before(fault.as_ref()).await {
            Next::End => false,
            Next::Answer(answer) => give(&mut client.stream, answer).await?,
            Next::Forward => {
                let reply = forward(&shared, number, &request).await?;
                after(&mut client.stream, fault, &reply).await? && !reply.is_last
            }
        };
        if !goes_on || request.is_last {
            break;
        }
    }
    client.stream.shutdown().await
}

enum Next<'a> {
    Forward,
    Answer(&'a Answer),
    End,
}

/// What is done before the server sees the request.
async fn before(fault: Option<&Fault>) -> Next<'_> {
    match fault {
        Some(Fault::CutRequest) => return Next::End,
        Some(Fault::Reply(answer)) => return Next::Answer(answer),
        Some(Fault::DelayRequest(delay)) => sleep(*delay).await,
        _ => {}
    }
    Next::Forward
}

async fn forward(shared: &Shared, number: usize, request: &Request) -> Result<Reply> {
    let mut server = Reader::new(TcpStream::connect(shared.upstream).await?);
    server.stream.write_all(&request.bytes).await?;
    shared.note(number, |seen| seen.forwarded = true);
    let reply = server.reply(&request.method).await?;
    shared.note(number, |seen| seen.answered = true);
    Ok(reply)
}

/// What becomes of the answer; whether the connection goes on.
async fn after(client: &mut TcpStream, fault: Option<Fault>, reply: &Reply) -> Result<bool> {
    match fault {
        Some(Fault::CutAnswer) => return Ok(false),
        Some(Fault::CutBody) => {
            client.write_all(&reply.half()).await?;
            return Ok(false);
        }
        Some(Fault::Drip { piece, pause }) => {
            for piece in reply.bytes().chunks(piece.max(1)) {
                client.write_all(piece).await?;
                sleep(pause).await;
            }
        }
        Some(Fault::Truncate) => client.write_all(&reply.truncated()).await?,
        Some(Fault::WrongLength(difference)) => {
            client.write_all(&reply.with_length_off_by(difference)).await?;
        }
        Some(Fault::Replace(answer)) => return give(client, &answer).await,
        Some(Fault::DelayAnswer(delay)) => {
            sleep(delay).await;
            client.write_all(&reply.bytes()).await?;
        }
        _ => client.write_all(&reply.bytes()).await?,
    }
    Ok(true)
}

async fn give(client: &mut TcpStream, answer: &Answer) -> Result<bool> {
    client.write_all(&answer.to_bytes()).await?;
    Ok(!answer.is_raw())
}
