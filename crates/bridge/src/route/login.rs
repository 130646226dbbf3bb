//! `auth/<method>/login`.

use events::Label;
use http::Method;

use super::token::granted;
use crate::api::{ApiPath, Failure, Reply};
use crate::auth::{Admitted, AuthMount, Refusal, too_many, unsupported};
use crate::bridge::{Bridge, namespace, wrapping};
use crate::http::Request;
use crate::token::{Grant, Identity, Issued};

/// The method that a path is a login of, and what is left of the path.
pub(crate) fn find<'a>(bridge: &'a Bridge, path: &'a ApiPath) -> Option<(&'a AuthMount, &'a str)> {
    bridge.logins.find(path.as_str().strip_prefix("auth/")?)
}

/// Answers who wants to log in, and says who it turned out to be.
pub(crate) async fn serve(
    bridge: &Bridge,
    (mount, rest): (&AuthMount, &str),
    request: &Request,
    path: &ApiPath,
    request_id: &str,
) -> (Option<Label>, Result<Reply, Failure>) {
    let answer = log_in(bridge, mount, rest, request, path).await;
    let replied = answer.and_then(|Issued { token, identity, .. }| {
        let reply = granted(&bridge.tokens, request_id, &identity, token.as_bytes())?;
        Ok((identity, reply))
    });
    match replied {
        Ok((identity, reply)) => (Some(Label::new(Identity::name(&identity))), Ok(reply)),
        Err(failure) => (None, Err(failure)),
    }
}

async fn log_in(
    bridge: &Bridge,
    mount: &AuthMount,
    rest: &str,
    request: &Request,
    path: &ApiPath,
) -> Result<Issued, Failure> {
    if !matches!(request.method, Method::PUT | Method::POST) {
        return Err(unsupported());
    }
    if path.is_folder() {
        return Err(Failure::bad_request("cannot write to a path ending in '/'"));
    }
    namespace(request)?;
    wrapping(request)?;
    if bridge.tokens.is_in_the_dark() {
        return Err(Failure::unavailable("it is not known now which tokens were revoked"));
    }
    let (throttle, address) = (&bridge.logins.throttle, request.peer.address);
    if let Some(wait) = throttle.wait_of_address(address) {
        return Err(too_many(wait));
    }
    let mut attempt = bridge.logins.attempt(mount, rest, &request.body, &request.peer);
    let answer = mount.method.log_in(&mut attempt).await;
    let name = attempt.name;
    let answer = answer.and_then(|admitted| {
        if admitted.terms.allow(address) {
            Ok(admitted)
        } else {
            Err(Refusal::forbidden("permission denied"))
        }
    });
    match answer {
        Ok(admitted) => {
            throttle.succeeded(name, address);
            Ok(bridge.tokens.issue(grant(mount, admitted, path), None)?)
        }
        Err(Refusal::Wrong(failure)) => {
            throttle.failed(name, address);
            Err(failure)
        }
        Err(Refusal::Other(failure)) => Err(failure),
    }
}

fn grant(mount: &AuthMount, admitted: Admitted, path: &ApiPath) -> Grant {
    let Admitted { terms, display_name, metadata } = admitted;
    Grant {
        policies: terms.policies,
        display_name: mount.display_name(&display_name),
        path: path.as_str().to_owned(),
        metadata,
        ttl: terms.ttl,
        max_ttl: terms.max_ttl,
        is_renewable: true,
    }
}
