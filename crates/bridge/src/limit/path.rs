//! How long a path may be.

use crate::api::{ApiPath, Failure};
use crate::config::LimitsConfig;

/// How long a path may be, and how deep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathLimits {
    bytes: usize,
    depth: usize,
}

impl PathLimits {
    pub(crate) fn new(config: &LimitsConfig) -> Self {
        Self { bytes: config.path_bytes, depth: config.path_depth }
    }

    /// Decodes what follows `/v1/`.
    ///
    /// # Errors
    /// As [`ApiPath::decode`]; 400 for a path that is too long or too deep as well.
    pub(crate) fn decode(self, raw: &str) -> Result<ApiPath, Failure> {
        // Each byte may be written as three.
        if raw.len() > self.bytes.saturating_mul(3) {
            return Err(self.too_long());
        }
        let path = ApiPath::decode(raw)?;
        if path.as_str().len() > self.bytes {
            return Err(self.too_long());
        }
        if path.as_str().bytes().filter(|byte| *byte == b'/').count() >= self.depth {
            let message = format!("the path has more than {} segments", self.depth);
            return Err(Failure::bad_request(message));
        }
        Ok(path)
    }

    fn too_long(self) -> Failure {
        Failure::bad_request(format!("the path is longer than {} bytes", self.bytes))
    }
}
