//! Selectors of labels, as `kubectl --selector` takes them.

use eso_contrib::api::{LabelOperator, LabelSelector};

/// `(team=web,tier in (a,b))`, or `(all)`: in brackets, so that it is not taken for a name.
pub(super) fn text(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    let expressions = selector.match_expressions.iter().map(|requirement| {
        let (key, values) = (&requirement.key, &requirement.values);
        let values = || values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        match requirement.operator {
            LabelOperator::In => format!("{key} in ({})", values()),
            LabelOperator::NotIn => format!("{key} notin ({})", values()),
            LabelOperator::Exists => key.to_string(),
            LabelOperator::DoesNotExist => format!("!{key}"),
            other => format!("{key} {other:?} ({})", values()),
        }
    });
    let terms: Vec<_> = labels.chain(expressions).collect();
    format!("({})", if terms.is_empty() { "all".to_owned() } else { terms.join(",") })
}
