//! The files of a new set-up.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use events::SystemClock;
use secrecy::ExposeSecret as _;
use secret_store::provider::age::GeneratedIdentity;
use zeroize::Zeroizing;

use super::{Made, Outcome};
use crate::config::Instance;
use crate::error::{Error, Result};

/// The last three are the store's own: its lock, a write and a `rekey` that were cut short.
const IGNORED: [&str; 6] =
    ["/age.key", "/audit/", "/out/", "/store/.secretbridge.lock", ".secretbridge.tmp", "/store/.age-rekey"];

/// A new set-up, or one of which something is missing.
pub(super) struct Scaffold {
    folder: PathBuf,
    config: String,
}

impl Scaffold {
    pub(super) fn new(folder: &Path, instance: &Instance) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        Ok(Self { folder: folder.to_owned(), config: configuration(instance) })
    }

    /// Makes what is missing.
    pub(super) fn make(&self) -> Result<Vec<Made>> {
        // Before the identity, so that no commit can catch it in between.
        let ignore = self.gitignore()?;
        let (identity, recipients) = self.keys()?;
        let config = self.file("secretbridge.yaml", "the configuration", 0o644, self.config.as_bytes())?;
        Ok(vec![config, identity, recipients, ignore])
    }

    /// The identity and, in the store, its public half.
    fn keys(&self) -> Result<(Made, Made)> {
        const IDENTITY: &str = "the identity that decrypts; secret";
        const RECIPIENTS: &str = "whom the store is encrypted to";
        let (key_name, recipients_name) = ("age.key", "store/.age-recipients");
        let (key_path, recipients_path) = (self.folder.join(key_name), self.folder.join(recipients_name));
        if is_there(&recipients_path)? {
            // A new identity would not be among the recipients.
            let outcome = if is_there(&key_path)? { Outcome::Exists } else { Outcome::Skipped };
            let identity = Made { path: key_path, outcome, what: IDENTITY };
            return Ok((
                identity,
                Made { path: recipients_path, outcome: Outcome::Exists, what: RECIPIENTS },
            ));
        }
        let (identity, recipient) = if is_there(&key_path)? {
            let recipient = recipient_of(&key_path)?;
            (Made { path: key_path, outcome: Outcome::Exists, what: IDENTITY }, recipient)
        } else {
            let identity = GeneratedIdentity::generate(&SystemClock::new());
            (self.identity(key_name, IDENTITY, &identity)?, identity.recipient().to_owned())
        };
        let store = self.folder.join("store");
        fs::create_dir_all(&store).map_err(Error::io("create", &store))?;
        fs::set_permissions(&store, Permissions::from_mode(0o700))
            .map_err(Error::io("set the mode of", &store))?;
        let recipients =
            self.file(recipients_name, RECIPIENTS, 0o600, format!("{recipient}\n").as_bytes())?;
        Ok((identity, recipients))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the identity is written into its file, which nobody else may read"
    )]
    fn identity(&self, name: &str, what: &'static str, identity: &GeneratedIdentity) -> Result<Made> {
        self.file(name, what, 0o600, identity.text().expose_secret())
    }

    fn gitignore(&self) -> Result<Made> {
        const WHAT: &str = "keeps what is secret out of Git";
        let path = self.folder.join(".gitignore");
        let existing = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return self.file(".gitignore", WHAT, 0o644, format!("{}\n", IGNORED.join("\n")).as_bytes());
            }
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        let missing: Vec<_> =
            IGNORED.into_iter().filter(|entry| !existing.lines().any(|line| line.trim() == *entry)).collect();
        if missing.is_empty() {
            return Ok(Made { path, outcome: Outcome::Exists, what: WHAT });
        }
        let newline = if existing.is_empty() || existing.ends_with('\n') { "" } else { "\n" };
        let append = || {
            let mut file = OpenOptions::new().append(true).open(&path)?;
            file.write_all(format!("{newline}{}\n", missing.join("\n")).as_bytes())
        };
        append().map_err(Error::io("add to", &path))?;
        Ok(Made { path, outcome: Outcome::Amended, what: WHAT })
    }

    /// Makes a file that is not there, with its mode from the first byte.
    fn file(&self, name: &str, what: &'static str, mode: u32, content: &[u8]) -> Result<Made> {
        let path = self.folder.join(name);
        let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path);
        let write = |mut file: File| file.write_all(content).and_then(|()| file.sync_all());
        let outcome = match opened {
            Ok(file) => write(file).map(|()| Outcome::Created).map_err(Error::io("write", &path))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Outcome::Exists,
            Err(error) => return Err(Error::io("create", &path)(error)),
        };
        Ok(Made { path, outcome, what })
    }
}

fn is_there(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("look at", path)(error)),
    }
}

/// The public half of an identity that was there before, from the comment that `age-keygen` writes.
fn recipient_of(path: &Path) -> Result<String> {
    let text = Zeroizing::new(fs::read_to_string(path).map_err(Error::io("read", path))?);
    let recipient = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    recipient.map(|recipient| recipient.trim().to_owned()).ok_or_else(|| Error::Usage {
        message: format!("{} does not say its public key", path.display()),
        help: format!(
            "write it into store/.age-recipients (age-keygen -y {} prints it), and run this again",
            path.display()
        ),
    })
}

fn configuration(instance: &Instance) -> String {
    let quoted = serde_json::Value::String(instance.as_str().to_owned());
    format!(
        "\
# For completion in an editor: secretbridge schema > secretbridge.schema.json, and as the first line
#   yaml-language-server: $schema=secretbridge.schema.json
instance: {quoted}

store:
  provider: age
  path: store
  identities: [age.key]

k8s:
  cluster: default

secrets: []
# secrets:
#   - name: gitlab-root
#     namespace: gitlab
#     source: GITLAB_ROOT_PASSWORD # secretbridge store put GITLAB_ROOT_PASSWORD
#     data_key: password
"
    )
}
