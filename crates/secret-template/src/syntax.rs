//! The text of a template, and what it says: Go's `text/template/parse`, <https://pkg.go.dev/text/template>.

mod lex;
pub(crate) mod literal;
pub(crate) mod parse;
pub(crate) mod rune;
pub(crate) mod tree;
