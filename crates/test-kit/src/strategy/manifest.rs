//! What can be declared.

use k8s_bundle::{
    AnnotationKey, ConversionStrategy, CreationPolicy, DataFrom, DataFromOrigin, DecodingStrategy,
    DeletionPolicy, Extract, Find, GeneratorRef, LabelKey, MergePolicy, MetadataPolicy, NullBytePolicy,
    RefreshPolicy, Regexp, Rewrite, RewriteMerge, SecretManifest, SecretTemplate, SourceRef, SyncMode,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{annotation_text, data_key, hostile_text, label_value, namespace, object_name, yaml_hazard};

/// A manifest of either sync mode, with every field that may stand in it.
pub fn manifest() -> impl Strategy<Value = SecretManifest> {
    select(vec![SyncMode::BuildTime, SyncMode::ExternalSecrets]).prop_flat_map(manifest_of)
}

/// A manifest of that sync mode, with every field that may stand in it.
pub fn manifest_of(mode: SyncMode) -> impl Strategy<Value = SecretManifest> {
    let place = (object_name(), btree_set(namespace(), 1..=3));
    let data =
        (btree_map(data_key(), source_ref(mode), 0..4), vec(data_from(mode), 0..3), option::of(template()));
    let labels = btree_map("(example\\.com/)?[a-z]{1,8}", label_value(), 0..3);
    let annotations = btree_map("(Example\\.com/)?[a-z]{1,8}", annotation_text(), 0..3);
    let look = (labels, annotations, any::<bool>(), option::of(any::<bool>()), select(TYPES));
    (place, data, look, choices()).prop_filter_map("not a manifest", move |(place, data, look, choices)| {
        let mut builder = SecretManifest::builder(&place.0).namespaces(place.1).sync_mode(mode);
        for (key, source) in data.0 {
            builder = builder.data(key, source);
        }
        for entry in data.1 {
            builder = builder.data_from(entry);
        }
        for (key, value) in look.0 {
            builder = builder.label(key, value);
        }
        for (key, value) in look.1 {
            builder = builder.annotation(key, value);
        }
        builder = builder.immutable(look.2).secret_type(look.4);
        if let Some(reload) = look.3 {
            builder = builder.reload(reload);
        }
        if let Some(template) = data.2 {
            builder = builder.template(template);
        }
        if mode == SyncMode::ExternalSecrets {
            builder = choices.into_iter().fold(builder, |builder, choice| choice.apply(builder));
        }
        builder.build().ok()
    })
}

const TYPES: &[&str] = &["Opaque", "tls", "basic-auth", "dockerconfigjson", "ssh-auth", "example.com/own"];

/// A field that only the operator can follow.
#[derive(Debug, Clone)]
enum Choice {
    Interval(u32),
    Refresh(RefreshPolicy),
    Creation(CreationPolicy),
    Deletion(DeletionPolicy),
    Store(String),
}

impl Choice {
    fn apply(self, builder: k8s_bundle::SecretManifestBuilder) -> k8s_bundle::SecretManifestBuilder {
        match self {
            Self::Interval(seconds) => builder.refresh_interval(format!("{seconds}s")),
            Self::Refresh(policy) => builder.refresh_policy(policy),
            Self::Creation(policy) => builder.creation_policy(policy),
            Self::Deletion(policy) => builder.deletion_policy(policy),
            Self::Store(name) => builder.store_ref(name),
        }
    }
}

fn choices() -> impl Strategy<Value = Vec<Choice>> {
    use {CreationPolicy as C, DeletionPolicy as D, RefreshPolicy as R};
    let choice = prop_oneof![
        (0_u32..200_000).prop_map(Choice::Interval),
        select(vec![R::Periodic, R::OnChange, R::CreatedOnce]).prop_map(Choice::Refresh),
        select(vec![C::Owner, C::Merge, C::Orphan, C::None, C::CreateOrMerge]).prop_map(Choice::Creation),
        select(vec![D::Retain, D::Delete, D::Merge]).prop_map(Choice::Deletion),
        object_name().prop_map(|name| Choice::Store(name.into())),
    ];
    vec(choice, 0..4)
}

/// Where one value comes from, read in every way that the mode knows.
pub fn source_ref(mode: SyncMode) -> impl Strategy<Value = SourceRef> {
    let texts = (path(), option::of(line()), option::of(line()));
    (texts, decoding(), metadata(mode), null_bytes(mode)).prop_filter_map(
        "not a source",
        |((key, property, version), decoding, metadata, null_bytes)| {
            let mut source = SourceRef::new(key).ok()?;
            if let Some(property) = property {
                source = source.with_property(property).ok()?;
            }
            if let Some(version) = version {
                source = source.with_version(version).ok()?;
            }
            let source = source.with_decoding_strategy(decoding).with_metadata_policy(metadata);
            Some(source.with_null_byte_policy(null_bytes))
        },
    )
}

/// Where many keys come from: every origin and rewrite that the mode knows.
pub fn data_from(mode: SyncMode) -> impl Strategy<Value = DataFrom> {
    let by_name = find(mode).boxed();
    let origin = match mode {
        SyncMode::BuildTime => prop_oneof![extract(mode), by_name].boxed(),
        SyncMode::ExternalSecrets => prop_oneof![extract(mode), by_name, by_tags(), generator()].boxed(),
    };
    (origin, vec(rewrite(mode), 0..3)).prop_map(|(mut entry, rewrite)| {
        // Names that are rewritten are not converted besides, and saying so would be an error.
        if conversion_of(&entry.origin) == ConversionStrategy::Default {
            entry.rewrite = rewrite;
        }
        entry
    })
}

fn conversion_of(origin: &DataFromOrigin) -> ConversionStrategy {
    match origin {
        DataFromOrigin::Extract(extract) => extract.conversion_strategy(),
        DataFromOrigin::Find(find) => find.conversion_strategy(),
        DataFromOrigin::Generator(_) => ConversionStrategy::Default,
    }
}

fn extract(mode: SyncMode) -> impl Strategy<Value = DataFrom> {
    let texts = (path(), option::of(line()), option::of(line()));
    (texts, decoding(), conversion(), metadata(mode), null_bytes(mode)).prop_filter_map(
        "not a path",
        |((key, property, version), decoding, conversion, metadata, null_bytes)| {
            let mut extract = Extract::new(key).ok()?;
            if let Some(property) = property {
                extract = extract.with_property(property).ok()?;
            }
            if let Some(version) = version {
                extract = extract.with_version(version).ok()?;
            }
            let extract = extract.with_decoding_strategy(decoding).with_conversion_strategy(conversion);
            Some(extract.with_metadata_policy(metadata).with_null_byte_policy(null_bytes).into())
        },
    )
}

fn find(mode: SyncMode) -> impl Strategy<Value = DataFrom> {
    (regexp(), option::of(path()), decoding(), null_bytes(mode)).prop_filter_map(
        "not a path",
        |(name, path, decoding, null_bytes)| {
            let mut find = Find::by_name(name);
            if let Some(path) = path {
                find = find.in_path(path).ok()?;
            }
            Some(find.with_decoding_strategy(decoding).with_null_byte_policy(null_bytes).into())
        },
    )
}

fn by_tags() -> impl Strategy<Value = DataFrom> {
    ((hostile_text(), yaml_hazard()), btree_map(hostile_text(), hostile_text(), 0..2), conversion()).prop_map(
        |((key, value), others, conversion)| {
            let find = Find::by_tag(key, value).with_conversion_strategy(conversion);
            others.into_iter().fold(find, |find, (key, value)| find.with_tag(key, value)).into()
        },
    )
}

fn generator() -> impl Strategy<Value = DataFrom> {
    let kind = select(&["Password", "UUID", "ECRAuthorizationToken"][..]);
    let kind = kind.prop_filter_map("not a kind", |kind| kind.parse().ok());
    (kind, object_name()).prop_map(|(kind, name)| GeneratorRef::new(kind, name).into())
}

fn rewrite(mode: SyncMode) -> impl Strategy<Value = Rewrite> {
    let regexp = (regexp(), hostile_text()).prop_map(|(source, target)| Rewrite::regexp(source, target));
    let transform = hostile_text().prop_map(Rewrite::transform);
    match mode {
        SyncMode::BuildTime => prop_oneof![regexp, transform].boxed(),
        SyncMode::ExternalSecrets => {
            let merge = option::of("[a-z]{1,8}")
                .prop_map(|into| Rewrite::Merge(into.map_or_else(RewriteMerge::extract, RewriteMerge::json)));
            prop_oneof![regexp, transform, merge].boxed()
        }
    }
}

/// Templates of keys, labels and annotations: any text, some that Go's engine takes.
pub fn template() -> impl Strategy<Value = SecretTemplate> {
    let text = || prop_oneof![hostile_text(), select(TEMPLATES).prop_map(str::to_owned)];
    let name = || "template\\.example\\.com/[a-z]{1,8}";
    let label = name().prop_filter_map("not a label", |text| LabelKey::new(text).ok());
    let annotation = name().prop_filter_map("not an annotation", |text| AnnotationKey::new(text).ok());
    let policy = select(vec![MergePolicy::Replace, MergePolicy::Merge]);
    let metadata = (btree_map(label, text(), 0..2), btree_map(annotation, text(), 0..2));
    (btree_map(data_key(), text(), 0..3), metadata, policy).prop_map(|(data, metadata, policy)| {
        let mut template = SecretTemplate::new().with_merge_policy(policy);
        template.data = data;
        (template.metadata.labels, template.metadata.annotations) = metadata;
        template
    })
}

const TEMPLATES: &[&str] = &[
    "{{ .password }}",
    "user={{ .user }}\npassword={{ .password }}\n",
    "\n  {{- range $k, $v := . }}\n  {{ $k }}: {{ $v | b64enc }}\n  {{- end }}\n\n",
    "{{ \"{{\" }}",
    "no template\r\n",
];

/// A path of a store, as far as a declaration knows one.
fn path() -> impl Strategy<Value = String> {
    line().prop_filter("an end of a path is no slash", |text| !text.starts_with('/') && !text.ends_with('/'))
}

/// Text of one line, a few with what formats get wrong.
fn line() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9_-]{0,8}(/[A-Za-z0-9_. -]{1,8}){0,2}",
        1 => hostile_text(),
        1 => yaml_hazard(),
    ];
    line.prop_filter("not a line", |text| !text.is_empty() && !text.chars().any(char::is_control))
}

fn regexp() -> impl Strategy<Value = Regexp> {
    select(REGEXPS).prop_filter_map("not an expression", |text| text.parse().ok())
}

const REGEXPS: &[&str] =
    &["^apps/", "(db|api)-[0-9]+$", ".*", "^(?P<name>[a-z]+)\\.conf$", "'\"#: ", "\\\\", "[[:alpha:]]{1,3}?"];

fn decoding() -> impl Strategy<Value = DecodingStrategy> {
    use DecodingStrategy as S;
    select(vec![S::None, S::None, S::Base64, S::Base64URL, S::Auto])
}

fn conversion() -> impl Strategy<Value = ConversionStrategy> {
    select(vec![ConversionStrategy::Default, ConversionStrategy::Unicode])
}

fn metadata(mode: SyncMode) -> impl Strategy<Value = MetadataPolicy> {
    match mode {
        SyncMode::BuildTime => select(vec![MetadataPolicy::None]),
        SyncMode::ExternalSecrets => select(vec![MetadataPolicy::None, MetadataPolicy::Fetch]),
    }
}

fn null_bytes(mode: SyncMode) -> impl Strategy<Value = NullBytePolicy> {
    match mode {
        SyncMode::BuildTime => select(vec![NullBytePolicy::Ignore]),
        SyncMode::ExternalSecrets => select(vec![NullBytePolicy::Ignore, NullBytePolicy::Fail]),
    }
}
