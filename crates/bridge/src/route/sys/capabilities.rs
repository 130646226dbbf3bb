//! `sys/capabilities-self`, `sys/capabilities` and `sys/capabilities-accessor`: what a token may do.

use std::collections::BTreeMap;

use serde::Deserialize;
use vault_api::Raw;
use zeroize::Zeroizing;

use super::mounts::twice;
use crate::api::{Failure, Reply, object};
use crate::bridge::Bridge;
use crate::token::{Identity, Refused};

/// Whose rights are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of the caller.
    Own,
    /// Those of the token in the body.
    Token,
    /// Those of the token whose accessor is in the body.
    Accessor,
}

impl Whose {
    /// By what follows `sys/`.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path {
            "capabilities-self" => Some(Self::Own),
            "capabilities" => Some(Self::Token),
            "capabilities-accessor" => Some(Self::Accessor),
            _ => None,
        }
    }
}

#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    paths: Option<Vec<String>>,
    #[serde(default, borrow)]
    token: Option<Raw<'a>>,
    #[serde(default, borrow)]
    accessor: Option<Raw<'a>>,
}

/// Answers for `caller`, who may ask this.
///
/// # Errors
/// 400 without a path, and for a token that is none.
pub(crate) fn capabilities(
    bridge: &Bridge,
    caller: &Identity,
    whose: Whose,
    body: &[u8],
    request_id: &str,
) -> Result<Reply, Failure> {
    let body: Body<'_> = object(body)?;
    let other;
    let identity = match whose {
        Whose::Own => caller,
        Whose::Token => {
            let token = named(body.token, "missing token")?;
            other = known(bridge.tokens.authenticate(&token), "1 error occurred:\n\t* invalid token\n\n")?;
            &other
        }
        Whose::Accessor => {
            let accessor = named(body.accessor, "missing accessor")?;
            other = known(bridge.tokens.lookup(&accessor), "1 error occurred:\n\t* invalid accessor\n\n")?;
            &other
        }
    };
    let paths: Vec<_> = body.paths.into_iter().flatten().chain(body.path).collect();
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

fn named(raw: Option<Raw<'_>>, missing: &'static str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let named = raw.and_then(|raw| raw.text().ok()).filter(|text| !text.is_empty());
    named.ok_or_else(|| Failure::bad_request(missing))
}

fn known(identity: Result<Identity, Refused>, invalid: &'static str) -> Result<Identity, Failure> {
    identity.map_err(|refused| match refused {
        Refused::NotGood => Failure::bad_request(invalid),
        Refused::Unknown(_) => Failure::unavailable("it is not known now which tokens were revoked"),
    })
}
