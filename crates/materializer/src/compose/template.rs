//! The templates of a Secret over its values: `ApplyTemplate` in the operator's `pkg/controllers/externalsecret`.

use std::collections::BTreeMap;

use k8s_bundle::{ANNOTATIONS_MAX, AnnotationKey, DataKey, LabelKey, LabelValue, not_carried};
use secret_template::Values;
use zeroize::Zeroizing;

use super::Value;
use super::finding::Findings;
use crate::encode;
use crate::plan::{PlannedSecret, PlannedTemplate, PlannedTemplates, TemplatePlace};

/// Labels and annotations that were rendered; each may hold a value.
#[derive(Default)]
pub(crate) struct Rendered<'a> {
    pub(crate) labels: Vec<(&'a LabelKey, Zeroizing<Vec<u8>>)>,
    pub(crate) annotations: Vec<(&'a AnnotationKey, Zeroizing<Vec<u8>>)>,
}

/// Shows the names alone.
impl std::fmt::Debug for Rendered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels = self.labels.iter().map(|(label, _)| label.as_str());
        let names = labels.chain(self.annotations.iter().map(|(key, _)| key.as_str()));
        f.debug_set().entries(names).finish()
    }
}

/// The data of the Secret, and what else was rendered.
pub(super) fn apply<'a>(
    secret: &'a PlannedSecret,
    mut values: BTreeMap<DataKey, Value<'a>>,
    findings: &mut Findings<'_>,
) -> (BTreeMap<DataKey, Value<'a>>, Rendered<'a>) {
    let Some(templates) = secret.templates() else { return (values, Rendered::default()) };
    let (made, rendered) = render(secret, templates, &values, findings);
    if templates.replaces_data() {
        values.clear();
    }
    values.extend(made);
    (values, rendered)
}

fn render<'a>(
    secret: &'a PlannedSecret,
    templates: &'a PlannedTemplates,
    values: &BTreeMap<DataKey, Value<'_>>,
    findings: &mut Findings<'_>,
) -> (Vec<(DataKey, Value<'a>)>, Rendered<'a>) {
    let place = secret.id().to_string();
    let mut values: Values<'_> = values.iter().map(|(key, value)| (key.as_str(), value.bytes())).collect();
    values.set_place(&place);
    let mut text = |key: Option<&DataKey>, place: TemplatePlace, template: &PlannedTemplate| {
        let rendered = template.template().render(&values);
        rendered.map_err(|error| findings.not_rendered(key, &place, &error)).ok()
    };
    let mut data = Vec::new();
    for (key, template) in templates.data() {
        let rendered = text(Some(key), TemplatePlace::Data, template);
        data.extend(rendered.map(|rendered| (key.clone(), Value::Made(rendered))));
    }
    let mut rendered = Rendered::default();
    for (label, template) in templates.labels() {
        let text = text(None, TemplatePlace::Label(label.clone()), template);
        rendered.labels.extend(text.map(|text| (label, text)));
    }
    for (key, template) in templates.annotations() {
        let text = text(None, TemplatePlace::Annotation(key.clone()), template);
        rendered.annotations.extend(text.map(|text| (key, text)));
    }
    check(secret, &rendered, findings);
    (data, rendered)
}

/// What the API server would refuse.
fn check(secret: &PlannedSecret, rendered: &Rendered<'_>, findings: &mut Findings<'_>) {
    for (label, text) in &rendered.labels {
        if !core::str::from_utf8(text).is_ok_and(LabelValue::allows) {
            findings.not_a_label(label);
        }
    }
    for (key, text) in &rendered.annotations {
        match core::str::from_utf8(text) {
            Err(_) => findings.not_text(key),
            Ok(text) if not_carried(text).is_some() => findings.not_carried(key),
            Ok(_) => {}
        }
    }
    let rendered = rendered.annotations.iter().map(|(key, text)| key.as_str().len() + text.len());
    let size = encode::annotations_len(secret) + rendered.sum::<usize>();
    if size > ANNOTATIONS_MAX {
        findings.annotations_too_large(size);
    }
}
