//! Times as drives write them.

/// Milliseconds since the Unix epoch of a time in UTC such as `2024-02-29T12:34:56.789Z`
/// (RFC 3339), by the calendar of RFC 3339 appendix B.
pub(super) fn millis(text: &str) -> Option<u64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let fraction = match text.get(19..)?.strip_prefix('.') {
        Some(rest) => {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            format!("{digits:0<3}").get(..3)?.parse().ok()?
        }
        None => 0,
    };
    if !text.ends_with('Z') {
        return None;
    }
    Some(seconds([year, month, day], [hour, minute, second])? * 1000 + fraction)
}

/// Seconds since the Unix epoch of a date (year, month and day, from 1) and a time of day in UTC;
/// `None` for what no calendar and no clock shows.
pub(super) fn seconds(date: [u64; 3], time: [u64; 3]) -> Option<u64> {
    let ([year, month, day], [hour, minute, second]) = (date, time);
    let fits = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        // There are leap seconds.
        && second <= 60;
    if !fits {
        return None;
    }
    // Years begin in March, so that the day that comes and goes is the last of its year.
    let (shifted, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400;
    let days = (days + (months * 153 + 2) / 5 + day - 1).checked_sub(719_468)?;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn times_are_milliseconds_since_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T23:59:59.9Z", Some(951_868_799_900)),
            ("2024-03-01T00:00:00.123456Z", Some(1_709_251_200_123)),
            ("2026-11-21T10:38:00.000Z", Some(1_795_257_480_000)),
            ("2026-13-21T10:38:00.000Z", None),
            ("2026-11-99T10:38:00.000Z", None),
            ("2026-11-21T99:38:00.000Z", None),
            ("2026-11-21T10:38:00+01:00", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
