//! The functions that the operator's templates have, and in which chart.
//!
//! Read from its engine v2 (`pkg/template/v2`, from 1.0.0 on `runtime/template/v2`) in the charts 0.10.0, 0.10.4, 0.14.3,
//! 0.16.1, 0.18.1, 0.20.4 and 1.3.2, and from its release notes for 2.x; where the first chart with a function was not
//! among those, the first that was read stands here. The function lists of 0.10.4 and 0.20.4 were taken from the running
//! engine.

use semver::Version;

/// What becomes of a function when a Secret is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// It is rendered.
    Rendered,
    /// It is not: each build would give other bytes.
    Random,
    /// It is not: it asks the clock.
    Clock,
    /// It is not: it asks the network or the cluster.
    Outside,
    /// It is not: nobody has needed it yet.
    Absent,
}

/// The charts that have a function: from the first on, and before the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charts {
    since: Option<Version3>,
    until: Option<Version3>,
}

type Version3 = (u64, u64, u64);

const ALL: Charts = Charts { since: None, until: None };

const fn since(major: u64, minor: u64, patch: u64) -> Charts {
    Charts { since: Some((major, minor, patch)), until: None }
}

/// What is known about the function of this name; none when no chart has it.
pub(crate) fn find(name: &str) -> Option<(Build, Charts)> {
    let words = |list: &str| list.split_ascii_whitespace().any(|word| word == name);
    let listed = [
        (BUILT_IN, Build::Rendered),
        (RENDERED, Build::Rendered),
        (RANDOM, Build::Random),
        (CLOCK, Build::Clock),
        (ABSENT, Build::Absent),
    ];
    if let Some((_, build)) = listed.into_iter().find(|(list, _)| words(list)) {
        return Some((build, ALL));
    }
    NOT_IN_ALL.iter().find(|(known, ..)| *known == name).map(|(_, build, charts)| (*build, *charts))
}

/// The names of all functions, in no order.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let listed =
        [BUILT_IN, RENDERED, RANDOM, CLOCK, ABSENT].into_iter().flat_map(str::split_ascii_whitespace);
    listed.chain(NOT_IN_ALL.iter().map(|(name, ..)| *name))
}

impl Charts {
    /// What to say of a chart that does not have the function.
    pub(crate) fn lacking(self, chart: &Version) -> Option<String> {
        let chart = (chart.major, chart.minor, chart.patch);
        if let Some((major, minor, patch)) = self.since.filter(|since| chart < *since) {
            return Some(format!("the first chart known to have it is {major}.{minor}.{patch}"));
        }
        let (major, minor, patch) = self.until.filter(|until| chart >= *until)?;
        Some(format!(
            "the operator has dropped it, for safety: no chart from {major}.{minor}.{patch} on has it"
        ))
    }
}

/// Those of Go's `text/template` itself.
const BUILT_IN: &str = "and eq ge gt html index js le len lt ne not or print printf println urlquery";

/// Those of sprig, and the operator's own, that are rendered here too.
const RENDERED: &str = "add add1 adler32sum all any append atoi b32dec b32enc b64dec b64enc base bcrypt biggest cat ceil \
    clean coalesce compact concat contains deepEqual default dict dig dir div empty ext fail filterPEM first float64 floor \
    fromJson fromYaml get has hasKey hasPrefix hasSuffix hello htpasswd indent initial int int64 isAbs join \
    keys kindIs kindOf last list lower max min mod mul mustAppend mustCompact mustFirst \
    mustFromJson mustHas mustInitial mustLast mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch \
    mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice mustToJson \
    mustToPrettyJson mustToRawJson mustUniq mustWithout nindent nospace omit osBase osClean osDir osExt osIsAbs pick \
    pluck plural prepend push quote regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll \
    regexReplaceAllLiteral regexSplit repeat replace rest reverse round seq set sha1sum sha256sum slice sortAlpha split \
    splitList splitn squote sub substr ternary title toDecimal toJson toPrettyJson toRawJson toString toStrings toYaml \
    trim trimAll trimPrefix trimSuffix trimall trunc tuple typeIs typeIsLike typeOf uniq unset until untilStep untitle \
    upper values without";

const RANDOM: &str = "buildCustomCert encryptAES fullPemToPkcs12 fullPemToPkcs12Pass genCA genCAWithKey genPrivateKey \
    genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey pemToPkcs12 pemToPkcs12Pass randAlpha \
    randAlphaNum randAscii randBytes randInt randNumeric shuffle uuidv4";

const CLOCK: &str = "ago date dateInZone dateModify date_in_zone date_modify duration durationRound htmlDate \
    htmlDateInZone mustDateModify mustToDate must_date_modify now toDate unixEpoch";

const ABSENT: &str = "abbrev abbrevboth add1f addf call camelcase chunk decryptAES deepCopy derivePassword divf initials \
    jwkPrivateKeyPem jwkPublicKeyPem kebabcase maxf merge mergeOverwrite minf mulf mustChunk mustDeepCopy mustMerge mustMergeOverwrite pkcs12cert \
    pkcs12certPass pkcs12key pkcs12keyPass semver semverCompare snakecase subf swapcase urlJoin urlParse wrap wrapWith";

const NOT_IN_ALL: &[(&str, Build, Charts)] = &[
    ("certSANs", Build::Absent, since(2, 9, 0)),
    ("filterCertChain", Build::Rendered, since(0, 14, 3)),
    ("getHostByName", Build::Outside, Charts { since: None, until: Some((2, 0, 0)) }),
    ("getSecretKey", Build::Outside, Charts { since: Some((0, 20, 2)), until: Some((1, 2, 0)) }),
    ("hexdec", Build::Absent, since(2, 7, 0)),
    ("pemTruststoreToPKCS12", Build::Random, since(0, 20, 4)),
    ("pemTruststoreToPKCS12Pass", Build::Random, since(0, 20, 4)),
    ("rsaDecrypt", Build::Absent, since(0, 20, 2)),
];
