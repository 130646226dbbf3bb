//! Where the server is, and where in its API something is.

use std::fmt;

/// What follows `/v1/`: segments, percent-encoded where they must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct ApiPath(String);

impl ApiPath {
    /// Words of the API itself, which need no encoding: `auth/token/lookup-self`.
    pub(super) fn fixed(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// This path, and below it `rest`, whose segments are encoded each on its own; empty segments are left out.
    pub(super) fn join(mut self, rest: &str) -> Self {
        use fmt::Write as _;
        for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
            if !self.0.is_empty() {
                self.0.push('/');
            }
            for byte in segment.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    self.0.push(char::from(byte));
                } else {
                    let _ = write!(self.0, "%{byte:02X}");
                }
            }
        }
        self
    }
}

impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
