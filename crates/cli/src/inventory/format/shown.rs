//! Text that does nothing but be read.

use std::fmt::Write as _;

/// `text` with a notation of Rust's in the place of what a terminal would obey or what would turn the reading around.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// `text` with a numeric reference, between `before` and `;`, in the place of each character that is neither a letter or
/// digit nor one of `plain`.
pub(super) fn referenced(text: &str, before: &str, plain: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in shown(text).chars() {
        if c.is_alphanumeric() || plain.contains(c) {
            safe.push(c);
        } else {
            let _ = write!(safe, "{before}{};", u32::from(c));
        }
    }
    safe
}
