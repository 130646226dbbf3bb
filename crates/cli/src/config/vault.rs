//! Reading a `store` of `provider: vault`.

use secret_store::provider::vault::{AuthConfig, VaultConfig};
use serde_yaml::Value;

use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// The ways to log in, as `method` names them.
const METHODS: [&str; 6] = ["token", "approle", "kubernetes", "userpass", "jwt", "cert"];

/// With `auth` by its method: a tagged enum does not tell where in it something is wrong.
pub(super) fn read(reader: &mut Reader<'_>, mut value: Value) -> Option<VaultConfig> {
    let auth = value.as_mapping_mut().and_then(|store| store.remove("auth")).filter(|auth| !auth.is_null());
    let config: Option<VaultConfig> = reader.read(value, &[Step::from("store")]);
    let auth = auth.map(|auth| read_auth(reader, auth));
    let mut config = config?;
    config.auth = match auth {
        Some(read) => Some(read?),
        None => None,
    };
    for (field, error) in config.problems() {
        let place = reader.root.scalar_span_of(&["store".into(), field.into()]);
        let problem = Problem::new(error.detail().reason()).at(place);
        reader.problems.push(match error.help() {
            Some(help) => problem.help(help),
            None => problem,
        });
    }
    Some(config)
}

fn read_auth(reader: &mut Reader<'_>, mut value: Value) -> Option<AuthConfig> {
    let base = [Step::from("store"), Step::from("auth")];
    if let Some(word) = value.as_str() {
        // Anything else may be a token.
        let method = if METHODS.contains(&word) { word } else { "approle" };
        let problem = Problem::new("how to log in is a map, not a word").at(reader.root.span_of(&base));
        reader
            .problems
            .push(problem.help(format!("write it as `auth: {{ method: {method} }}`, with its fields")));
        return None;
    }
    let method = value.get("method").and_then(Value::as_str).map(str::to_owned);
    let mut of_method = || {
        value.as_mapping_mut().map(|auth| auth.remove("method"));
        std::mem::take(&mut value)
    };
    match method.as_deref() {
        Some("token") => reader.read(of_method(), &base).map(AuthConfig::Token),
        Some("approle") => reader.read(of_method(), &base).map(AuthConfig::AppRole),
        Some("kubernetes") => reader.read(of_method(), &base).map(AuthConfig::Kubernetes),
        Some("userpass") => reader.read(of_method(), &base).map(AuthConfig::UserPass),
        Some("jwt") => reader.read(of_method(), &base).map(AuthConfig::Jwt),
        Some("cert") => reader.read(of_method(), &base).map(AuthConfig::Cert),
        _ => reader.read(value, &base),
    }
}
