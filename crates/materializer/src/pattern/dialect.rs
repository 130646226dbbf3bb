//! From Go's dialect to that of the `regex` crate.
//!
//! The two are near relations: leftmost-first matches, the same operators, Unicode throughout. Go's `\d`, `\s`, `\w` and `\b` are
//! about ASCII, and are written out here; what only one of the two has is refused.
//! Source: <https://pkg.go.dev/regexp/syntax>.

use core::ops::Range;

use regex_syntax::ast::{self, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetItem, Visitor};

type Result<T> = core::result::Result<T, &'static str>;

/// How often Go repeats at most.
const MOST_REPEATED: u32 = 1000;

pub(super) fn translate(text: &str) -> Result<String> {
    let parsed = ast::parse::Parser::new().parse(text).map_err(|_| "it is not valid")?;
    let edits = ast::visit(&parsed, Translator { text, edits: Vec::new() })?;
    let mut translated = String::with_capacity(text.len() + 16 * edits.len());
    let mut done = 0;
    for (place, replacement) in edits {
        translated.push_str(&text[done..place.start]);
        translated.push_str(replacement);
        done = place.end;
    }
    translated.push_str(&text[done..]);
    Ok(translated)
}

/// Collects, from left to right, what is written in another way.
struct Translator<'t> {
    text: &'t str,
    edits: Vec<(Range<usize>, &'static str)>,
}

impl Translator<'_> {
    fn edit(&mut self, span: &ast::Span, replacement: &'static str) {
        self.edits.push((span.start.offset..span.end.offset, replacement));
    }

    fn perl(&mut self, class: &ClassPerl) {
        let replacement = match (&class.kind, class.negated) {
            (ClassPerlKind::Digit, false) => "[0-9]",
            (ClassPerlKind::Digit, true) => "[^0-9]",
            (ClassPerlKind::Space, false) => r"[\t\n\f\r\x20]",
            (ClassPerlKind::Space, true) => r"[^\t\n\f\r\x20]",
            (ClassPerlKind::Word, false) => "[0-9A-Za-z_]",
            (ClassPerlKind::Word, true) => "[^0-9A-Za-z_]",
        };
        self.edit(&class.span, replacement);
    }

    fn assertion(&mut self, assertion: &ast::Assertion) -> Result<()> {
        match assertion.kind {
            AssertionKind::StartLine
            | AssertionKind::EndLine
            | AssertionKind::StartText
            | AssertionKind::EndText => {}
            AssertionKind::WordBoundary => self.edit(&assertion.span, r"(?-u:\b)"),
            AssertionKind::NotWordBoundary => self.edit(&assertion.span, r"(?-u:\B)"),
            _ => return Err(r"Go has no word boundaries but \b and \B"),
        }
        Ok(())
    }

    fn repetition(&self, repetition: &ast::Repetition) -> Result<()> {
        if matches!(*repetition.ast, Ast::Repetition(_)) {
            return Err("Go repeats no repetition without a group around it");
        }
        let ast::RepetitionKind::Range(range) = &repetition.op.kind else { return Ok(()) };
        let span = &repetition.op.span;
        if self.text[span.start.offset..span.end.offset].contains("{,") {
            return Err("Go takes a repetition without a first number for text");
        }
        let (ast::RepetitionRange::Exactly(most)
        | ast::RepetitionRange::AtLeast(most)
        | ast::RepetitionRange::Bounded(_, most)) = *range;
        if most > MOST_REPEATED { Err("Go repeats at most 1000 times") } else { Ok(()) }
    }
}

fn check_literal(literal: &ast::Literal) -> Result<()> {
    use ast::{HexLiteralKind, LiteralKind};
    match &literal.kind {
        LiteralKind::HexFixed(HexLiteralKind::X) | LiteralKind::HexBrace(HexLiteralKind::X) => Ok(()),
        LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => Err(r"Go has no \u and \U: write \x{…}"),
        _ => Ok(()),
    }
}

fn check_unicode(class: &ast::ClassUnicode) -> Result<()> {
    match &class.kind {
        ast::ClassUnicodeKind::NamedValue { .. } => Err(r"Go has no properties with values: write \p{NAME}"),
        _ => Ok(()),
    }
}

fn check_flags(flags: &ast::Flags) -> Result<()> {
    use ast::{Flag, FlagsItemKind};
    let is_of_go = |kind: &FlagsItemKind| {
        !matches!(kind, FlagsItemKind::Flag(Flag::Unicode | Flag::CRLF | Flag::IgnoreWhitespace))
    };
    if flags.items.iter().all(|item| is_of_go(&item.kind)) {
        Ok(())
    } else {
        Err("Go has no flags but i, m, s and U")
    }
}

impl Visitor for Translator<'_> {
    type Output = Vec<(Range<usize>, &'static str)>;
    type Err = &'static str;

    fn finish(self) -> Result<Self::Output> {
        Ok(self.edits)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<()> {
        match ast {
            Ast::Flags(set) => check_flags(&set.flags),
            Ast::Group(group) => match &group.kind {
                ast::GroupKind::NonCapturing(flags) => check_flags(flags),
                _ => Ok(()),
            },
            Ast::Literal(literal) => check_literal(literal),
            Ast::Assertion(assertion) => self.assertion(assertion),
            Ast::ClassUnicode(class) => check_unicode(class),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::Repetition(repetition) => self.repetition(repetition),
            _ => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<()> {
        match item {
            ClassSetItem::Bracketed(_) => Err("Go has no classes in classes: write \\[ for a bracket"),
            ClassSetItem::Literal(literal) => check_literal(literal),
            ClassSetItem::Range(range) => check_literal(&range.start).and(check_literal(&range.end)),
            ClassSetItem::Unicode(class) => check_unicode(class),
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ast::ClassSetBinaryOp) -> Result<()> {
        Err("Go has no operators in classes: write \\&, \\- and \\~ for the characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_about_ascii() {
        let text = |pattern| translate(pattern).unwrap();
        assert_eq!(text(r"^apps/(\d+)-[\w.]"), "^apps/([0-9]+)-[[0-9A-Za-z_].]");
        assert_eq!(text(r"\bé\W[^\s]"), r"(?-u:\b)é[^0-9A-Za-z_][^[\t\n\f\r\x20]]");
        assert_eq!(text(r"a\d|\p{Greek}[[:alpha:]]{2,3}?"), r"a[0-9]|\p{Greek}[[:alpha:]]{2,3}?");
    }

    #[test]
    fn what_only_one_of_the_two_has_is_refused() {
        for odd in [
            "(?x) a",
            "(?x: a )",
            "(?R)$",
            "[a[b]]",
            "[a&&b]",
            "[a--b]",
            r"\<a",
            r"\b{start}a",
            "a**",
            "a{1001}",
            "a{2,1001}",
            r"\u0041",
            r"\p{gc=L}",
        ] {
            assert!(translate(odd).is_err(), "{odd}");
        }
    }
}
