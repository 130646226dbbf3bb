//! What follows the question mark.

use std::borrow::Cow;

use super::Failure;

/// The parameters of a request; of several of one name, the first counts, as for Vault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    pub(crate) fn new(raw: &'a str) -> Self {
        Self(raw)
    }

    /// The value of a parameter, decoded; none where it is missing or no UTF-8.
    pub(crate) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        let pairs = self.0.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
        if !value.contains(['%', '+']) {
            return Some(value.into());
        }
        let spaced = value.replace('+', " ");
        super::path::percent_decoded(&spaced)
            .and_then(|bytes| Some(str::from_utf8(&bytes).ok()?.to_owned().into()))
    }

    /// A truth value as Go reads it.
    ///
    /// # Errors
    /// 400 for any other word.
    pub(crate) fn flag(self, name: &str) -> Result<bool, Failure> {
        match self.get(name).as_deref() {
            Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
            None | Some("" | "0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
            Some(_) => Err(Failure::bad_request(format!("the parameter {name} is neither true nor false"))),
        }
    }

    /// A whole number; none where it is missing or empty.
    ///
    /// # Errors
    /// 400 for what is no number.
    pub(crate) fn number(self, name: &str) -> Result<Option<i64>, Failure> {
        match self.get(name).as_deref() {
            None | Some("") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| {
                Failure::bad_request(format!(
                    "Field validation failed: error converting input for field \"{name}\": not a number"
                ))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_and_is_decoded() {
        let query = Query::new("list=1&version=3&version=4&odd=a%2Fb+c&flag");
        assert!(query.flag("list").unwrap());
        assert!(!query.flag("missing").unwrap());
        assert!(query.flag("odd").is_err());
        assert_eq!(query.number("version").unwrap(), Some(3));
        assert_eq!(query.get("odd").unwrap(), "a/b c");
        assert_eq!(query.get("flag").unwrap(), "");
        assert!(query.number("odd").is_err());
        assert_eq!(query.get("%"), None);
    }
}
