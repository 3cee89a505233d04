//! Dates as `getlastmodified` has them.

use crate::drives::time::seconds;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Milliseconds since the Unix epoch of an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT`
/// (RFC 9110 § 5.6.7), the only form that servers may write.
pub(super) fn millis(text: &str) -> Option<u64> {
    let parts: Vec<_> = text.split_ascii_whitespace().collect();
    let [_, day, month, year, time, "GMT" | "UTC" | "+0000"] = *parts else { return None };
    let (day, year): (u64, u64) = (day.parse().ok()?, year.parse().ok()?);
    let month = MONTHS.iter().position(|known| *known == month)? as u64 + 1;
    let clock: Vec<u64> = time.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hour, minute, second] = *clock else { return None };
    Some(seconds([year, month, day], [hour, minute, second])? * 1000)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn dates_are_milliseconds_since_1970() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000)),
            ("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799_000)),
            ("Sat, 21 Nov 2026 10:38:00 GMT", Some(1_795_257_480_000)),
            ("Sat, 21 Nov 1926 10:38:00 GMT", None),
            ("Sat, 99 Nov 2026 10:38:00 GMT", None),
            ("2026-11-21T10:38:00Z", None),
            ("Sat, 21 Nov 18446744073709551615 10:38:00 GMT", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
