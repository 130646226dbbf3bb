//! The store under test, and how behaviours speak with it.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;

use secret_store::{
    Capabilities, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields, SecretPath,
    SecretStore, SecretValue, SecretVersion, WriteOptions,
};

use crate::{bytes, field, path};

/// A store under test, and what must live as long as it does.
#[derive(Debug)]
#[must_use]
pub struct Fixture {
    store: Arc<dyn SecretStore>,
    may_refuse: bool,
    may_not_list: bool,
    capabilities: Option<Capabilities>,
    guards: Vec<Box<dyn Any + Send>>,
}

impl Fixture {
    /// A fixture of this store.
    pub fn new(store: impl SecretStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            may_refuse: false,
            may_not_list: false,
            capabilities: None,
            guards: Vec::new(),
        }
    }

    /// Keeps `guard` until the test has ended: a temporary directory, a server.
    pub fn with_guard(mut self, guard: impl Any + Send) -> Self {
        self.guards.push(Box::new(guard));
        self
    }

    /// Lets the store refuse, as [`Invalid`](ErrorKind::Invalid), an empty value, a large one, and odd names.
    pub fn may_refuse(mut self) -> Self {
        self.may_refuse = true;
        self
    }

    /// For a store that can list, opened by somebody who may not: expects that each list is answered with
    /// [`PermissionDenied`](ErrorKind::PermissionDenied), and none as if there were nothing.
    pub fn may_not_list(mut self) -> Self {
        self.may_not_list = true;
        self
    }

    /// For a client of a server that is set up to do less than its kind can: what it does is held against these capabilities,
    /// and not against those that the client tells.
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// The store under test.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn SecretStore> {
        &self.store
    }

    /// Whether the capabilities are those of what is behind a server.
    pub(super) fn refuses(&self) -> bool {
        self.may_refuse && self.capabilities.is_some()
    }

    pub(super) fn lists(&self) -> bool {
        self.capabilities().list && !self.may_not_list
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        self.capabilities.unwrap_or_else(|| self.store.info().capabilities)
    }

    pub(super) async fn read(&self, at: &str) -> Result<Secret> {
        self.store.read(&path(at), ReadOptions::current()).await
    }

    pub(super) async fn write(
        &self,
        at: &str,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        self.store.write(&path(at), fields, options).await
    }

    /// Writes a plain value, which must succeed.
    pub(super) async fn put(&self, at: &str, value: impl Into<SecretValue>) -> SecretVersion {
        self.put_fields(at, SecretFields::plain(value)).await
    }

    /// Writes fields, which must succeed.
    pub(super) async fn put_fields(&self, at: &str, fields: SecretFields) -> SecretVersion {
        let shown = bytes::show(&fields);
        match self.write(at, fields, WriteOptions::replace()).await {
            Ok(version) => version,
            Err(error) => panic!("writing {shown} at {at:?} failed: {error}"),
        }
    }

    /// Writes fields and expects to read them; where the store may refuse them and does, expects nothing to be there.
    pub(super) async fn put_or_be_refused(&self, at: &str, fields: SecretFields) -> bool {
        match self.write(at, fields.clone(), WriteOptions::replace()).await {
            Err(error) if self.may_refuse && error.kind() == ErrorKind::Invalid => {
                assert!(self.read(at).await.is_err(), "what was refused must not be there: {at:?}");
                false
            }
            Err(error) => panic!("writing {} at {at:?} failed: {error}", bytes::show(&fields)),
            Ok(_) => {
                self.expect(at, &fields).await;
                true
            }
        }
    }

    /// Expects to read exactly `fields`.
    pub(super) async fn expect(&self, at: &str, fields: &SecretFields) {
        match self.read(at).await {
            Ok(secret) => expect_fields(at, &secret, fields),
            Err(error) => panic!("reading {at:?} failed: {error}; expected {}", bytes::show(fields)),
        }
    }

    /// Expects to read exactly this plain value.
    pub(super) async fn expect_value(&self, at: &str, value: impl Into<SecretValue>) {
        self.expect(at, &SecretFields::plain(value)).await;
    }

    /// Expects that there is no secret.
    pub(super) async fn expect_nothing(&self, at: &str) {
        expect_kind(self.read(at).await, ErrorKind::NotFound, &format!("reading {at:?}, where nothing is"));
    }

    /// Expects these paths, in this order, below `prefix`; what the store cannot list, it must say so.
    pub(super) async fn expect_list(&self, prefix: Option<&str>, expected: &[&str]) {
        let prefix = prefix.map(path);
        let answer = self.store.list(prefix.as_ref()).await;
        if !self.capabilities().list {
            expect_kind(answer, ErrorKind::Unsupported, "listing");
            return;
        }
        if self.may_not_list {
            expect_kind(answer, ErrorKind::PermissionDenied, "listing where that is forbidden");
            return;
        }
        match answer {
            Ok(paths) => {
                let paths: Vec<_> = paths.iter().map(SecretPath::as_str).collect();
                assert_eq!(paths, expected, "the paths below {prefix:?}");
            }
            Err(error) => panic!("listing {prefix:?} failed: {error}"),
        }
    }

    /// Where the store checks no precondition: expects that it says so, and does nothing.
    pub(super) async fn lacks_check_and_set(&self) -> bool {
        let lacks = !self.capabilities().check_and_set;
        if lacks {
            let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
            let answer = self.write("CHECKED", SecretFields::plain("1"), absent).await;
            expect_kind(answer, ErrorKind::Unsupported, "a write under a precondition");
            self.expect_nothing("CHECKED").await;
        }
        lacks
    }

    /// Where the store holds plain values only: expects that it says so, and does nothing.
    pub(super) async fn lacks_fields(&self) -> bool {
        let lacks = !self.capabilities().fields;
        if lacks {
            let answer = self.write("FIELDS", two("1", "2"), WriteOptions::replace()).await;
            expect_kind(answer, ErrorKind::Unsupported, "a write of several fields");
            self.expect_nothing("FIELDS").await;
        }
        lacks
    }
}

impl<S: SecretStore + 'static> From<S> for Fixture {
    fn from(store: S) -> Self {
        Self::new(store)
    }
}

/// Fields `a` and `b`.
pub(super) fn two(a: impl Into<SecretValue>, b: impl Into<SecretValue>) -> SecretFields {
    SecretFields::new().with(field("a"), a).with(field("b"), b)
}

pub(super) fn expect_fields(at: &str, secret: &Secret, fields: &SecretFields) {
    assert!(
        *secret.fields == *fields,
        "read {at:?}: expected {}, found {}{}",
        bytes::show(fields),
        bytes::show(&secret.fields),
        if bytes::show(fields) == bytes::show(&secret.fields) {
            " (of another kind, or after the cut)"
        } else {
            ""
        },
    );
}

/// Expects an error of this category; returns it.
pub(super) fn expect_kind<T>(answer: Result<T>, kind: ErrorKind, what: &str) -> Error {
    match answer {
        Ok(_) => panic!("{what} must be answered with {kind}, but it succeeded"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{what} must be answered with {kind}, but: {error}");
            error
        }
    }
}

/// Expects success.
pub(super) fn expect_ok<T, E: Display>(answer: std::result::Result<T, E>, what: &str) -> T {
    match answer {
        Ok(value) => value,
        Err(error) => panic!("{what} must succeed, but: {error}"),
    }
}

/// What a read-only store holds when the suite begins. What its capabilities do not have, a store may leave out:
/// several fields, bytes that are not text, a secret below a secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Seed {
    /// Each secret, sorted by path.
    pub secrets: Vec<(SecretPath, SecretFields)>,
}

impl Seed {
    /// What a store of these capabilities can hold of the seed.
    #[must_use]
    pub fn for_capabilities(capabilities: Capabilities) -> Self {
        let plain = |value: &str| SecretFields::plain(value);
        let mut secrets = vec![
            (path("PLAIN"), plain("correct horse")),
            (path("TRAILING_NEWLINE"), plain("one line\n")),
            (path("apps/web/token"), plain("battery")),
            (path("apps/web2/token"), plain("staple")),
        ];
        if capabilities.fields {
            secrets.push((path("infrastructure/minio"), two("minio", "hunter2")));
        }
        if capabilities.binary {
            secrets.push((path("binary"), SecretFields::plain(&b"\xff\0\xfe"[..])));
        }
        if capabilities.nested {
            secrets.push((path("PLAIN/below"), plain("nested")));
        }
        secrets.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self { secrets }
    }
}
