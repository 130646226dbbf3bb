//! Reading `k8s.delivery`.

use k8s_bundle::Delivery;
use serde::Deserialize;
use serde_yaml::Value;

use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// The fields of a form that has none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

/// By its form: a tagged enum does not tell where in it something is wrong.
pub(super) fn read(reader: &mut Reader<'_>, mut value: Value) -> Option<Delivery> {
    let base = [Step::from("k8s"), Step::from("delivery")];
    if let Some(word) = value.as_str() {
        let problem = Problem::new("the delivery is a map, not a word").at(reader.root.span_of(&base));
        let is_form = Delivery::FORMS.contains(&word);
        let form = if is_form { word } else { "plain" };
        reader.problems.push(problem.help(format!("write it as `delivery: {{ form: {form} }}`")));
        return None;
    }
    let form = value.get("form").and_then(Value::as_str).map(str::to_owned);
    let required: &[&str] = match form.as_deref() {
        Some("flux") => &["source", "path"],
        Some("argocd") => &["repo_url", "path"],
        _ => &[],
    };
    let missing = required.iter().filter(|name| value.get(name).is_none());
    // The first one is reported by the type.
    for name in missing.skip(1) {
        reader.problems.push(Problem::new(format!("`{name}` is missing")).at(reader.root.span_of(&base)));
    }
    let mut of_form = || {
        value.as_mapping_mut().map(|delivery| delivery.remove("form"));
        std::mem::take(&mut value)
    };
    match form.as_deref() {
        Some("plain") => reader.read::<NoFields>(of_form(), &base).map(|NoFields {}| Delivery::Plain),
        Some("helmfile") => reader.read::<NoFields>(of_form(), &base).map(|NoFields {}| Delivery::Helmfile),
        Some("flux") => reader.read(of_form(), &base).map(Delivery::Flux),
        Some("argocd") => reader.read(of_form(), &base).map(Delivery::ArgoCd),
        _ => reader.read(value, &base),
    }
}
