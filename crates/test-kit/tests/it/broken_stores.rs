//! The suite catches stores that are broken, each by the behaviour that is broken.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use secret_store::{
    Detail, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields, SecretPath,
    SecretStore, SecretValue, SecretVersion, StoreInfo, WriteMode, WriteOptions,
};
use test_kit::conformance::{Fixture, behaviour};
use test_kit::{InMemorySecretStore, block_on};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Defect {
    None,
    TrimsValues,
    ReadsTextLossily,
    TakesEmptyForMissing,
    ReadsYes,
    CallsMissingUnavailable,
    ForgetsThePath,
    IgnoresPreconditions,
    ChecksThenWrites,
    MergesByReadingFirst,
    MergesByReplacing,
    ReplacesByMerging,
    MakesVersionsOfValues,
    AnswersAnyVersion,
    DeletesWhatIsBelow,
    CannotDeleteNothing,
    ListsByText,
    ListsThePrefix,
    ListsUnsorted,
    CannotListNothing,
    SortsBatches,
    FailsWholeBatches,
    IgnoresCase,
    TrimsPaths,
    WritesFieldsApart,
    ShowsValuesInDebug,
    ShowsValuesInErrors,
    ListsThoughItSaysItCannot,
    ChecksThoughItSaysItCannot,
    KeepsVersionsThoughItSaysItDoesNot,
}

struct Broken {
    inner: InMemorySecretStore,
    defect: Defect,
}

impl Broken {
    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn path(&self, path: &SecretPath) -> SecretPath {
        match self.defect {
            Defect::IgnoresCase => test_kit::path(&path.as_str().to_lowercase()),
            Defect::TrimsPaths => test_kit::path(path.as_str().trim()),
            _ => path.clone(),
        }
    }

    async fn current(&self, path: &SecretPath) -> Option<Secret> {
        self.inner.read(path, ReadOptions::current()).await.ok()
    }

    async fn put(&self, path: &SecretPath, fields: SecretFields) -> Result<SecretVersion> {
        self.inner.write(path, fields, WriteOptions::replace()).await
    }
}

impl std::fmt::Debug for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = self.inner.peek("A").filter(|_| self.has(Defect::ShowsValuesInDebug));
        let held = held.as_ref().and_then(|fields| fields.as_plain()).map(bytes);
        f.debug_struct("Broken").field("defect", &self.defect).field("held", &held).finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "a broken store looks at the values of its tests")]
fn bytes(value: &SecretValue) -> &[u8] {
    value.expose_secret()
}

fn each_value(secret: &Secret, change: impl Fn(&[u8]) -> Vec<u8>) -> Secret {
    let fields =
        secret.fields.iter().map(|(name, value)| (name.clone(), SecretValue::new(change(bytes(value)))));
    let version = secret.version.clone().unwrap();
    Secret::new(fields.collect()).with_version(version)
}

async fn a_while() {
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
}

#[async_trait]
impl SecretStore for Broken {
    fn info(&self) -> StoreInfo {
        let mut info = self.inner.info();
        match self.defect {
            Defect::ListsThoughItSaysItCannot => info.capabilities.list = false,
            Defect::ChecksThoughItSaysItCannot => info.capabilities.check_and_set = false,
            Defect::KeepsVersionsThoughItSaysItDoesNot => info.capabilities.history = false,
            _ => {}
        }
        info
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let options = if self.has(Defect::AnswersAnyVersion) { ReadOptions::current() } else { options };
        let answer = self.inner.read(&self.path(path), options).await;
        match (self.defect, answer) {
            (Defect::CallsMissingUnavailable, Err(_)) => {
                Err(Error::new(ErrorKind::Unavailable, Detail::new("read", "no answer").at(path)))
            }
            (Defect::ForgetsThePath, Err(error)) => Err(error.with_path(None)),
            (Defect::ShowsValuesInErrors, Err(error)) => {
                let held = self.inner.peek("A").unwrap();
                let held = bytes(held.as_plain().unwrap()).escape_ascii().to_string();
                Err(error.with_reason(format!("not {held}")))
            }
            (Defect::TakesEmptyForMissing, Ok(secret))
                if secret.fields.iter().any(|(_, value)| value.is_empty()) =>
            {
                Err(Error::not_found("read", path))
            }
            (Defect::TrimsValues, Ok(secret)) => {
                Ok(each_value(&secret, |value| value.trim_ascii_end().to_vec()))
            }
            (Defect::ReadsTextLossily, Ok(secret)) => {
                Ok(each_value(&secret, |value| String::from_utf8_lossy(value).into_owned().into_bytes()))
            }
            (Defect::ReadsYes, Ok(secret)) => {
                Ok(each_value(
                    &secret,
                    |value| if value == b"yes" { b"true".to_vec() } else { value.to_vec() },
                ))
            }
            (Defect::MakesVersionsOfValues, Ok(secret)) => {
                let version = SecretVersion::new(format!(
                    "{}",
                    secret.fields.iter().map(|(_, v)| v.len()).sum::<usize>()
                ));
                Ok(secret.with_version(version))
            }
            (_, answer) => answer,
        }
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut asked = paths.to_vec();
        if self.has(Defect::SortsBatches) {
            asked.sort();
        }
        let mut answers = Vec::new();
        for path in &asked {
            answers.push(self.read(path, ReadOptions::current()).await);
        }
        if let (true, Some(Err(error))) =
            (self.has(Defect::FailsWholeBatches), answers.iter().find(|it| it.is_err()))
        {
            return vec![Err(error.clone()); paths.len()];
        }
        answers
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        mut options: WriteOptions,
    ) -> Result<SecretVersion> {
        let path = &self.path(path);
        if options.precondition != Precondition::None {
            match self.defect {
                Defect::IgnoresPreconditions => options.precondition = Precondition::None,
                Defect::ChecksThenWrites => {
                    let current = self.current(path).await;
                    let holds = match &options.precondition {
                        Precondition::Version(version) => {
                            current.is_some_and(|secret| secret.version.as_ref() == Some(version))
                        }
                        _ => current.is_none(),
                    };
                    a_while().await;
                    if !holds {
                        return Err(Error::new(
                            ErrorKind::Conflict,
                            Detail::new("write", "another version").at(path),
                        ));
                    }
                    options.precondition = Precondition::None;
                }
                _ => {}
            }
        }
        match (self.defect, options.mode) {
            (Defect::MergesByReplacing, _) => options.mode = WriteMode::Replace,
            (Defect::ReplacesByMerging, _) => options.mode = WriteMode::Merge,
            (Defect::MergesByReadingFirst, WriteMode::Merge) => {
                let mut merged =
                    self.current(path).await.map_or_else(SecretFields::new, |it| (*it.fields).clone());
                merged.extend(fields);
                a_while().await;
                return self.put(path, merged).await;
            }
            (Defect::WritesFieldsApart, WriteMode::Replace) if fields.len() > 1 => {
                for (name, value) in fields.iter().take(fields.len() - 1) {
                    let one = SecretFields::new().with(name.clone(), value.clone());
                    self.inner.write(path, one, WriteOptions::merge()).await?;
                    a_while().await;
                }
            }
            (Defect::MakesVersionsOfValues, _) => {
                let length: usize = fields.iter().map(|(_, value)| value.len()).sum();
                self.inner.write(path, fields, options).await?;
                return Ok(SecretVersion::new(length.to_string()));
            }
            _ => {}
        }
        self.inner.write(path, fields, options).await
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let path = &self.path(path);
        if self.has(Defect::CannotDeleteNothing) && self.current(path).await.is_none() {
            return Err(Error::not_found("delete", path));
        }
        if self.has(Defect::DeletesWhatIsBelow) {
            for below in self.inner.list(Some(path)).await? {
                self.inner.delete(&below).await?;
            }
        }
        self.inner.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let mut paths = match (self.defect, prefix) {
            (Defect::ListsByText, Some(prefix)) => {
                let all = self.inner.list(None).await?;
                all.into_iter().filter(|path| path.as_str().starts_with(prefix.as_str())).collect()
            }
            (Defect::ListsThePrefix, Some(prefix)) => {
                let all = self.inner.list(None).await?;
                all.into_iter().filter(|path| path.is_within(prefix)).collect()
            }
            _ => self.inner.list(prefix).await?,
        };
        if self.has(Defect::ListsUnsorted) {
            paths.reverse();
        }
        if self.has(Defect::CannotListNothing) && paths.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, Detail::new("list", "nothing there")));
        }
        Ok(paths)
    }
}

/// The message with which a behaviour ends for a store with this defect; none when it does not notice.
fn caught<F: Future<Output = ()>>(behaviour: impl Fn(Fixture) -> F, defect: Defect) -> Option<String> {
    let run = || {
        let store = Arc::new(Broken { inner: InMemorySecretStore::new(), defect });
        block_on(behaviour(Fixture::new(store)));
    };
    let panic = catch_unwind(AssertUnwindSafe(run)).err()?;
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without a text".to_owned()))
}

macro_rules! table {
    ($($defect:ident: $($behaviour:ident)+;)+) => {
        vec![$($((
            Defect::$defect,
            stringify!($behaviour),
            Box::new(|defect| caught(behaviour::$behaviour, defect)) as Box<dyn Fn(Defect) -> Option<String>>,
        )),+),+]
    };
}

#[test]
fn every_defect_is_caught_by_its_behaviour_and_a_good_store_by_none() {
    let table = table! {
        TrimsValues: white_space_around_a_value_survives;
        ReadsTextLossily: bytes_that_are_no_text_survive;
        TakesEmptyForMissing: an_empty_value_is_a_value;
        ReadsYes: text_that_looks_like_something_else_survives;
        CallsMissingUnavailable: a_missing_secret_is_not_found_by_name existence_is_answered
            below_a_secret_is_no_secret above_a_secret_is_no_secret what_is_deleted_is_gone;
        ForgetsThePath: a_missing_secret_is_not_found_by_name reading_many_fails_only_for_what_fails;
        IgnoresPreconditions: absent_makes_and_does_not_replace a_stale_version_conflicts_and_changes_nothing
            a_version_of_nothing_conflicts of_many_makers_one_wins;
        ChecksThenWrites: writers_under_a_version_lose_no_update of_many_makers_one_wins;
        MergesByReadingFirst: merges_at_once_lose_no_field;
        MergesByReplacing: merging_keeps_the_fields_that_are_not_named;
        ReplacesByMerging: replacing_drops_the_fields_that_are_not_named;
        MakesVersionsOfValues: the_same_value_again_is_another_version
            a_version_does_not_come_back_after_a_delete;
        AnswersAnyVersion: an_unknown_version_is_not_found an_old_version_can_be_read;
        DeletesWhatIsBelow: deleting_leaves_what_is_above_and_below;
        CannotDeleteNothing: deleting_nothing_is_success;
        ListsByText: a_prefix_is_whole_segments;
        ListsThePrefix: a_secret_is_not_below_itself;
        ListsUnsorted: a_list_is_complete_and_sorted;
        CannotListNothing: an_empty_store_lists_nothing;
        SortsBatches: reading_many_keeps_the_order;
        FailsWholeBatches: reading_many_fails_only_for_what_fails;
        IgnoresCase: paths_are_not_normalised;
        TrimsPaths: odd_paths_are_kept_apart;
        WritesFieldsApart: a_reader_sees_the_old_or_the_new;
        ShowsValuesInDebug: debug_shows_no_value;
        ShowsValuesInErrors: errors_show_no_value;
        ListsThoughItSaysItCannot: an_empty_store_lists_nothing;
        ChecksThoughItSaysItCannot: absent_makes_and_does_not_replace;
        KeepsVersionsThoughItSaysItDoesNot: an_old_version_can_be_read;
    };
    for (defect, behaviour, run) in table {
        assert_eq!(run(Defect::None), None, "{behaviour} must let a good store pass");
        let message = run(defect);
        assert!(message.is_some(), "{behaviour} must catch a store that {defect:?}");
    }
}

#[test]
fn what_is_caught_is_explained() {
    let explained = [
        caught(behaviour::white_space_around_a_value_survives, Defect::TrimsValues),
        caught(behaviour::a_missing_secret_is_not_found_by_name, Defect::CallsMissingUnavailable),
        caught(behaviour::a_prefix_is_whole_segments, Defect::ListsByText),
        caught(behaviour::replacing_drops_the_fields_that_are_not_named, Defect::ReplacesByMerging),
        caught(behaviour::absent_makes_and_does_not_replace, Defect::ChecksThoughItSaysItCannot),
    ];
    let explained: Vec<_> = explained.into_iter().flatten().collect();
    insta::assert_snapshot!(explained.join("\n---\n"), @r#"
    read "A": expected {"value": "line\n"}, found {"value": "line"}
    ---
    assertion `left == right` failed: reading what is not there must be answered with not-found, but: read MISSING_KEY: no answer
      left: Unavailable
     right: NotFound
    ---
    assertion `left == right` failed: the paths below Some("ab")
      left: ["ab", "ab-x/y", "ab.x/y", "ab/x", "abc/x"]
     right: ["ab/x"]
    ---
    read "A": expected {"b": "3"}, found {"a": "1", "b": "3"}
    ---
    a write under a precondition must be answered with unsupported, but it succeeded
    "#);
    let shown = caught(behaviour::debug_shows_no_value, Defect::ShowsValuesInDebug);
    assert_eq!(shown.as_deref(), Some("Debug holds a secret value (list of numbers)"));
}
