//! Whether workloads are restarted when the Secret changes: the annotations of Stakater Reloader.
//!
//! They are those of <https://docs.stakater.com/reloader/1.4/reference/annotations.html>.

use std::sync::LazyLock;

use crate::AnnotationKey;

/// On a Secret, with the value `true`: workloads that say `reloader.stakater.com/search: "true"` and use the Secret are
/// restarted when it changes.
pub const RELOAD_MATCH: &str = "reloader.stakater.com/match";

/// On a Secret, with the value `true`: no workload is restarted when it changes.
pub const RELOAD_IGNORE: &str = "reloader.stakater.com/ignore";

/// The value of either.
pub(crate) const RELOAD_VALUE: &str = "true";

static KEYS: LazyLock<[AnnotationKey; 2]> =
    LazyLock::new(|| [RELOAD_MATCH, RELOAD_IGNORE].map(AnnotationKey::of_constant));

/// The annotation that says it, and the one that says the opposite.
pub(crate) fn annotations(reload: bool) -> (&'static AnnotationKey, &'static AnnotationKey) {
    let [on, off] = &*KEYS;
    if reload { (on, off) } else { (off, on) }
}

/// Whether an annotation that was declared besides contradicts it.
pub(crate) fn contradicts(reload: bool, key: &AnnotationKey, value: &str) -> bool {
    let (said, opposite) = annotations(reload);
    (key == said && value != RELOAD_VALUE) || (key == opposite && value == RELOAD_VALUE)
}
