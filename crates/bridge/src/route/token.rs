//! `auth/token/…`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use events::Timestamp;
use http::StatusCode;
use serde::Deserialize;
use vault_api::{Envelope, JsonText, Raw, auth, duration, token as wire};

use super::{Call, Verb};
use crate::api::{Failure, Reply, object};
use crate::bridge::Bridge;
use crate::policy::Capability;
use crate::token::{Grant, Identity, Issued, Kind, Refused, Tokens};

/// Answers a request below `auth/token/`; `path` is the whole of it.
pub(crate) async fn serve(
    bridge: &Bridge,
    call: Call<'_>,
    path: &str,
    identity: &Identity,
) -> Result<Reply, Failure> {
    let capability = match call.verb {
        Verb::Read => Capability::Read,
        Verb::Write => Capability::Update,
        _ => return Err(Failure::unsupported_operation()),
    };
    bridge.check(identity, path, capability)?;
    let tokens = &*bridge.tokens;
    let now = bridge.clock.now();
    match (call.rest, call.verb) {
        ("lookup", Verb::Read) if call.query.get("token").is_some() => {
            Err(Failure::bad_request("a token is seen where addresses are logged: send it in a body"))
        }
        ("lookup-self", _) | ("lookup", Verb::Read) => lookup(tokens, call, identity, Some(call.token), now),
        ("lookup", Verb::Write) => {
            let body: Body<'_> = object(call.body)?;
            let Some(token) = body.token()? else {
                return lookup(tokens, call, identity, Some(call.token), now);
            };
            let other = tokens.authenticate(&token).map_err(|_| Failure::forbidden("bad token"))?;
            lookup(tokens, call, &other, Some(&token), now)
        }
        ("lookup-accessor", Verb::Write) => lookup(tokens, call, &by_accessor(tokens, call)?, None, now),
        ("renew-self", Verb::Write) => {
            let body: Body<'_> = object(call.body)?;
            renew(tokens, call, identity, Some(call.token), body.increment()?).await
        }
        ("renew", Verb::Write) => {
            let body: Body<'_> = object(call.body)?;
            let token = body.token()?.ok_or_else(|| Failure::bad_request("missing token ID"))?;
            let other = tokens.authenticate(&token).map_err(|_| Failure::bad_request("token not found"))?;
            renew(tokens, call, &other, Some(&token), body.increment()?).await
        }
        ("renew-accessor", Verb::Write) => {
            let body: Body<'_> = object(call.body)?;
            renew(tokens, call, &by_accessor(tokens, call)?, None, body.increment()?).await
        }
        ("revoke-self", Verb::Write) => revoke(tokens, identity).await,
        (endpoint @ ("revoke" | "revoke-orphan"), Verb::Write) => {
            let body: Body<'_> = object(call.body)?;
            let token = body.token()?.ok_or_else(|| Failure::bad_request("missing token ID"))?;
            match tokens.revocable(Kind::Token, &token) {
                Ok(other) => revoke(tokens, &other).await,
                Err(Refused::NotGood) if endpoint == "revoke-orphan" => {
                    Err(Failure::bad_request("token to revoke not found"))
                }
                // What is good nowhere any more is revoked already.
                Err(Refused::NotGood) => Ok(Reply::done()),
                Err(_) => Err(in_the_dark()),
            }
        }
        ("revoke-accessor", Verb::Write) => match tokens.revocable(Kind::Accessor, &accessor(call)?) {
            Ok(other) => revoke(tokens, &other).await,
            Err(Refused::NotGood) => {
                let mut envelope: Envelope<'_, ()> = Envelope::new(call.request_id, None);
                envelope.warnings = Some(vec!["No token found with this accessor".to_owned()]);
                Reply::envelope(StatusCode::OK, &envelope)
            }
            Err(_) => Err(in_the_dark()),
        },
        ("create" | "create-orphan", Verb::Write) => create(bridge, call, identity),
        _ => Err(Failure::unsupported_operation()),
    }
}

fn in_the_dark() -> Failure {
    Failure::unavailable("it is not known now which tokens were revoked")
}

/// What is sent about another token.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    token: Option<Raw<'a>>,
    #[serde(default, borrow)]
    accessor: Option<Raw<'a>>,
    #[serde(default, borrow)]
    increment: Option<Raw<'a>>,
}

impl Body<'_> {
    fn token(&self) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, Failure> {
        let token = self
            .token
            .map(Raw::text)
            .transpose()
            .map_err(|_| Failure::bad_request("the token is no text"))?;
        Ok(token.filter(|token| !token.is_empty()))
    }

    fn increment(&self) -> Result<Option<Duration>, Failure> {
        self.increment
            .map(seconds)
            .transpose()
            .map(|increment| increment.filter(|increment| !increment.is_zero()))
    }
}

/// A time: a number of seconds, or a text.
fn seconds(raw: Raw<'_>) -> Result<Duration, Failure> {
    let text = raw.json().trim_matches('"');
    if text.is_empty() || text == "null" {
        return Ok(Duration::ZERO);
    }
    duration::parse(text).ok_or_else(|| Failure::bad_request("time: invalid duration"))
}

fn by_accessor(tokens: &Tokens, call: Call<'_>) -> Result<Identity, Failure> {
    let invalid = || Failure::bad_request("1 error occurred:\n\t* invalid accessor\n\n");
    tokens.lookup(&accessor(call)?).map_err(|_| invalid())
}

fn accessor(call: Call<'_>) -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
    let body: Body<'_> = object(call.body)?;
    let accessor = body.accessor.and_then(|raw| raw.text().ok()).filter(|accessor| !accessor.is_empty());
    accessor.ok_or_else(|| Failure::bad_request("1 error occurred:\n\t* missing accessor\n\n"))
}

fn lookup(
    tokens: &Tokens,
    call: Call<'_>,
    identity: &Identity,
    token: Option<&[u8]>,
    now: Timestamp,
) -> Result<Reply, Failure> {
    let claims = &identity.claims;
    let id = JsonText::new(token.unwrap_or_default()).map_err(|_| Failure::internal())?;
    let accessor = tokens.accessor(identity)?;
    let accessor = JsonText::new(accessor.as_bytes()).map_err(|_| Failure::internal())?;
    let is_lasting = identity.is_bootstrap();
    let data = wire::Lookup {
        accessor: accessor.raw().map_err(|_| Failure::internal())?,
        creation_time: claims.issued,
        creation_ttl: u64::try_from(claims.expires - claims.issued).unwrap_or_default(),
        display_name: claims.display_name.clone(),
        entity_id: String::new(),
        expire_time: identity.expires.and_then(|at| Timestamp::from_second(at).ok()).map(|at| at.to_string()),
        explicit_max_ttl: 0,
        id: id.raw().map_err(|_| Failure::internal())?,
        issue_time: Timestamp::from_second(claims.issued).ok().map(|at| at.to_string()),
        meta: (!claims.metadata.is_empty()).then(|| claims.metadata.clone()),
        num_uses: 0,
        orphan: claims.parents.is_empty(),
        path: claims.path.clone(),
        policies: sorted_policies(identity),
        identity_policies: None,
        renewable: Some(claims.is_renewable && !is_lasting),
        period: None,
        role: None,
        namespace_path: None,
        ttl: identity.expires.map_or(0, |expires| (expires - now.as_second()).max(0)),
        token_type: "service".to_owned(),
    };
    Reply::data(call.request_id, &data)
}

async fn renew(
    tokens: &Tokens,
    call: Call<'_>,
    identity: &Identity,
    token: Option<&[u8]>,
    increment: Option<Duration>,
) -> Result<Reply, Failure> {
    let renewed = tokens.renew(identity, increment).await?;
    granted(tokens, call.request_id, &renewed, token.unwrap_or_default())
}

async fn revoke(tokens: &Tokens, identity: &Identity) -> Result<Reply, Failure> {
    tokens.revoke(identity).await?;
    Ok(Reply::done())
}

/// The reply that gives a token to its holder.
pub(super) fn granted(
    tokens: &Tokens,
    request_id: &str,
    identity: &Identity,
    token: &[u8],
) -> Result<Reply, Failure> {
    let text = |bytes: &[u8]| JsonText::new(bytes).map_err(|_| Failure::internal());
    let (token, accessor) = (text(token)?, text(tokens.accessor(identity)?.as_bytes())?);
    let policies = sorted_policies(identity);
    let lasting = identity.expires.unwrap_or_default() - tokens.now();
    let auth = auth::Auth {
        client_token: token.raw().map_err(|_| Failure::internal())?,
        accessor: Some(accessor.raw().map_err(|_| Failure::internal())?),
        token_policies: policies.clone(),
        policies,
        identity_policies: None,
        metadata: (!identity.claims.metadata.is_empty()).then(|| identity.claims.metadata.clone()),
        lease_duration: u64::try_from(lasting).unwrap_or_default(),
        renewable: identity.claims.is_renewable,
        entity_id: String::new(),
        token_type: "service".to_owned(),
        orphan: identity.claims.parents.is_empty(),
        mfa_requirement: None,
        num_uses: 0,
    };
    let mut envelope: Envelope<'_, ()> = Envelope::new(request_id, None);
    envelope.auth = Some(auth);
    Reply::envelope(StatusCode::OK, &envelope)
}

/// By name, as Vault has them.
fn sorted_policies(identity: &Identity) -> Vec<String> {
    let policies: BTreeSet<_> = identity.policies().map(str::to_owned).collect();
    policies.into_iter().collect()
}

/// What a new token is asked to be.
#[derive(Default, Deserialize)]
struct Create<'a> {
    #[serde(default)]
    policies: Option<Names>,
    #[serde(default)]
    meta: Option<BTreeMap<String, String>>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    no_parent: bool,
    #[serde(default)]
    renewable: Option<bool>,
    #[serde(default, borrow)]
    ttl: Option<Raw<'a>>,
    #[serde(default, borrow)]
    lease: Option<Raw<'a>>,
    #[serde(default, borrow)]
    explicit_max_ttl: Option<Raw<'a>>,
    #[serde(default, borrow)]
    num_uses: Option<Raw<'a>>,
    #[serde(default, borrow)]
    period: Option<Raw<'a>>,
    #[serde(default, borrow)]
    id: Option<Raw<'a>>,
    #[serde(default, borrow)]
    entity_alias: Option<Raw<'a>>,
    #[serde(default, borrow)]
    no_default_policy: Option<Raw<'a>>,
    #[serde(default, borrow, rename = "type")]
    kind: Option<Raw<'a>>,
}

impl Create<'_> {
    /// # Errors
    /// 400 for what a token cannot be here: one that is more than was asked for is worse than none.
    fn check(&self) -> Result<(), Failure> {
        let asked = [
            ("num_uses", self.num_uses),
            ("period", self.period),
            ("id", self.id),
            ("entity_alias", self.entity_alias),
            ("no_default_policy", self.no_default_policy),
            ("type", self.kind),
        ];
        // Clients send what they were not asked for too: nothing, or no time at all.
        let is_usual = |raw: Raw<'_>| {
            matches!(raw.json().trim_matches('"'), "null" | "" | "0" | "0s" | "false" | "service")
        };
        let beyond = asked.into_iter().filter(|(_, raw)| raw.is_some_and(|raw| !is_usual(raw)));
        let names: Vec<_> = beyond.map(|(name, _)| name).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Failure::bad_request(format!("tokens have none of this here: {}", names.join(", "))))
    }
}

/// A list of names, or one.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of names")]
enum Names {
    List(Vec<String>),
    One(String),
}

impl Names {
    /// In lower case, as policies are named, without empty ones; none where no name was given at all.
    fn into_names(self) -> Option<Vec<String>> {
        let names = match self {
            Self::List(names) => names,
            Self::One(name) => vec![name],
        };
        let given = names.iter().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
        (!names.is_empty()).then(|| given.collect())
    }
}

/// What a token is called in answers and logs, which have more than names in them: as Vault calls it.
fn display_name(asked: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = format!("token-{asked}").chars().map(plain).collect();
    name.strip_suffix('-').unwrap_or(&name).to_owned()
}

/// A token may be given no more than its maker has.
fn create(bridge: &Bridge, call: Call<'_>, identity: &Identity) -> Result<Reply, Failure> {
    let body: Create<'_> = object(call.body)?;
    body.check()?;
    let may_all = identity.policies().any(|policy| policy == "root");
    let wanted: Vec<String> = match body.policies.and_then(Names::into_names) {
        Some(policies) => policies.into_iter().filter(|name| name != "default").collect(),
        None => identity.claims.policies.clone(),
    };
    if !may_all && wanted.iter().any(|name| !identity.policies().any(|own| own == name)) {
        return Err(Failure::bad_request("child policies must be subset of parent"));
    }
    if let Some(unknown) = wanted.iter().find(|name| !bridge.policies.has(name)) {
        return Err(Failure::bad_request(format!("there is no policy {unknown:?}")));
    }
    let is_orphan = body.no_parent || call.rest == "create-orphan";
    if is_orphan && !may_all {
        bridge.check(identity, "auth/token/create-orphan", Capability::Sudo)?;
    }
    let lasting = |raw: Option<Raw<'_>>| {
        raw.map(seconds).transpose().map(|duration| duration.filter(|duration| !duration.is_zero()))
    };
    let grant = Grant {
        policies: wanted,
        display_name: display_name(body.display_name.as_deref().unwrap_or_default()),
        path: format!("auth/token/{}", call.rest),
        metadata: body.meta.unwrap_or_default(),
        ttl: lasting(body.ttl.or(body.lease))?,
        max_ttl: lasting(body.explicit_max_ttl)?,
        is_renewable: body.renewable.unwrap_or(true),
    };
    let Issued { token, identity, .. } = bridge.tokens.issue(grant, (!is_orphan).then_some(identity))?;
    granted(&bridge.tokens, call.request_id, &identity, token.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_s_name_has_nothing_but_letters_digits_and_hyphens() {
        for (asked, name) in [
            ("", "token"),
            ("me", "token-me"),
            ("a b/c!", "token-a-b-c"),
            ("ü\n", "token--"),
            ("-", "token-"),
        ] {
            assert_eq!(display_name(asked), name);
        }
    }
}
