//! `Retry-After`, in both its forms (RFC 9110, section 10.2.3).

use std::time::Duration;

use events::Timestamp;

/// The wait that the header asks for; none when it is neither seconds nor a date. A date that has passed asks for none.
pub(super) fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = http_date(value.trim())?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is still written.
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split(' ').collect();
    let [_, day, month, year, time, "GMT"] = words[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_waits() {
        let now: Timestamp = "2026-11-23T22:40:00Z".parse().unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("Mon, 23 Nov 2026 22:40:30 GMT", Some(30)),
            ("Mon, 23 Nov 2026 22:39:30 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("Mon, 23 Now 2026 22:40:30 GMT", None),
            ("Mon, 99 Nov 2026 22:40:30 GMT", None),
            ("", None),
        ] {
            assert_eq!(parse(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
