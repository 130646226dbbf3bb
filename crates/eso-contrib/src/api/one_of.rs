//! Objects of which exactly one field is given.

/// An enumeration that is written and read as a map of one entry, whose key says which it is: what the operator's
/// definitions call `minProperties: 1, maxProperties: 1`.
macro_rules! one_of {
    (
        $(#[$meta:meta])*
        pub enum $name:ident from $fields:ident $fields_text:literal, $what:literal $(expect $lint:path, $reason:literal)? {
            $($(#[$doc:meta])* $key:literal $field:ident => $variant:ident($type:ty),)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = $fields_text)]
        $(#[expect($lint, reason = $reason)])?
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $key)] $variant($type),)+
        }

        $(#[$meta])*
        #[derive(serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
        #[serde(deny_unknown_fields)]
        struct $fields {
            $($(#[$doc])* #[serde(rename = $key, default)] $field: Option<$type>,)+
        }

        impl TryFrom<$fields> for $name {
            type Error = String;

            fn try_from(fields: $fields) -> Result<Self, String> {
                let given = [$((fields.$field.map(Self::$variant), $key),)+];
                $crate::api::one_of::exactly_one(given, $what)
            }
        }

        $(
            impl From<$type> for $name {
                fn from(it: $type) -> Self {
                    Self::$variant(it)
                }
            }
        )+
    };
}
pub(crate) use one_of;

/// The one that is given, or an error that names those that are, or could be.
pub(crate) fn exactly_one<T, const N: usize>(
    given: [(Option<T>, &'static str); N],
    what: &str,
) -> Result<T, String> {
    let all = given.each_ref().map(|(_, key)| *key);
    let mut given = given.into_iter().filter_map(|(it, key)| it.map(|it| (it, key)));
    let Some((one, first)) = given.next() else {
        return Err(format!("{what} is empty: give exactly one of {}", all.join(", ")));
    };
    let rest: Vec<_> = given.map(|(_, key)| key).collect();
    if rest.is_empty() {
        return Ok(one);
    }
    Err(format!("{what} has {first} and {}: give exactly one", rest.join(" and ")))
}
