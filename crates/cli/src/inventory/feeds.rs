//! Which source ends up in which key, as far as templates tell.

use std::collections::BTreeSet;

use secret_template::Template;

use super::row::ALL_KEYS;

/// The sources of one Secret, and what its templates make of them.
#[derive(Debug)]
pub(super) struct Feeds<T> {
    /// Sources of one value each, under the name that the key has, or that templates call it by.
    pub(super) named: Vec<(String, T)>,
    /// Sources of values under names that are not known.
    pub(super) unnamed: Vec<T>,
    /// The template of each key.
    pub(super) templates: Vec<(String, Text)>,
    /// Whether the Secret has the keys of the templates alone.
    pub(super) replaces: bool,
}

/// A template, as far as it is known.
#[derive(Debug)]
pub(super) enum Text {
    Known(String),
    /// It lies in the cluster.
    InCluster,
}

impl<T: Clone> Feeds<T> {
    /// Each key with each source that it holds something of. A source that is read and that no key holds has no key.
    pub(super) fn keys(&self) -> Vec<(Option<String>, T)> {
        let mut held: BTreeSet<(usize, &str)> = BTreeSet::new();
        if !self.replaces {
            let named = self.named.iter().map(|(name, _)| name.as_str());
            let unnamed = self.unnamed.iter().map(|_| ALL_KEYS);
            let is_made = |key: &str| self.templates.iter().any(|(made, _)| made == key);
            let keys = named.map(|key| (!is_made(key)).then_some(key)).chain(unnamed.map(Some));
            held.extend(keys.enumerate().filter_map(|(index, key)| Some((index, key?))));
        }
        for (key, text) in &self.templates {
            held.extend(self.read_by(text).into_iter().map(|index| (index, key.as_str())));
        }
        let sources = self.named.iter().map(|(_, source)| source).chain(&self.unnamed).enumerate();
        let rows = sources.flat_map(|(index, source)| {
            let keys: Vec<_> = held.iter().filter(|(held, _)| *held == index).map(|(_, key)| *key).collect();
            let unheld = keys.is_empty().then_some((None, source.clone()));
            let held = keys.into_iter().map(|key| (Some(key.to_owned()), source.clone()));
            unheld.into_iter().chain(held).collect::<Vec<_>>()
        });
        rows.collect()
    }

    /// The sources that a template may read, as positions among all.
    fn read_by(&self, text: &Text) -> Vec<usize> {
        let all = || (0..self.named.len() + self.unnamed.len()).collect();
        let Text::Known(text) = text else { return all() };
        let Ok(template) = Template::parse("template", text) else { return all() };
        let fields = template.fields();
        if fields.may_read_others {
            return all();
        }
        let is_named = |field: &String| self.named.iter().any(|(name, _)| name == field);
        let unnamed = if fields.named.iter().all(is_named) { 0 } else { self.unnamed.len() };
        let named = self.named.iter().enumerate();
        let named = named.filter(|(_, (name, _))| fields.named.contains(name)).map(|(index, _)| index);
        named.chain(self.named.len()..self.named.len() + unnamed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(replaces: bool, templates: &[(&str, &str)]) -> Vec<String> {
        let templates =
            templates.iter().map(|(key, text)| ((*key).to_owned(), Text::Known((*text).to_owned())));
        let feeds = Feeds {
            named: vec![("user".to_owned(), "U"), ("password".to_owned(), "P")],
            unnamed: vec!["X"],
            templates: templates.collect(),
            replaces,
        };
        let keys = feeds.keys();
        keys.iter().map(|(key, source)| format!("{} {source}", key.as_deref().unwrap_or("-"))).collect()
    }

    #[test]
    fn without_a_template_each_source_feeds_its_own_key() {
        assert_eq!(keys(false, &[]), ["user U", "password P", "* X"]);
    }

    #[test]
    fn a_template_is_fed_by_the_fields_that_it_reads() {
        let templates = [("s3.conf", "{{ .user }}:{{ .password }}"), ("name", "{{ .user | upper }}")];
        assert_eq!(keys(true, &templates), ["name U", "s3.conf U", "s3.conf P", "- X"]);
    }

    #[test]
    fn a_field_that_is_not_declared_comes_from_a_source_of_many() {
        assert_eq!(keys(true, &[("a", "{{ .region }}")]), ["- U", "- P", "a X"]);
    }

    #[test]
    fn a_template_that_may_read_anything_is_fed_by_everything() {
        assert_eq!(keys(true, &[("a", "{{ toJson . }}")]), ["a U", "a P", "a X"]);
        assert_eq!(keys(true, &[("a", "{{ no such thing")]), ["a U", "a P", "a X"]);
    }

    #[test]
    fn a_template_beside_the_values_takes_the_place_of_the_key_of_its_name() {
        assert_eq!(keys(false, &[("user", "{{ .password }}")]), ["- U", "password P", "user P", "* X"]);
    }
}
