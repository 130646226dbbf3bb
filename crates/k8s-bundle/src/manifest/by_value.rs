//! What has no meaning for a Secret that is delivered by value: only the operator can follow it.

use super::ManifestProblem;
use super::document::Document;
use crate::{DataFrom, DataFromOrigin, MetadataPolicy, NullBytePolicy, Rewrite, SourceRef};

const READ_ONCE: &str = "at build time a value is read once";
const WRITTEN_WHOLE: &str = "at build time the Secret is written as a whole";
const ONE_STORE: &str = "at build time all values come from the one store of the configuration";
const NO_GENERATORS: &str = "generators are objects of the operator";
const VALUES_ONLY: &str = "at build time values are read, and nothing that the store keeps about them";
const ANY_BYTES: &str = "at build time a value is any bytes";
const NO_MERGE: &str = "at build time values are not merged";

/// Everything of a manifest that is of no use at build time.
pub(super) fn refuse(document: &Document, data_from: &[(usize, DataFrom)]) -> Vec<ManifestProblem> {
    let mut refused = Refused(Vec::new());
    for (given, field, reason) in [
        (document.refresh_interval.is_some(), "refresh_interval", READ_ONCE),
        (document.refresh_policy.is_some(), "refresh_policy", READ_ONCE),
        (document.creation_policy.is_some(), "creation_policy", WRITTEN_WHOLE),
        (document.deletion_policy.is_some(), "deletion_policy", WRITTEN_WHOLE),
        (document.store_ref.is_some(), "store_ref", ONE_STORE),
    ] {
        refused.add_if(given, field, reason);
    }
    if let Some(source) = &document.source {
        refused.source("source", source);
    }
    for (key, source) in document.data.iter().flatten() {
        refused.source(&format!("data.{key}"), source);
    }
    for (index, entry) in data_from {
        refused.entry(&format!("data_from[{index}]"), entry);
    }
    refused.0
}

struct Refused(Vec<ManifestProblem>);

impl Refused {
    fn add_if(&mut self, given: bool, field: impl Into<String>, reason: &'static str) {
        if given {
            self.0.push(ManifestProblem::OnlyByReference { field: field.into(), reason });
        }
    }

    fn source(&mut self, place: &str, source: &SourceRef) {
        self.metadata(place, source.metadata_policy());
        self.null_bytes(place, source.null_byte_policy());
    }

    fn metadata(&mut self, place: &str, policy: MetadataPolicy) {
        self.add_if(policy == MetadataPolicy::Fetch, format!("{place}.metadata_policy"), VALUES_ONLY);
    }

    fn null_bytes(&mut self, place: &str, policy: NullBytePolicy) {
        self.add_if(policy == NullBytePolicy::Fail, format!("{place}.null_byte_policy"), ANY_BYTES);
    }

    fn entry(&mut self, place: &str, entry: &DataFrom) {
        match &entry.origin {
            DataFromOrigin::Extract(extract) => {
                let place = format!("{place}.extract");
                self.metadata(&place, extract.metadata_policy());
                self.null_bytes(&place, extract.null_byte_policy());
            }
            DataFromOrigin::Find(find) => {
                let place = format!("{place}.find");
                self.add_if(!find.tags().is_empty(), format!("{place}.tags"), VALUES_ONLY);
                self.null_bytes(&place, find.null_byte_policy());
            }
            DataFromOrigin::Generator(_) => {
                self.add_if(true, format!("{place}.generator"), NO_GENERATORS);
            }
        }
        for (step, rewrite) in entry.rewrite.iter().enumerate() {
            let is_merge = matches!(rewrite, Rewrite::Merge(_));
            self.add_if(is_merge, format!("{place}.rewrite[{step}].merge"), NO_MERGE);
        }
    }
}
