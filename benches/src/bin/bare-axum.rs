//! One route of axum that answers what a file says: what a server costs that does nothing.
//!
//! `bare-axum ADDRESS FILE`: the file has a path and its answer on two lines each.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::net::TcpListener;

type Answers = Arc<HashMap<String, Bytes>>;

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: bare-axum ADDRESS FILE"));
    };
    let file = Bytes::from(std::fs::read(file)?);
    let mut lines = file.split_inclusive(|byte| *byte == b'\n');
    let mut answers = HashMap::new();
    while let (Some(path), Some(answer)) = (lines.next(), lines.next()) {
        let path = str::from_utf8(path.trim_ascii_end()).map_err(io::Error::other)?;
        answers.insert(path.to_owned(), file.slice_ref(answer.trim_ascii_end()));
    }
    let route = Router::new().route("/v1/secret/data/{*path}", get(answer)).with_state(Arc::new(answers));
    let listener = axum::serve::ListenerExt::tap_io(TcpListener::bind(address).await?, |stream| {
        // As the bridge.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, route).await
}

async fn answer(State(answers): State<Answers>, Path(path): Path<String>) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    match answers.get(&path) {
        Some(body) => (headers, body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
