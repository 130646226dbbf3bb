//! Many values from one declaration: the fields of a path, the members of a field, the secrets of a name.
//!
//! The values are those of the operator's provider for Vault: `GetSecretMap` and `GetAllSecrets` in `pkg/provider/vault`.

use secret_store::{Secret, SecretPath, SecretValue, ValueKind};

use super::json::{Json, JsonError, Numbers, write_object, write_string};
use super::name::Name;
use super::sink::exactly;
use super::value::Value;
use crate::expose::exposed;

/// A name and a value.
pub(super) type Named<'a> = (Name, Value<'a>);

/// A value that cannot become what it is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is no JSON object.
    NotAnObject,
    /// It is not JSON, or none that is read.
    Json(JsonError),
    /// It becomes a part of JSON, and is not text.
    NotText,
}

impl From<JsonError> for Unfit {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// The value of a field. A list or an object is written anew, as the operator does.
pub(super) fn of_field(value: &SecretValue) -> Result<Value<'_>, Unfit> {
    field(value, Numbers::AsWritten)
}

/// The fields of a secret, each under its own name. Numbers pass through 64 bits here.
pub(super) fn fields(secret: &Secret) -> Result<Vec<Named<'_>>, Unfit> {
    let named = |(name, value)| {
        let name: &secret_store::FieldName = name;
        Ok((Name::of_store(name.as_str()), field(value, Numbers::AsFloat)?))
    };
    secret.fields.iter().map(named).collect()
}

/// The members of the JSON object that a field holds. Of `null`, none.
pub(super) fn members(value: &SecretValue) -> Result<Vec<Named<'_>>, Unfit> {
    let json = Json::parse(exposed(value), Numbers::AsFloat)?;
    if !matches!(json, Json::Object(_) | Json::Null) {
        return Err(Unfit::NotAnObject);
    }
    let members = json.members().into_iter().enumerate();
    let named = members.map(|(index, member)| {
        let value = exactly(|out| member.value.write_value(Numbers::AsFloat, out));
        (Name::of_value(index, member.name), Value::Made(value))
    });
    Ok(named.collect())
}

/// What stands for a whole secret that was found: a JSON object of its fields, under its path.
pub(super) fn whole<'a>(path: &SecretPath, secret: &Secret) -> Result<Named<'a>, Unfit> {
    let mut members = Vec::with_capacity(secret.fields.len());
    for (name, value) in secret.fields.iter() {
        members.push((name.as_str(), Member::of(value)?));
    }
    let json = exactly(|out| {
        let members = members.iter().map(|(name, member)| (*name, member));
        write_object(members, out, |member, out| match member {
            Member::Text(text) => write_string(text.chars(), out),
            Member::Json(json) => json.write(Numbers::AsWritten, out),
        });
    });
    Ok((Name::of_store(path.as_str()), Value::Made(json)))
}

enum Member<'a> {
    Text(&'a str),
    Json(Json<'a>),
}

impl<'a> Member<'a> {
    fn of(value: &'a SecretValue) -> Result<Self, Unfit> {
        if value.kind() == ValueKind::Json {
            return Ok(Self::Json(Json::parse(exposed(value), Numbers::AsWritten)?));
        }
        core::str::from_utf8(exposed(value)).map(Self::Text).map_err(|_| Unfit::NotText)
    }
}

fn field(value: &SecretValue, numbers: Numbers) -> Result<Value<'_>, Unfit> {
    if value.kind() != ValueKind::Json {
        return Ok(Value::Read(exposed(value)));
    }
    match Json::parse(exposed(value), numbers)? {
        Json::Bool(text) => Ok(Value::Read(text.as_bytes())),
        Json::Number(text) if numbers == Numbers::AsWritten => Ok(Value::Read(text.as_bytes())),
        json => Ok(Value::Made(exactly(|out| json.write_value(numbers, out)))),
    }
}
