//! A provider: one JSON file of names and texts.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use secret_store::{
    Capabilities, Detail, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields,
    SecretPath, SecretStore, SecretValue, SecretVersion, StoreInfo, WriteOptions,
};
use zeroize::Zeroizing;

/// Secrets in one JSON file, `{"GITLAB_ROOT_PASSWORD": "…"}`: plain values, and text only. A file that is not there is an
/// empty store.
///
/// Every write replaces the file as a whole, mode 0600. Writers in one process take turns; it is not made for more.
#[derive(Debug, Clone)]
pub struct JsonFileStore {
    file: Arc<Mutex<PathBuf>>,
    location: String,
}

type Texts = BTreeMap<SecretPath, SecretString>;

impl JsonFileStore {
    /// The store in `file`.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        Self { location: file.display().to_string(), file: Arc::new(Mutex::new(file)) }
    }

    /// Runs `work` with the file's path, for as long as nobody else has it, where blocking is allowed.
    async fn with_file<T: Send + 'static>(
        &self,
        operation: &'static str,
        path: Option<&SecretPath>,
        work: impl FnOnce(&Path) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let file = self.file.clone();
        let done =
            tokio::task::spawn_blocking(move || work(&file.lock().unwrap_or_else(PoisonError::into_inner)));
        let lost = |_| Err(Error::new(ErrorKind::Unavailable, Detail::new(operation, "the work was lost")));
        done.await
            .unwrap_or_else(lost)
            .map_err(|error| error.with_path(path.cloned()).in_store(self.info().describe()))
    }

    fn unsupported(&self, operation: &'static str, path: &SecretPath, reason: &'static str) -> Error {
        let detail = Detail::new(operation, reason).at(path).store(self.info().describe());
        Error::new(ErrorKind::Unsupported, detail)
    }
}

fn load(file: &Path, operation: &'static str) -> Result<Texts> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = std::fs::File::open(file).and_then(|mut opened| {
        // With room for all from the start, nothing is copied and left behind.
        bytes.reserve(usize::try_from(opened.metadata()?.len()).unwrap_or(0) + 1);
        opened.read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Texts::new()),
        Err(error) => return Err(unavailable(operation, error)),
    }
    // The parser's error is not handed on: it quotes what it stumbled over.
    serde_json::from_slice(&bytes).map_err(|error| {
        let reason = format!("line {} is not what it should be", error.line());
        let help = "the file holds one JSON object, of paths and texts";
        Error::new(ErrorKind::Corrupt, Detail::new(operation, reason).help(help))
    })
}

fn save(file: &Path, texts: &Texts, operation: &'static str) -> Result<()> {
    let exposed: BTreeMap<&str, &str> =
        texts.iter().map(|(path, text)| (path.as_str(), text.expose_secret())).collect();
    let room = exposed.iter().map(|(path, text)| 6 * (path.len() + text.len()) + 8).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *bytes, &exposed).map_err(|error| unavailable(operation, error.into()))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made with mode 0600, and then put in the place of the old one.
    let replaced = tempfile::NamedTempFile::new_in(folder).and_then(|mut new| {
        new.write_all(&bytes)?;
        new.as_file().sync_all()?;
        new.persist(file).map_err(|error| error.error)
    });
    replaced.map(drop).map_err(|error| unavailable(operation, error))
}

fn unavailable(operation: &'static str, error: io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, Detail::new(operation, error.to_string()))
}

fn secret(path: &SecretPath, texts: &Texts) -> Result<Secret> {
    let text = texts.get(path).ok_or_else(|| Error::not_found("read", path))?;
    Ok(Secret::new(SecretFields::plain(text.expose_secret())))
}

fn text(value: &SecretValue) -> Option<SecretString> {
    core::str::from_utf8(value.expose_secret()).ok().map(SecretString::from)
}

#[async_trait]
impl SecretStore for JsonFileStore {
    fn info(&self) -> StoreInfo {
        let mut capabilities = Capabilities::read_only();
        capabilities.write = true;
        capabilities.list = true;
        capabilities.nested = true;
        StoreInfo::new("json-file", self.location.clone(), capabilities)
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        if options.version.is_some() {
            return Err(self.unsupported("read", path, "the file has no versions"));
        }
        let at = path.clone();
        self.with_file("read", Some(path), move |file| secret(&at, &load(file, "read")?)).await
    }

    /// Reads the file once.
    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let at = paths.to_vec();
        let read = self.with_file("read", None, move |file| {
            let texts = load(file, "read")?;
            Ok(at.iter().map(|path| secret(path, &texts)).collect::<Vec<_>>())
        });
        match read.await {
            Ok(answers) => {
                let store = self.info().describe();
                answers.into_iter().map(|answer| answer.map_err(|error| error.in_store(&store))).collect()
            }
            Err(error) => paths.iter().map(|path| Err(error.clone().with_path(Some(path.clone())))).collect(),
        }
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        if options.precondition != Precondition::None {
            return Err(self.unsupported("write", path, "the file has no versions to check"));
        }
        if fields.is_empty() {
            let detail = Detail::new("write", "there is no value").at(path);
            return Err(Error::new(ErrorKind::Invalid, detail));
        }
        // There is one field, so merging is replacing.
        let Some(value) = fields.as_plain() else {
            return Err(self.unsupported("write", path, "the file holds plain values only"));
        };
        let Some(value) = text(value) else {
            return Err(self.unsupported("write", path, "the file holds text only"));
        };
        let at = path.clone();
        let write = self.with_file("write", Some(path), move |file| {
            let mut texts = load(file, "write")?;
            texts.insert(at, value);
            save(file, &texts, "write")
        });
        write.await?;
        Ok(SecretVersion::new("current"))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let at = path.clone();
        let delete = self.with_file("delete", Some(path), move |file| {
            let mut texts = load(file, "delete")?;
            if texts.remove(&at).is_some() { save(file, &texts, "delete") } else { Ok(()) }
        });
        delete.await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let below = prefix.cloned();
        let list = self.with_file("list", prefix, move |file| {
            let paths = load(file, "list")?.into_keys();
            let is_below =
                |path: &SecretPath| below.as_ref().is_none_or(|it| path.strip_prefix(it).is_some());
            Ok(paths.filter(is_below).collect())
        });
        list.await
    }
}
