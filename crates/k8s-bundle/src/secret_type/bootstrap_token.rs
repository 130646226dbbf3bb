//! A token to join a cluster: <https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/>.

use super::SecretTypeProblem;
use crate::{Namespace, ObjectName};

pub(super) const NAME: &str = "bootstrap.kubernetes.io/token";
pub(super) const SHORT: &str = "bootstrap-token";
pub(super) const REQUIRED: &[&str] = &["token-id", "token-secret"];

const NAMESPACE: &str = "kube-system";
const NAME_PREFIX: &str = "bootstrap-token-";
const TOKEN_ID_LENGTH: usize = 6;

/// The authenticator looks for `bootstrap-token-<token id>` in `kube-system` and sees no other Secret.
pub(super) fn check_object(namespace: &Namespace, name: &ObjectName) -> Vec<SecretTypeProblem> {
    let mut problems = Vec::new();
    if *namespace != NAMESPACE {
        problems.push(SecretTypeProblem::WrongNamespace { actual: namespace.clone(), expected: NAMESPACE });
    }
    let is_token_id = |id: &str| {
        id.len() == TOKEN_ID_LENGTH && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if !name.as_str().strip_prefix(NAME_PREFIX).is_some_and(is_token_id) {
        problems.push(SecretTypeProblem::WrongName {
            actual: name.clone(),
            expected: "bootstrap-token-<token id of six lower-case letters and digits>",
        });
    }
    problems
}
