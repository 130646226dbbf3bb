//! Values that must not turn up where values have no business.

mod decode;
mod encode;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Debug};

use memchr::memmem;
use secret_store::SecretValue;

/// A value that a test plants in a store, and then looks for in everything that leaves the process.
///
/// It is found as it is (also in part, and across line breaks and indentation), in base64 (at each of the three places
/// that it may have in a longer text; standard and URL-safe, padded or not), in hexadecimal, in percent-encoding, behind
/// the escapes of JSON, YAML and Rust, and as a list of numbers, decimal or hexadecimal.
///
/// ```should_panic
/// use test_kit::Canary;
///
/// let canary = Canary::random();
/// # use base64::Engine as _;
/// let leak = base64::engine::general_purpose::STANDARD.encode(format!("user:{}", canary.text()));
/// canary.assert_absent("the log", leak);
/// ```
#[derive(Clone)]
pub struct Canary {
    value: Vec<u8>,
}

/// How much of a value is a leak of it: a canary is found when this many bytes of it are, in a row.
const FRAGMENT: usize = 12;

impl Canary {
    /// A random text of 32 letters and digits.
    #[must_use]
    pub fn random() -> Self {
        Self::seeded(fastrand::u64(..))
    }

    /// The text of 32 letters and digits that belongs to `seed`: the same in each run, for snapshots.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self { value: (0..32).map(|_| random.alphanumeric() as u8).collect() }
    }

    /// A random text full of what formats escape: quotes, backslashes, line ends, other alphabets.
    #[must_use]
    pub fn hostile() -> Self {
        let random = Self::random().value;
        let (a, b) = (random[..16].escape_ascii(), random[16..].escape_ascii());
        Self::of(format!("{a}\"\\/\n\t'%+&=<é🔑>: #{b}"))
    }

    /// 32 random bytes, each of which makes a text invalid UTF-8.
    #[must_use]
    pub fn binary() -> Self {
        Self { value: (0..32).map(|_| fastrand::u8(0xf8..)).collect() }
    }

    /// Looks for this value. A short one turns up by chance, so it has at least eight bytes.
    ///
    /// # Panics
    /// When there are fewer than eight bytes.
    #[must_use]
    #[track_caller]
    pub fn of(value: impl Into<Vec<u8>>) -> Self {
        let value = value.into();
        assert!(value.len() >= 8, "a canary of {} bytes turns up by chance", value.len());
        Self { value }
    }

    /// The value to plant.
    #[must_use]
    pub fn value(&self) -> SecretValue {
        SecretValue::copied_from(&self.value)
    }

    /// The bytes to plant.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.value
    }

    /// The text to plant.
    ///
    /// # Panics
    /// When the canary is not text.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        core::str::from_utf8(&self.value).expect("this canary is bytes, not text")
    }

    /// In which form the value is in `haystack`; none when it is not.
    #[must_use]
    pub fn find(&self, haystack: impl AsRef<[u8]>) -> Option<&'static str> {
        let haystack = haystack.as_ref();
        let decoded = [
            ("raw", Cow::Borrowed(haystack)),
            ("percent-encoded", decode::percent(haystack)),
            ("escaped", decode::backslash(haystack)),
            ("in single quotes", decode::doubled_quotes(haystack)),
        ];
        for (form, text) in &decoded {
            if self.has_fragment_in(text) {
                return Some(form);
            }
        }
        let squeezed = decode::without_white_space(haystack);
        let whole = decode::without_white_space(&self.value);
        if whole.len() >= 8 && contains(&squeezed, &whole) {
            return Some("raw, in other lines");
        }
        let forms = encode::forms(&self.value);
        forms.into_iter().find(|(_, needle)| contains(&squeezed, needle)).map(|(form, _)| form)
    }

    fn has_fragment_in(&self, haystack: &[u8]) -> bool {
        self.value.windows(self.value.len().min(FRAGMENT)).any(|fragment| contains(haystack, fragment))
    }

    /// # Panics
    /// When the value is in `haystack`. The message says in which form, and `what` it was found in.
    #[track_caller]
    pub fn assert_absent(&self, what: &str, haystack: impl AsRef<[u8]>) {
        if let Some(form) = self.find(haystack) {
            panic!("{what} holds a secret value ({form})");
        }
    }

    /// # Panics
    /// When the value is in `{:?}` or `{:#?}` of `shown`.
    #[track_caller]
    pub fn assert_absent_in_debug(&self, shown: &(impl Debug + ?Sized)) {
        self.assert_absent("Debug", format!("{shown:?}"));
        self.assert_absent("Debug on several lines", format!("{shown:#?}"));
    }

    /// # Panics
    /// When the value is in the text or `Debug` of the error, or of any error behind it.
    #[track_caller]
    pub fn assert_absent_in_error(&self, error: &dyn Error) {
        self.assert_absent_in_debug(error);
        let mut next = Some(error);
        while let Some(error) = next {
            self.assert_absent("an error", error.to_string());
            next = error.source();
        }
    }
}

/// Shows nothing: a canary in a failure message would be the leak that it is there to find.
impl Debug for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Canary")
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memmem::find(haystack, needle).is_some()
}
