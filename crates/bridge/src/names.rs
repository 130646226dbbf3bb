//! What a request is called in the audit log, and where it comes from: made for each, so without more copies than one.

use std::cell::RefCell;
use std::net::IpAddr;

use events::Label;
use http::Method;

/// A name for a request, as a UUID of version 4: not secret, and nobody needs it to be hard to guess.
pub(crate) fn request() -> Label {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    /// Where the two digits of each byte stand, with hyphens in between.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let number = u128::from(fastrand::u64(..)) << 64 | u128::from(fastrand::u64(..));
    // The version is the 13th digit, the variant the upper half of the 17th.
    let number = number & !(0xf << 76 | 0xc << 60) | (0x4 << 76 | 0x8 << 60);
    let mut id = [b'-'; 36];
    for (byte, place) in number.to_be_bytes().into_iter().zip(PLACES) {
        id[place] = DIGITS[usize::from(byte >> 4)];
        id[place + 1] = DIGITS[usize::from(byte & 0xf)];
    }
    Label::new(str::from_utf8(&id).unwrap_or_default())
}

/// The name of a method.
pub(crate) fn method(method: &Method) -> Label {
    // Of each thread: what is counted for all is taken from one processor to the other each time.
    thread_local! {
        static GET: Label = Label::new("GET");
    }
    if *method == Method::GET { GET.with(Label::clone) } else { Label::new(method.as_str()) }
}

/// An address as text. Whoever has asked last on this thread often asks again.
pub(crate) fn address(address: IpAddr) -> Label {
    thread_local! {
        static LAST: RefCell<Option<(IpAddr, Label)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, label)) if *known == address => label.clone(),
        _ => last.insert((address, Label::new(&address.to_string()))).1.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_s_name_is_a_uuid_of_version_4_and_another_each_time() {
        let ids: Vec<_> = (0..100).map(|_| request()).collect();
        for id in &ids {
            let parts: Vec<_> = id.as_str().split('-').collect();
            assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(id.as_str().chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-')), "{id}");
            assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{id}");
            assert_eq!(ids.iter().filter(|other| *other == id).count(), 1);
        }
    }

    #[test]
    fn each_address_has_its_own_name() {
        for _ in 0..2 {
            for text in ["192.0.2.7", "2001:db8::1"] {
                assert_eq!(address(text.parse().unwrap()).as_str(), text);
            }
        }
    }

    #[test]
    fn a_method_is_called_as_it_is_written() {
        for text in ["GET", "LIST", "get"] {
            assert_eq!(method(&text.parse().unwrap()).as_str(), text);
        }
    }
}
