//! How a value is read.

use crate::word::word_enum;

word_enum!(
    /// How a value is decoded before it becomes the value of a key.
    #[derive(Default)]
    DecodingStrategy {
        /// It is taken as it is.
        #[default]
        None = "None",
        /// Standard Base64.
        Base64 = "Base64",
        /// Base64 for URLs and file names.
        Base64URL = "Base64URL",
        /// The first of `Base64` and `Base64URL` that decodes it, or else as it is.
        Auto = "Auto",
    }
);

word_enum!(
    /// What becomes of characters that no key of a Secret may have, when keys are made from names in the store.
    #[derive(Default)]
    ConversionStrategy {
        /// Each becomes an underscore.
        #[default]
        Default = "Default",
        /// Each becomes its code point, as `_U0020_`.
        Unicode = "Unicode",
    }
);

word_enum!(
    /// Whether the value is read, or what the store keeps about it (labels, tags, custom metadata).
    #[derive(Default)]
    MetadataPolicy {
        /// The value.
        #[default]
        None = "None",
        /// The metadata. Only with `sync_mode: external-secrets`.
        Fetch = "Fetch",
    }
);

word_enum!(
    /// What becomes of a value with a null byte in it.
    #[derive(Default)]
    NullBytePolicy {
        /// It is taken as any other.
        #[default]
        Ignore = "Ignore",
        /// It is an error. Only with `sync_mode: external-secrets`.
        Fail = "Fail",
    }
);
