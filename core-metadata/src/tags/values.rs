//! Numbers, dates and ids in the spellings of many programs.

/// `text` without the white space and NUL padding around it; nothing if nothing is left.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{FEFF}'));
    (!text.is_empty()).then(|| text.to_owned())
}

/// The number that `text` begins with; zero means unknown.
pub(crate) fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().filter(|number| *number > 0)
}

/// The total in `3/12`.
pub(crate) fn total_after_slash(text: &str) -> Option<u32> {
    leading_number(text.split_once('/')?.1)
}

/// The year in a date in any of the usual spellings: its first four digits in a row.
pub(crate) fn year(date: &str) -> Option<i32> {
    let digits = |part: &&[u8]| part.iter().all(u8::is_ascii_digit);
    let part = date.as_bytes().windows(4).find(digits)?;
    std::str::from_utf8(part).ok()?.parse().ok().filter(|year| *year > 0)
}

/// A date as ISO 8601 writes it, as precise as `text` is.
pub(crate) fn iso_date(text: &str) -> Option<String> {
    let year = year(text)?;
    let parts: Vec<&str> = text
        .split(['-', '/', '.', 'T', ' '])
        .take(3)
        .take_while(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let within = |part: &str, most: u32| {
        part.parse::<u32>().ok().filter(|value| part.len() <= 2 && (1..=most).contains(value))
    };
    let (month, day) = match parts[..] {
        // `20010517`.
        [whole] if whole.len() == 8 => (within(&whole[4..6], 12), within(&whole[6..], 31)),
        [first, month, day] if first.len() == 4 => (within(month, 12), within(day, 31)),
        [first, month] if first.len() == 4 => (within(month, 12), None),
        _ => (None, None),
    };
    Some(match (month, day) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    })
}

/// A number with a fraction at the start of `text`, which is not larger than `most` in amount.
pub(crate) fn decimal(text: &str, most: f64) -> Option<f64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | 'e' | 'E')))
        .unwrap_or(text.len());
    // Some programs write numbers as people of their country do.
    let number = text[..end].trim_end_matches(['e', 'E']).replace(',', ".");
    number.parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() <= most)
}

/// Whether a flag is set.
pub(crate) fn flag(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
        || text.eq_ignore_ascii_case("yes")
        || leading_number(text).is_some()
}

/// The `MusicBrainz` ids in `text`. Programs that can write one value only put separators between
/// several.
pub(crate) fn ids(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
        .filter(|part| is_uuid(part))
        .map(str::to_ascii_lowercase)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_dates() {
        for (date, expected) in [
            ("2004-05-01", Some(2004)),
            ("2004", Some(2004)),
            ("1 May 1987", Some(1987)),
            ("87", None),
            ("0000", None),
            ("", None),
        ] {
            assert_eq!(year(date), expected, "{date}");
        }
    }

    #[test]
    fn dates_are_as_precise_as_they_were() {
        for (date, expected) in [
            ("2004-05-01", Some("2004-05-01")),
            ("2004-05-01T12:30:00", Some("2004-05-01")),
            ("2004-5", Some("2004-05")),
            ("2004/05/01", Some("2004-05-01")),
            ("20040501", Some("2004-05-01")),
            ("2004", Some("2004")),
            ("2004-13-01", Some("2004")),
            ("2004-00-00", Some("2004")),
            ("1 May 1987", Some("1987")),
            ("unknown", None),
        ] {
            assert_eq!(iso_date(date).as_deref(), expected, "{date}");
        }
    }

    #[test]
    fn numbers_stop_where_the_digits_do() {
        for (text, expected) in
            [("9", Some(9)), ("09/12", Some(9)), (" 3 ", Some(3)), ("A1", None), ("0", None)]
        {
            assert_eq!(leading_number(text), expected, "{text}");
        }
        assert_eq!(leading_number("99999999999"), None);
        assert_eq!(total_after_slash("3/12"), Some(12));
        assert_eq!(total_after_slash("3"), None);
    }

    #[test]
    fn gains_have_signs_units_and_commas() {
        for (text, expected) in [
            ("-6.48 dB", Some(-6.48)),
            ("+1.2dB", Some(1.2)),
            ("3,5 dB", Some(3.5)),
            ("0.000000", Some(0.0)),
            ("1e3 dB", None),
            ("nan", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(decimal(text, 100.0), expected, "{text}");
        }
    }

    #[test]
    fn several_ids_may_share_a_value() {
        let (a, b) =
            ("0383dadf-2a4e-4d10-a46a-e9e041da8eb3", "F27EC8DB-AF05-4F36-916E-3D57F91ECF5E");
        for separator in ["/", "; ", "\0", ","] {
            let found: Vec<_> = ids(&format!("{a}{separator}{b}")).collect();
            assert_eq!(found, [a.to_owned(), b.to_ascii_lowercase()]);
        }
        assert_eq!(ids("not an id").count(), 0);
    }

    #[test]
    fn padding_is_no_text() {
        assert_eq!(clean(" a b\0\0"), Some("a b".to_owned()));
        assert_eq!(clean(" \0 "), None);
    }
}
