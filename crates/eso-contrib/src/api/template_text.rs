//! The texts of templates, as the operator of a chart reads them.

use std::collections::BTreeSet;

use k8s_bundle::not_carried;
use secret_template::Template;

use super::{Checker, FieldProblemKind};

/// Where the fields of a template come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fields<'a> {
    /// Nobody can tell before the values are there.
    Open,
    /// There is one for each key of the values.
    Keys(&'a BTreeSet<&'a str>),
    /// There is `.value` alone: the key that is rewritten.
    Value,
}

/// What is wrong with `text`: its syntax, functions that the operator of that chart does not have, and fields that nothing
/// gives, for which the operator makes no Secret at all (`missingkey=error`).
pub(crate) fn check(text: &str, fields: Fields<'_>, checker: &mut Checker<'_>) {
    if let Some(character) = not_carried(text) {
        let code = u32::from(character);
        checker.refuse(format!(
            "it has the character U+{code:04X}, which server-side apply does not carry: write {{{{ \"\\u{code:04x}\" }}}}"
        ));
    }
    let template = match Template::parse("", text) {
        Ok(template) => template,
        Err(problems) => return problems.into_iter().for_each(|problem| checker.report_template(problem)),
    };
    let chart = checker.version().as_semver();
    template.missing_from(chart).into_iter().for_each(|problem| checker.report_template(problem));
    for field in template.fields().named {
        let given = match fields {
            Fields::Keys(keys) if !keys.contains(field.as_str()) => "data has no such key",
            Fields::Value if field != "value" => "the key is .value",
            _ => continue,
        };
        checker.report(FieldProblemKind::TemplateField { field, given });
    }
}
