//! Where in the API a request goes.

use super::Failure;

/// The part of a request's path behind `/v1/`, decoded: `secret/data/app/db`.
///
/// Clients encode each segment (`%2F` within one too, which means the same to a server of Vault), so the whole is decoded and
/// then read. It is not normalised: what a policy is asked about is what a store is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiPath {
    text: Box<str>,
}

impl ApiPath {
    /// Decodes what follows `/v1/`.
    ///
    /// # Errors
    /// 400 for a percent sign without two digits, for bytes that are no UTF-8, for a control character, for an empty segment
    /// in the middle, and for `.` and `..`.
    pub(crate) fn decode(raw: &str) -> Result<Self, Failure> {
        if !raw.contains('%') {
            return Self::of(raw);
        }
        let bytes = percent_decoded(raw)
            .ok_or_else(|| Failure::bad_request("invalid percent-encoding in the path"))?;
        Self::of(str::from_utf8(&bytes).map_err(|_| Failure::bad_request("the path is not UTF-8"))?)
    }

    fn of(text: &str) -> Result<Self, Failure> {
        // Most paths are ASCII alone, of which it is quicker to say, and of all bytes at once.
        let has_control = if text.is_ascii() {
            text.bytes().fold(false, |any, byte| any | byte.is_ascii_control())
        } else {
            text.chars().any(char::is_control)
        };
        if has_control {
            return Err(Failure::bad_request("the path has a control character"));
        }
        // Of bytes: a search for one in each short segment would take longer than to look at them.
        let segments = text.strip_suffix('/').unwrap_or(text).as_bytes().split(|byte| *byte == b'/');
        for segment in segments {
            if matches!(segment, b"." | b"..") || (segment.is_empty() && !text.is_empty()) {
                return Err(Failure::bad_request(
                    "the path has an empty segment, or one that is '.' or '..': write it out",
                ));
            }
        }
        Ok(Self { text: text.into() })
    }

    /// The path, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        self.text.strip_suffix('/').unwrap_or(&self.text)
    }

    /// Whether a slash ends it, as in a list of a folder.
    pub(crate) fn is_folder(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('/')
    }
}

/// None where a percent sign is not followed by two hexadecimal digits.
pub(super) fn percent_decoded(raw: &str) -> Option<Vec<u8>> {
    let digit =
        |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes().iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            other => *other,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_decoded_as_a_whole() {
        for (raw, decoded) in [
            ("secret/data/a", "secret/data/a"),
            ("secret/data/a%2Fb", "secret/data/a/b"),
            ("secret/data/me%40example.com", "secret/data/me@example.com"),
            ("secret/data/a%20b", "secret/data/a b"),
            ("secret/metadata/", "secret/metadata"),
            ("secret/data/%C3%BC", "secret/data/ü"),
            ("secret/data/a+b", "secret/data/a+b"),
            ("", ""),
        ] {
            assert_eq!(ApiPath::decode(raw).unwrap().as_str(), decoded);
        }
        assert!(ApiPath::decode("secret/metadata/").unwrap().is_folder());
        assert!(!ApiPath::decode("secret/metadata/a").unwrap().is_folder());
    }

    #[test]
    fn a_path_that_climbs_or_hides_is_refused() {
        for raw in [
            "secret/data/../a",
            "secret/data/%2e%2e/a",
            "secret/./a",
            "secret//a",
            "secret/%2Fa",
            "/secret",
            "a//",
            "a%00b",
            "a%0ab",
            "a%zz",
            "a%2",
            "a%",
            "%ff",
            "%c3",
        ] {
            assert!(ApiPath::decode(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic_or_climb(raw in "\\PC*|[a%./0-9A-F]{0,40}") {
            if let Ok(path) = ApiPath::decode(&raw) {
                prop_assert!(path.as_str().split('/').all(|segment| !matches!(segment, "." | "..")));
            }
        }
    }
}
