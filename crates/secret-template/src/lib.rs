//! Go templates as the External Secrets Operator renders them, over values in memory that is wiped.
//!
//! The operator's `ExternalSecret` can make the data of a Secret with a template:
//! <https://external-secrets.io/latest/guides/templating/>. So that the same text gives the same bytes when a Secret is built
//! and no operator is there, this crate renders it too: Go's `text/template` with `missingkey=error`, over a map of texts,
//! with sprig's functions and the operator's own.
//!
//! ```
//! use secret_template::{Template, Values};
//!
//! let text = r#"{{ dict "user" .user "auth" (printf "%s:%s" .user .password | b64enc) | toJson }}"#;
//! let template = Template::parse("config.json", text).expect("the template parses");
//! assert!(template.unrendered().is_empty());
//! assert!(template.fields().named.contains("password"));
//!
//! let values: Values<'_> = [("user", b"admin".as_slice()), ("password", b"s3cr3t")].into_iter().collect();
//! let rendered = template.render(&values)?;
//! assert_eq!(&*rendered, br#"{"auth":"YWRtaW46czNjcjN0","user":"admin"}"#);
//! # Ok::<_, secret_template::RenderError>(())
//! ```
//!
//! # Checking without a value
//!
//! [`Template::parse`] finds what is wrong with a text, all of it that can be found: syntax, variables, functions that no
//! version of the operator has. Then
//!
//! - [`Template::fields`] says which values it reads, so that a plan can say which is missing;
//! - [`Template::missing_from`] says which functions the operator of one chart version lacks;
//! - [`Template::unrendered`] says which functions only the operator renders, and why.
//!
//! ```
//! use secret_template::Template;
//! use semver::Version;
//!
//! let template = Template::parse("ca", r#"{{ .chain | filterCertChain "root" }}{{ uuidv4 }}"#).expect("it parses");
//! let missing = template.missing_from(&Version::new(0, 10, 4));
//! assert_eq!(missing[0].message, "the operator of chart 0.10.4 has no function \"filterCertChain\"");
//! let reason = "it is random, so that each build would give other bytes";
//! assert!(template.unrendered()[0].message.ends_with(reason));
//! ```
//!
//! # What is rendered
//!
//! All of the syntax: fields, variables, pipelines, parentheses, `if`, `with`, `range` with `break` and `continue`, `define`,
//! `template`, `block`, comments, trimming; Go's kinds (an `int64` is no `int`), its rules of comparison and its `printf`.
//!
//! | functions | |
//! |---|---|
//! | Go's own | `and` `eq` `ge` `gt` `html` `index` `js` `le` `len` `lt` `ne` `not` `or` `print` `printf` `println` `urlquery` |
//! | encoding | `b64enc` `b64dec` `b32enc` `b32dec` |
//! | text | `toString` `toStrings` `trim` `trimAll` `trimPrefix` `trimSuffix` `upper` `lower` `title` `untitle` `nospace` `repeat` `replace` `substr` `trunc` `contains` `hasPrefix` `hasSuffix` `quote` `squote` `cat` `indent` `nindent` `plural` `join` `split` `splitn` `splitList` `sortAlpha` |
//! | regular expressions | `regexMatch` `regexFind` `regexFindAll` `regexReplaceAll` `regexReplaceAllLiteral` `regexSplit` (each also as `must…`) `regexQuoteMeta` |
//! | JSON and YAML | `fromJson` `toJson` `toPrettyJson` `toRawJson` (each also as `must…`) `fromYaml` `toYaml` |
//! | defaults and types | `default` `empty` `coalesce` `all` `any` `ternary` `fail` `typeOf` `typeIs` `typeIsLike` `kindOf` `kindIs` `deepEqual` |
//! | lists | `list` `tuple` `first` `last` `rest` `initial` `append` `push` `prepend` `reverse` `compact` `uniq` `without` `has` `slice` (each also as `must…`) `concat` `until` `untilStep` `seq` |
//! | maps | `dict` `get` `set` `unset` `hasKey` `keys` `values` `pick` `omit` `pluck` `dig` |
//! | numbers | `int` `int64` `float64` `atoi` `toDecimal` `add` `add1` `sub` `mul` `div` `mod` `max` `min` `floor` `ceil` `round` |
//! | digests | `sha1sum` `sha256sum` `adler32sum` `bcrypt` `htpasswd` |
//! | paths | `base` `dir` `clean` `ext` `isAbs`, and these with `os` |
//! | certificates | `filterPEM` `filterCertChain` |
//!
//! # What is not rendered
//!
//! A build must give the same bytes for the same values. So whatever is random (`rand…`, `uuidv4`, `gen…`, and making a
//! PKCS #12 file, which is encrypted under a random salt) or asks the clock, the network or the cluster is the operator's
//! alone. So is what nobody has needed here yet: [`Template::unrendered`] names it.
//!
//! `bcrypt` and `htpasswd` have a salt, which is random in the operator. Here it is derived from public names: the place that
//! [`Values::set_place`] says, the name of the template and the user. That keeps the bytes stable, and it costs this: the salt
//! stays the same when the password changes, and somebody who knows the names can compute a table for that one place before
//! seeing the hash. It is *not* derived from the password, tempting as that is: the salt stands beside the hash, and a salt
//! that is a fast digest of the password would let anybody test guesses at the digest's speed instead of bcrypt's.
//!
//! # Where it differs on purpose
//!
//! - Where `b64dec`, `b32dec`, `fromYaml`, `bcrypt` and `htpasswd` fail, the operator puts the message of the error into the
//!   Secret. Here it is an error.
//! - `keys` and `values` are in the order of the keys; in the operator they are in another order each time.
//! - `int "1.5"` is 1, as from chart 0.20.4 on at the latest; in 0.10.4 it is 0. `range` over a number and `else with` are
//!   rendered; the operator's charts have them since they are built with Go 1.24 and 1.23.
//! - There are limits: 4 MiB for a text, 100 levels of nesting, and an amount of work that no honest template comes near.
//! - Complex numbers, hexadecimal floats, `\B` in regular expressions, tags in YAML and a few more corners are errors.
//!
//! How it was compared: the operator's engine itself, of two versions, rendered the cases in `tests/it/corpus`, and renders
//! random templates beside this one, in `lab/eso-template`.
//!
//! # Security notes
//!
//! No error holds a value or a part of one: messages are made of fixed words, of names of kinds, and of names that stand in the
//! template. Values are copied once, into memory that is wiped when it is freed; a text that grows moves, and the old memory is
//! wiped. JSON is read and written in such memory. What cannot be reached: `saphyr-parser` (`fromYaml`) and `regex` (an
//! expression, where that is a value; never the text that it searches) allocate for themselves, and numbers are
//! written by way of ordinary memory. The `secretbridge` binary
//! wipes all memory when it is freed; a program that uses this crate alone may want to do the same.
//!
//! # Features
//!
//! - `render` (default): rendering. Without it a template is parsed and checked, and no cryptography is built.

#![cfg_attr(
    not(feature = "render"),
    expect(dead_code, reason = "only rendering reads what a number or a name is")
)]

mod fields;
mod operator;
mod problem;
#[cfg(feature = "render")]
mod render;
mod syntax;
mod template;

pub use self::fields::Fields;
pub use self::problem::{Position, TemplateProblem};
#[cfg(feature = "render")]
pub use self::render::{RenderError, Values};
pub use self::template::{FunctionUse, Template};
