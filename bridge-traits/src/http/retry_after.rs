//! `Retry-After` and HTTP dates.

use std::time::Duration;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads a `Retry-After` value, seconds or a date (RFC 9110 § 10.2.3), as a wait from now on.
pub(super) fn parse(value: &str, now_unix_millis: u64) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number can have still means "very long".
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = unix_seconds(value, now_unix_millis / 1000)?.saturating_mul(1000);
    Some(Duration::from_millis(at.saturating_sub(now_unix_millis)))
}

/// Reads the three forms of an HTTP date (RFC 9110 § 5.6.7). The name of the day is not checked.
fn unix_seconds(value: &str, now: u64) -> Option<u64> {
    if !value.is_ascii() {
        return None;
    }
    let parts: Vec<&str> = value.split_ascii_whitespace().collect();
    match parts.as_slice() {
        // Sun, 06 Nov 1994 08:49:37 GMT
        [_, day, month, year, time, "GMT"] => seconds(year.parse().ok()?, month, day, time),
        // Sunday, 06-Nov-94 08:49:37 GMT
        [_, date, time, "GMT"] => {
            let [day, month, year] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
            seconds(full_year(year.parse().ok()?, now), month, day, time)
        }
        // Sun Nov  6 08:49:37 1994
        [_, month, day, time, year] => seconds(year.parse().ok()?, month, day, time),
        _ => None,
    }
}

/// A year of two digits is the one that is at most 50 years ahead.
fn full_year(year: u64, now: u64) -> u64 {
    let this_year = 1970 + now / 31_556_952;
    let year = this_year / 100 * 100 + year % 100;
    if year > this_year + 50 { year - 100 } else { year }
}

fn seconds(year: u64, month: &str, day: &str, time: &str) -> Option<u64> {
    let month = MONTHS.iter().position(|known| *known == month)? as u64;
    let day: u64 = day.parse().ok()?;
    let clock: Vec<u64> = time.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hour, minute, second] = clock.try_into().ok()?;
    let fits = (1970..10_000).contains(&year)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    fits.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar; `month` counts from 0.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // A year that begins in March has its leap day at the end, so months have fixed offsets.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let day_of_year = (month * 153 + 2) / 5 + day - 1;
    year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06 08:49:37 UTC, the example of RFC 9110.
    const EXAMPLE: u64 = 784_111_777;

    #[test]
    fn the_three_forms_of_a_date_are_read() {
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            let now = (EXAMPLE - 90) * 1000;
            assert_eq!(parse(date, now), Some(Duration::from_secs(90)), "{date}");
            assert_eq!(parse(date, (EXAMPLE + 1) * 1000), Some(Duration::ZERO), "{date}");
        }
    }

    #[test]
    fn seconds_of_any_size_are_read() {
        assert_eq!(parse(" 120 ", 0), Some(Duration::from_secs(120)));
        assert_eq!(parse("0", 0), Some(Duration::ZERO));
        assert_eq!(parse("1000000000000", 0), Some(Duration::from_secs(1_000_000_000_000)));
        assert_eq!(parse(&"9".repeat(40), 0), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn dates_of_leap_years_are_read() {
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Fri, 01 Jan 2100 00:00:00 GMT", 4_102_444_800),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(unix_seconds(date, 0), Some(seconds), "{date}");
        }
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for garbage in
            ["", "soon", "-5", "1.5", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT", "ä"]
        {
            assert_eq!(parse(garbage, 0), None, "{garbage:?}");
        }
    }
}
