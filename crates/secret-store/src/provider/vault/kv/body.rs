//! Secrets to and from the bodies of requests and replies.

use vault_api::{Envelope, Malformed, Raw, decode, encode, kv2};

use super::{Engines, KvVersion, Place};
use crate::json::{self, ReadError, WriteError};
use crate::provider::vault::request::Reply;
use crate::{
    Error, ErrorKind, Result, Secret, SecretFields, SecretPath, SecretValue, SecretVersion, ValueKind,
};

impl Engines {
    /// The secret in a reply to a read.
    pub(super) fn secret(
        &self,
        operation: &'static str,
        path: &SecretPath,
        place: &Place,
        reply: &Reply,
    ) -> Result<Secret> {
        let malformed = |why: &str| self.malformed(operation, path, reply, why);
        let not_json = |error: Malformed| malformed(&error.to_string());
        let fields = |raw: Raw<'_>| match json::read(raw.json().as_bytes()) {
            Ok(fields) => Ok(fields),
            Err(ReadError::FieldName(rule)) => Err(malformed(&format!("the name of a field {rule}"))),
            Err(ReadError::Twice(field)) => Err(malformed(&format!("the field {field:?} is there twice"))),
            Err(ReadError::Text) => Err(malformed("a string holds half of a surrogate pair")),
            Err(ReadError::NotJson(..) | ReadError::NotAnObject(..)) => {
                Err(malformed("it is not an object of fields"))
            }
        };
        if place.is_v2() {
            let reply: Envelope<'_, kv2::Read<'_>> = decode(&reply.body).map_err(not_json)?;
            let read = reply.data.ok_or_else(|| malformed("there is no data"))?;
            let fields = read.data.map_or_else(|| Ok(SecretFields::new()), fields)?;
            return Ok(Secret::new(fields).with_info(read.metadata.into()));
        }
        let reply: Envelope<'_> = decode(&reply.body).map_err(not_json)?;
        fields(reply.data.ok_or_else(|| malformed("there is no data"))?).map(Secret::new)
    }

    /// The version in a reply to a write.
    pub(super) fn written_version(
        &self,
        operation: &'static str,
        path: &SecretPath,
        reply: &Reply,
    ) -> Result<u64> {
        let why = match decode::<Envelope<'_, kv2::VersionMetadata>>(&reply.body) {
            Ok(Envelope { data: Some(version), .. }) => return Ok(version.version),
            Ok(_) => "no version is told".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(self.malformed(operation, path, reply, &why))
    }

    /// The body of a write.
    pub(super) fn body(
        &self,
        path: &SecretPath,
        version: KvVersion,
        fields: &SecretFields,
        cas: Option<u64>,
    ) -> Result<SecretValue> {
        let object = json::write(fields, json::COMPACT).map_err(|error| self.unwritable(path, error))?;
        if version == KvVersion::V1 {
            return Ok(SecretValue::from(object));
        }
        let options = cas.map(|cas| kv2::WriteOptions { cas: Some(cas) });
        let body = decode(&object).and_then(|data| encode(&kv2::Write { options, data }));
        body.map(SecretValue::from)
            .map_err(|error| self.error(ErrorKind::Invalid, "write", path, format!("the fields are {error}")))
    }

    fn unwritable(&self, path: &SecretPath, error: WriteError) -> Error {
        match error {
            WriteError::NotText(field) => self.error_with_help(
                ErrorKind::Unsupported,
                "write",
                path,
                format!("the field {field:?} is not UTF-8, and the server keeps only text"),
                "write it in base64, and let the manifest decode it",
            ),
            WriteError::NotJson(field) => self.error_with_help(
                ErrorKind::Invalid,
                "write",
                path,
                format!("the field {field:?} is not the JSON text of a number, a boolean, null, a list or an object"),
                "write it as bytes, or mend its text",
            ),
        }
    }

    /// Refuses what version 2 would change: it holds numbers as 64-bit floats.
    pub(super) fn check_numbers(&self, path: &SecretPath, fields: &SecretFields) -> Result<()> {
        let is_lost = |value: &SecretValue| {
            value.kind() == ValueKind::Json && !json::keeps_its_numbers(json::exposed(value))
        };
        match fields.iter().find(|(_, value)| is_lost(value)) {
            None => Ok(()),
            Some((name, _)) => Err(self.error_with_help(
                ErrorKind::Invalid,
                "write",
                path,
                format!(
                    "the field {:?} holds a number that version 2 of the engine would round",
                    name.as_str()
                ),
                "write it as text, in quotes",
            )),
        }
    }
}

/// A version of version 2: its number.
pub(super) fn numbered(version: u64) -> SecretVersion {
    SecretVersion::new(version.to_string())
}

/// The number of a version; none when it is not one of version 2.
pub(super) fn number(version: &SecretVersion) -> Option<u64> {
    let number = version.as_str().parse().ok()?;
    (number > 0 && numbered(number) == *version).then_some(number)
}

/// Whether two values are the same to a server that keeps JSON.
pub(super) fn is_same(a: &SecretValue, b: &SecretValue) -> bool {
    match (a.kind(), b.kind()) {
        (ValueKind::Json, ValueKind::Json) => json::is_same(json::exposed(a), json::exposed(b)),
        _ => a == b,
    }
}
