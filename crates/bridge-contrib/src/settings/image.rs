//! The name of an image.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of an image, with a tag or a digest: what is meant does not change from one pull to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Image(String);

impl Image {
    /// As containers name it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Image {
    type Error = String;

    /// # Errors
    /// What is wrong, in words: spaces, no tag and no digest, or the tag `latest`.
    fn try_from(name: String) -> Result<Self, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':' | '@');
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err("an image is named by letters, digits and `.-_/:@`".to_owned());
        }
        if let Some((_, digest)) = name.split_once('@') {
            let hash = digest.strip_prefix("sha256:").unwrap_or_default();
            let is_hash = hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit());
            return if is_hash {
                Ok(Self(name))
            } else {
                Err("the digest is not sha256 and 64 digits".to_owned())
            };
        }
        let last = name.rsplit('/').next().unwrap_or(&name);
        match last.split_once(':') {
            None | Some((_, "")) => Err("the image has neither a tag nor a digest".to_owned()),
            Some((_, "latest")) => {
                Err("the tag `latest` means another image each time: name a version".to_owned())
            }
            Some(_) => Ok(Self(name)),
        }
    }
}

impl From<Image> for String {
    fn from(image: Image) -> Self {
        image.0
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_means_the_same_each_time() {
        let digest = format!("lab:5000/secretbridge@sha256:{}", "a".repeat(64));
        for name in ["secretbridge:0.1.0", "registry.acme.lab:5000/tools/secretbridge:0.1.0", &digest] {
            assert_eq!(Image::try_from(name.to_owned()).unwrap().as_str(), name);
        }
        for name in
            ["", "secretbridge", "lab:5000/secretbridge", "a b:1", "secretbridge:latest", "a@sha256:12", "a:"]
        {
            assert!(Image::try_from(name.to_owned()).is_err(), "{name}");
        }
    }
}
