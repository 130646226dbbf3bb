//! Numbers as Go reads and writes a `float64`.

use core::fmt::{self, Write as _};

use zeroize::Zeroizing;

use crate::compose::sink::Sink;

/// The number, unless it is too large for 64 bits.
pub(super) fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `strconv.FormatFloat(number, 'f', -1, 64)`: all digits, no exponent.
pub(super) fn write_plain(text: &str, out: &mut dyn Sink) {
    format(format_args!("{}", float(text).unwrap_or_default()), out);
}

/// As `json.Marshal` writes it: with an exponent where it is very large or very small.
pub(super) fn write(text: &str, out: &mut dyn Sink) {
    let number = float(text).unwrap_or_default();
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format(format_args!("{number}"), out);
    }
    let mut digits = Digits::default();
    let _ = write!(digits, "{number:e}");
    let (mantissa, exponent) = digits.as_str().split_once('e').unwrap_or_default();
    out.push(mantissa.as_bytes());
    out.push(if exponent.starts_with('-') { b"e" } else { b"e+" });
    out.push(exponent.as_bytes());
}

fn format(number: fmt::Arguments<'_>, out: &mut dyn Sink) {
    struct Into<'s>(&'s mut dyn Sink);

    impl fmt::Write for Into<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.push(text.as_bytes());
            Ok(())
        }
    }

    let _ = Into(out).write_fmt(number);
}

/// Room for a sign, 17 digits, a point and an exponent.
#[derive(Default)]
struct Digits {
    bytes: Zeroizing<[u8; 32]>,
    len: usize,
}

impl Digits {
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
