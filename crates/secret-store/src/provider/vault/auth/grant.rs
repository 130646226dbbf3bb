//! A token, and how long it is good.

use std::time::Duration;

use vault_api::Envelope;
use vault_api::auth::Auth;
use vault_api::token::Lookup;

use crate::SecretValue;
use crate::provider::vault::request::Reply;

/// A token that somebody gave.
#[derive(Debug)]
pub(in super::super) struct Grant {
    pub(in super::super) token: SecretValue,
    pub(in super::super) term: Term,
    /// What the server said of it, if it was asked.
    pub(in super::super) look: Option<Look>,
}

/// How long a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Term {
    /// None when it has no end, or none that is known.
    pub(in super::super) ttl: Option<Duration>,
    /// Whether the server would make it longer.
    pub(in super::super) renewable: bool,
}

impl Term {
    pub(super) fn of(auth: &Auth<'_>) -> Self {
        Self { ttl: seconds(auth.lease_duration), renewable: auth.renewable }
    }
}

fn seconds(seconds: u64) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

/// What `auth/token/lookup-self` says of the token that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Look {
    /// It is good.
    Good(Term),
    /// It is known, but its policies do not let it look itself up.
    Forbidden,
    /// It is not known; or a server with other words than those of Vault and OpenBao forbids it to look itself up.
    Refused,
}

impl Look {
    /// None for a status that says nothing of the token.
    pub(super) fn of(reply: &Reply) -> Option<Self> {
        match reply.status {
            200 => {
                let term = vault_api::decode::<Envelope<'_, Lookup<'_>>>(&reply.body).ok();
                let term = term.and_then(|reply| reply.data).map(|data| Term {
                    ttl: u64::try_from(data.ttl).ok().and_then(seconds),
                    renewable: data.renewable.unwrap_or_default(),
                });
                Some(Self::Good(term.unwrap_or_default()))
            }
            403 if is_by_policy(reply) => Some(Self::Forbidden),
            401 | 403 => Some(Self::Refused),
            _ => None,
        }
    }
}

/// Whether a 403 is a policy's: those come out of a list of errors (`1 error occurred: * permission denied`). A token that is
/// not known is answered with the plain words, or with `invalid token` or `bad token` beside them.
fn is_by_policy(reply: &Reply) -> bool {
    let Ok(body) = vault_api::decode::<vault_api::Errors>(&reply.body) else { return false };
    let mut errors = body.errors.iter();
    errors.any(|error| error.contains("1 error occurred") && error.contains("permission denied"))
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn look(status: u16, body: &str) -> Option<Look> {
        Look::of(&Reply {
            url: "GET http://127.0.0.1/v1/auth/token/lookup-self".to_owned(),
            status,
            retry_after: None,
            content_type: None,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        })
    }

    #[test]
    fn a_token_that_is_not_known_is_told_from_one_that_may_not_look_itself_up() {
        let policy = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;
        assert_eq!(look(403, policy), Some(Look::Forbidden));
        let unknown = [
            r#"{"errors":["permission denied"]}"#,
            r#"{"errors":["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}"#,
            r#"{"errors":["bad token"]}"#,
            r#"{"errors":[]}"#,
            "<html>",
        ];
        for body in unknown {
            assert_eq!(look(403, body), Some(Look::Refused), "{body}");
        }
        assert_eq!(look(503, r#"{"errors":["Vault is sealed"]}"#), None);
    }

    #[test]
    fn a_token_without_an_end_has_no_ttl() {
        let body =
            |ttl: i64| format!(r#"{{"data":{{"id":"x","accessor":"y","ttl":{ttl},"renewable":true}}}}"#);
        assert_eq!(look(200, &body(0)), Some(Look::Good(Term { ttl: None, renewable: true })));
        let minute = Some(Duration::from_mins(1));
        assert_eq!(look(200, &body(60)), Some(Look::Good(Term { ttl: minute, renewable: true })));
        assert_eq!(look(200, "{}"), Some(Look::Good(Term::default())));
    }
}
