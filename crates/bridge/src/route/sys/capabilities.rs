//! `sys/capabilities-self`: what a token may do.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::mounts::twice;
use crate::api::{Failure, Reply, object};
use crate::bridge::Bridge;
use crate::token::Identity;

#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    paths: Option<Vec<String>>,
}

pub(crate) fn capabilities(
    bridge: &Bridge,
    identity: &Identity,
    body: &[u8],
    request_id: &str,
) -> Result<Reply, Failure> {
    let Body { path, paths } = object(body)?;
    let paths: Vec<_> = paths.into_iter().flatten().chain(path).collect();
    if paths.is_empty() {
        return Err(Failure::bad_request("paths must be supplied"));
    }
    if paths.iter().any(String::is_empty) {
        return Err(Failure::bad_request("1 error occurred:\n\t* missing path\n\n"));
    }
    let is_root = identity.policies().any(|policy| policy == "root");
    let words = |path: &str| {
        if is_root { vec!["root"] } else { bridge.policies.capabilities(identity.policies(), path).words() }
    };
    let mut answer: BTreeMap<_, _> = paths.iter().map(|path| (path.clone(), words(path))).collect();
    if let [path] = &paths[..] {
        answer.insert("capabilities".to_owned(), words(path));
    }
    twice(request_id, &answer)
}
