//! The size that the API server takes: `MaxSecretSize` in `k8s.io/api/core/v1`, over the values of all keys together.

use super::{Findings, Values};

/// The most bytes that the values of one Secret may have together, before base64: 1 MiB.
pub(crate) const SIZE_MAX: usize = 1024 * 1024;

/// How many keys are named in the message.
const NAMED: usize = 3;

pub(super) fn check(values: &Values<'_>, findings: &mut Findings) {
    let total: usize = values.iter().map(|(_, value)| value.len()).sum();
    if total <= SIZE_MAX {
        return;
    }
    let mut sizes: Vec<_> = values.iter().map(|(key, value)| (value.len(), key)).collect();
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let largest: Vec<_> =
        sizes.iter().take(NAMED).map(|(size, key)| format!("{key} ({size} bytes)")).collect();
    let what = if sizes.len() > NAMED { "largest keys" } else { "keys" };
    findings.problem_of_all(
        format!(
            "its values have {total} bytes, and the API server takes {SIZE_MAX}; {what}: {}",
            largest.join(", ")
        ),
        "split it into several Secrets, or keep the large values elsewhere, such as in a volume",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed_and_one_byte_more_is_not() {
        let (half, half_and_one) = (vec![0; SIZE_MAX / 2], vec![0; SIZE_MAX / 2 + 1]);
        let mut findings = Findings::default();
        check(&Values::new(vec![("a", &half), ("b", &half)]), &mut findings);
        assert_eq!(findings, Findings::default());
        check(&Values::new(vec![("a", &half), ("b", &half_and_one)]), &mut findings);
        insta::assert_snapshot!(findings.problems[0].message, @"its values have 1048577 bytes, and the API server takes 1048576; keys: b (524289 bytes), a (524288 bytes)");
    }
}
