//! What not every chart has.

use core::fmt;

use semver::Version;

use crate::EsoVersion;
use crate::api::GeneratorKind;

/// Something that a resource may ask for and that not every chart of the operator has.
///
/// ```
/// # use eso_contrib::Feature;
/// assert!(!Feature::RefreshPolicy.is_in(&"0.10.4".parse()?));
/// assert_eq!(Feature::RefreshPolicy.first_chart().to_string(), "0.16.0");
/// # Ok::<_, eso_contrib::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// A generator that came later than others.
    Generator(GeneratorKind),
    /// `bitwardensecretsmanager.caProvider`.
    BitwardenCaProvider,
    /// `PushSecret.spec.selector.generatorRef`.
    PushFromGenerator,
    /// `vault.auth.userPass.path` is `userpass` unless given; it was `user` before.
    UserPassAtUserpass,
    /// `vault` without `auth`.
    VaultWithoutAuth,
    /// `PushSecret.spec.selector.secret.selector`.
    PushBySelector,
    /// `ExternalSecret.spec.refreshPolicy`.
    RefreshPolicy,
    /// `webhook.auth.ntlm`.
    WebhookNtlm,
    /// `ExternalSecret.spec.dataFrom[].rewrite[].merge`.
    RewriteMerge,
    /// `ExternalSecret.spec.dataFrom[].rewrite[].merge.priorityPolicy`.
    RewritePriorityPolicy,
    /// `vault.checkAndSet`.
    VaultCheckAndSet,
    /// `target.template.metadata.finalizers`.
    TemplateFinalizers,
    /// `fake.validationResult`.
    FakeValidationResult,
    /// `vault.auth.cert.path`.
    VaultCertPath,
    /// `Password.spec.encoding`.
    PasswordEncoding,
    /// `ExternalSecret.spec.target.manifest`.
    TargetManifest,
    /// `vault.auth.gcp`.
    VaultGcp,
    /// `Password.spec.secretKeys`.
    PasswordSecretKeys,
    /// `nullBytePolicy` of a remote reference.
    NullBytePolicy,
    /// `vault.auth.cert.vaultRole`.
    VaultCertRole,
    /// `PushSecret.spec.dataTo`.
    PushDataTo,
    /// `ExternalSecret.spec.syncWindows`.
    SyncWindows,
    /// `valuesDecodingStrategy` of `templateFrom`.
    ValuesDecodingStrategy,
    /// `creationPolicy: CreateOrMerge`.
    CreateOrMerge,
}

impl Feature {
    /// How the operator spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The first chart that has it.
    #[must_use]
    pub fn first_chart(self) -> EsoVersion {
        let (_, (major, minor, patch)) = self.row();
        EsoVersion::of(Version::new(major, minor, patch))
    }

    /// Whether that chart has it.
    #[must_use]
    pub fn is_in(self, version: &EsoVersion) -> bool {
        *version >= self.first_chart()
    }

    fn row(self) -> (&'static str, (u64, u64, u64)) {
        match self {
            Self::Generator(kind) => kind.feature_row(),
            Self::BitwardenCaProvider => ("caProvider", (0, 10, 2)),
            Self::PushFromGenerator => ("selector.generatorRef", (0, 10, 5)),
            Self::UserPassAtUserpass => ("userPass.path userpass by default", (0, 14, 3)),
            Self::VaultWithoutAuth => ("vault without auth", (0, 14, 4)),
            Self::PushBySelector => ("selector.secret.selector", (0, 15, 0)),
            Self::RefreshPolicy => ("refreshPolicy", (0, 16, 0)),
            Self::WebhookNtlm => ("auth.ntlm", (0, 16, 2)),
            Self::RewriteMerge => ("rewrite.merge", (0, 18, 1)),
            Self::RewritePriorityPolicy => ("merge.priorityPolicy", (0, 20, 2)),
            Self::VaultCheckAndSet => ("checkAndSet", (0, 20, 0)),
            Self::TemplateFinalizers => ("template.metadata.finalizers", (0, 20, 0)),
            Self::FakeValidationResult => ("validationResult", (0, 20, 0)),
            Self::VaultCertPath => ("auth.cert.path", (0, 20, 2)),
            Self::PasswordEncoding => ("encoding", (0, 20, 4)),
            Self::TargetManifest => ("target.manifest", (1, 0, 0)),
            Self::VaultGcp => ("auth.gcp", (1, 1, 0)),
            Self::PasswordSecretKeys => ("secretKeys", (1, 1, 1)),
            Self::NullBytePolicy => ("nullBytePolicy", (2, 3, 0)),
            Self::VaultCertRole => ("auth.cert.vaultRole", (2, 3, 0)),
            Self::PushDataTo => ("dataTo", (2, 3, 0)),
            Self::SyncWindows => ("syncWindows", (2, 7, 0)),
            Self::ValuesDecodingStrategy => ("valuesDecodingStrategy", (2, 7, 0)),
            Self::CreateOrMerge => ("creationPolicy CreateOrMerge", (2, 8, 0)),
        }
    }
}

/// [`name`](Feature::name).
impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
