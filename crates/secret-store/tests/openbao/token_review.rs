//! A stand-in for the one thing of a Kubernetes API server that the server's `kubernetes` method asks for. It is not the real
//! one: that the real one answers so is not shown here.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

/// Answers token reviews on a port of loopback, until the process ends.
pub(crate) struct TokenReview {
    address: String,
}

impl TokenReview {
    /// Knows this token as that of the service account `secretbridge` in the namespace `ci`, and no other.
    pub(crate) fn start(token: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let token = token.to_owned();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A caller that hangs up is asked nothing.
                let _ = answer(stream, &token);
            }
        });
        Self { address }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

fn answer(stream: TcpStream, token: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let (name, value) = line.trim_end().split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "" => break,
            "content-length" => length = value.trim().parse().unwrap_or_default(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (status, answer) = if first.starts_with("POST /apis/authentication.k8s.io/v1/tokenreviews ") {
        ("201 Created", review(&asked, token))
    } else {
        ("404 Not Found", json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404 }))
    };
    let answer = answer.to_string();
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len(),
    )
}

fn review(asked: &Value, token: &str) -> Value {
    let status = if asked["spec"]["token"] == token {
        json!({
            "authenticated": true,
            "user": {
                "username": "system:serviceaccount:ci:secretbridge",
                "uid": "4f1c0b5e-0000-4000-8000-000000000001",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:ci", "system:authenticated"],
            },
            "audiences": ["https://kubernetes.default.svc"],
        })
    } else {
        json!({ "authenticated": false, "error": "invalid bearer token" })
    };
    json!({ "kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "status": status })
}
