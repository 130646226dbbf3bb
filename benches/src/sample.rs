//! Ten thousand Secrets, as a large estate may have them: the same in each run.

use fastrand::Rng;
use k8s_bundle::SecretManifest;
use secret_store::{FieldName, SecretFields, SecretPath, SecretValue};
use test_kit::InMemorySecretStore;

const NAMESPACES: usize = 100;
const KEYS: [&str; 4] = ["password", "tls.key", "username", "webhook-token"];
/// The smallest and the largest value, in bytes.
const SIZES: (f64, f64) = (16.0, 2048.0);
const SEED: u64 = 0x5ec2_e7b2;

/// What values are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any bytes.
    Bytes,
    /// Text in one line, or in lines of 64 characters where it is a `tls.key`.
    Text,
}

/// Secrets of one to four keys, each Secret from one path, with values of 16 bytes to 2 KiB: as many between 16 and 32 as
/// between 1024 and 2048.
#[derive(Debug)]
pub struct Sample {
    manifests: Vec<SecretManifest>,
    secrets: Vec<(SecretPath, SecretFields)>,
    bytes: usize,
}

impl Sample {
    /// The Secrets, `count` of them.
    ///
    /// # Panics
    /// Never: the names are made to be valid.
    #[must_use]
    pub fn new(count: usize, kind: Kind) -> Self {
        let mut random = Rng::with_seed(SEED);
        let mut sample = Self { manifests: Vec::new(), secrets: Vec::new(), bytes: 0 };
        for index in 0..count {
            let path = format!("team-{:02}/service-{index:05}", index % NAMESPACES);
            let mut manifest = SecretManifest::builder(format!("service-{index:05}"))
                .namespace(format!("team-{:02}", index % NAMESPACES))
                .label("app.kubernetes.io/name", format!("service-{index:05}"));
            let mut fields = SecretFields::new();
            for key in &KEYS[..random.usize(1..=KEYS.len())] {
                let value = match kind {
                    Kind::Bytes => bytes(&mut random),
                    Kind::Text => text(&mut random, if *key == "tls.key" { 64 } else { usize::MAX }),
                };
                let value = SecretValue::new(value);
                sample.bytes += value.len();
                manifest = manifest.data(key, (path.as_str(), *key));
                fields.insert(FieldName::new(key).expect("a name"), value);
            }
            sample.manifests.push(manifest.build().expect("a manifest"));
            sample.secrets.push((SecretPath::new(&path).expect("a path"), fields));
        }
        // As people write them down: in no order.
        random.shuffle(&mut sample.manifests);
        sample
    }

    /// Their manifests.
    #[must_use]
    pub fn manifests(&self) -> &[SecretManifest] {
        &self.manifests
    }

    /// Their values by path.
    #[must_use]
    pub fn secrets(&self) -> &[(SecretPath, SecretFields)] {
        &self.secrets
    }

    /// How many bytes the values have together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// A store in memory that holds them.
    #[must_use]
    pub fn store(&self) -> InMemorySecretStore {
        let store = InMemorySecretStore::new();
        for (path, fields) in &self.secrets {
            store.put(path.as_str(), fields.clone());
        }
        store
    }
}

fn bytes(random: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; length(random)];
    random.fill(&mut bytes);
    bytes
}

fn text(random: &mut Rng, width: usize) -> Vec<u8> {
    let line = |(column, character)| if column % width == width - 1 { b'\n' } else { character };
    let length = length(random);
    let characters: Vec<_> = (0..length).map(|_| random.alphanumeric() as u8).collect();
    characters.into_iter().enumerate().map(line).collect()
}

fn length(random: &mut Rng) -> usize {
    let exponent = SIZES.0.log2() + random.f64() * (SIZES.1.log2() - SIZES.0.log2());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 16 and 2048")]
    let length = exponent.exp2() as usize;
    length
}
