//! Lyrics with times, as LRC files and many tags hold them.

use std::sync::Arc;

use bridge_traits::ReadAt;
use core_library::{Lyrics, LyricsLine};

use crate::MetadataError;
use crate::sidecar::read_text;

/// How many lines are kept.
const MOST_LINES: usize = 20_000;

/// How many times one line may begin: a refrain is written once and sung often.
const MOST_STAMPS: usize = 64;

/// Takes lyrics apart: a text with time stamps becomes lines, one without stays one text.
///
/// Understood are `[mm:ss.xx]` with any number of digits in the fraction, several stamps before one
/// line, hours, `[offset:…]`, `[la:…]`, and stamps of words (`<mm:ss.xx>`), which are left out of the
/// text. What makes no sense is text.
///
/// # Examples
///
/// ```
/// let lyrics = core_metadata::parse_lyrics("[offset:500]\n[00:02.50][00:10]La la");
/// let times: Vec<_> = lyrics.lines.iter().map(|line| line.at_ms).collect();
/// assert_eq!(times, [2_000, 9_500]);
/// assert_eq!(lyrics.plain.as_deref(), Some("La la"));
/// ```
pub fn parse_lyrics(text: &str) -> Lyrics {
    let mut lyrics = Lyrics::default();
    let mut timed: Vec<(i64, String)> = Vec::new();
    let mut plain = Vec::new();
    let mut offset = 0;
    for line in text.trim_start_matches('\u{FEFF}').lines() {
        let (stamps, rest) = stamps(line.trim());
        if stamps.is_empty() {
            match header(rest) {
                Some(("offset", value)) => offset = value.trim().parse().unwrap_or(0),
                Some(("la", value)) => lyrics.language = crate::tags::clean(value),
                Some(_) => {}
                None => plain.push(rest.to_owned()),
            }
            continue;
        }
        let words = without_word_stamps(rest);
        for stamp in stamps {
            if timed.len() < MOST_LINES {
                timed.push((stamp, words.clone()));
            }
        }
        plain.push(words);
    }
    if timed.is_empty() {
        lyrics.plain = crate::tags::clean(text.trim_start_matches('\u{FEFF}'));
        return lyrics;
    }
    timed.sort_by_key(|(stamp, _)| *stamp);
    lyrics.plain = crate::tags::clean(&plain.join("\n"));
    lyrics.lines = timed
        .into_iter()
        // A positive offset shows the words earlier.
        .map(|(stamp, text)| LyricsLine {
            at_ms: u64::try_from(stamp.saturating_sub(offset)).unwrap_or(0),
            text,
        })
        .collect();
    lyrics
}

/// Reads an LRC file: UTF-8, UTF-16 with a byte order mark, or Latin-1.
///
/// # Errors
///
/// Fails if the file is larger than a megabyte, or as the host does.
///
/// # Cancellation
///
/// Dropping the future leaves nothing behind.
pub async fn read_lyrics(file: Arc<dyn ReadAt>) -> Result<Lyrics, MetadataError> {
    Ok(parse_lyrics(&read_text(&*file).await?))
}

/// The time stamps that `line` begins with, and what follows.
fn stamps(mut line: &str) -> (Vec<i64>, &str) {
    let mut stamps = Vec::new();
    while let Some((inner, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
        let Some(millis) = stamp(inner) else { break };
        if stamps.len() < MOST_STAMPS {
            stamps.push(millis);
        }
        line = rest.trim_start();
    }
    (stamps, line)
}

/// The milliseconds that `12:34.56` says.
fn stamp(text: &str) -> Option<i64> {
    let (minutes, seconds) = text.rsplit_once(':')?;
    // Some programs write a colon before the fraction.
    let (minutes, seconds, fraction) = match (seconds.split_once('.'), minutes.rsplit_once(':')) {
        (Some((seconds, fraction)), _) => (minutes, seconds, fraction),
        (None, Some((minutes, middle))) if minutes.len() <= 3 && middle.len() == 2 => {
            (minutes, middle, seconds)
        }
        _ => (minutes, seconds, ""),
    };
    let number = |text: &str| -> Option<i64> {
        let is_number = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    let minutes = match minutes.split_once(':') {
        Some((hours, minutes)) => number(hours)? * 60 + number(minutes)?,
        None => number(minutes)?,
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis = fraction.bytes().chain([b'0'; 3]).take(3);
    let millis = millis.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((minutes * 60 + number(seconds)?) * 1000 + millis)
}

/// `[key:value]` on a line of its own.
fn header(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let (key, value) = inner.split_once(':')?;
    let is_key = !key.is_empty() && key.len() <= 8 && key.bytes().all(|b| b.is_ascii_alphabetic());
    is_key.then_some((key, value))
}

/// `line` without the stamps of its words, which come in two kinds of brackets.
fn without_word_stamps(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '[']) {
        let close = if rest[at..].starts_with('<') { '>' } else { ']' };
        let end = rest[at..].find(close).map(|length| at + length);
        match end.filter(|end| stamp(&rest[at + 1..*end]).is_some()) {
            Some(end) => {
                text.push_str(&rest[..at]);
                rest = &rest[end + 1..];
                // The space around a stamp is there once.
                if text.ends_with(' ') || text.is_empty() {
                    rest = rest.trim_start_matches(' ');
                }
            }
            None => {
                text.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let lyrics = parse_lyrics(text);
        let lines: Vec<_> =
            lyrics.lines.iter().map(|line| (line.at_ms, line.text.as_str())).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn stamps_have_any_usual_form() {
        check("[00:01]a", &[(1_000, "a")]);
        check("[1:02.5]a", &[(62_500, "a")]);
        check("[01:02.50]a", &[(62_500, "a")]);
        check("[01:02.503]a", &[(62_503, "a")]);
        check("[01:02:50]a", &[(62_500, "a")]);
        check("[1:01:02.50]a", &[(3_662_500, "a")]);
        check("[100:00.00]a", &[(6_000_000, "a")]);
    }

    #[test]
    fn lines_are_in_the_order_of_time() {
        check(
            "[00:10.00][00:30.00]Refrain\n[00:20.00]Verse\n[00:25.00]\n",
            &[(10_000, "Refrain"), (20_000, "Verse"), (25_000, ""), (30_000, "Refrain")],
        );
    }

    #[test]
    fn offsets_move_everything_and_stop_at_zero() {
        check("[offset:+1500]\n[00:01.00]a\n[00:03.00]b", &[(0, "a"), (1_500, "b")]);
        check("[00:01.00]a\n[offset:-500]", &[(1_500, "a")]);
        check("[offset:nonsense]\n[00:01.00]a", &[(1_000, "a")]);
    }

    #[test]
    fn stamps_of_words_are_no_text() {
        check("[00:01.00]<00:01.00>La <00:01.50>la <00:02.00>", &[(1_000, "La la")]);
        check("[00:01.00]La [00:01.50]la", &[(1_000, "La la")]);
        check("[00:01.00]1 < 2 [live]", &[(1_000, "1 < 2 [live]")]);
    }

    #[test]
    fn headers_are_no_lyrics() {
        let lyrics =
            parse_lyrics("\u{FEFF}[ti:Title]\r\n[la:en]\r\n[00:01.00]One\r\n[00:02.00]Two\r\n");
        assert_eq!(lyrics.plain.as_deref(), Some("One\nTwo"));
        assert_eq!(lyrics.language.as_deref(), Some("en"));
    }

    #[test]
    fn text_without_times_stays_as_it_is() {
        let lyrics = parse_lyrics("[Chorus]\nLa la\n\nLa\n");
        assert_eq!(lyrics.plain.as_deref(), Some("[Chorus]\nLa la\n\nLa"));
        assert!(lyrics.lines.is_empty());
        assert_eq!(parse_lyrics(" \n"), Lyrics::default());
    }

    #[test]
    fn nonsense_is_bounded() {
        let lyrics = parse_lyrics(&"[00:01.00]".repeat(100_000));
        assert_eq!(lyrics.lines.len(), MOST_STAMPS);
        let lyrics = parse_lyrics(&"[00:01.00]a\n".repeat(100_000));
        assert_eq!(lyrics.lines.len(), MOST_LINES);
        check("[999999:999999.99]a", &[(60_999_939_990, "a")]);
        parse_lyrics("[offset:-9223372036854775808]\n[00:01.00]a");
        parse_lyrics("[:]\n[::]\n[00:é]\n[é:00]<é");
    }
}
