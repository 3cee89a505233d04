//! What servers get wrong, and what they ask for when they are busy.

use bytes::Bytes;

use super::answer::{Answer, Asked, Body, content, parse_range, whole};
use super::server::Tracker;

/// Answers the addresses that stand for trouble.
pub(super) fn answer(name: &str, rest: &str, asked: &Asked, tracker: &Tracker) -> Option<Answer> {
    let (first, second) = rest.split_once('/').unwrap_or((rest, ""));
    let answer = match name {
        // `/redirect-to/{status}/{address}`: the address with its slashes and its query.
        "redirect-to" => {
            let location = asked.path.splitn(4, '/').nth(3).unwrap_or_default();
            redirect(first.parse().ok()?, location.to_owned())
        }
        "loop" => {
            let next = first.parse::<u64>().ok()?.checked_add(1)?;
            redirect(302, format!("/loop/{next}"))
        }
        // `/counted/{token}` and `/asked/{token}`: whether somebody came.
        "counted" => {
            tracker.ask(first);
            whole(200, headers_of(asked))
        }
        "asked" => whole(200, tracker.asked(first).to_string()),
        // `/lasting/{token}`: another answer each time, of which the server says that it lasts.
        "lasting" => {
            let lasts = ("cache-control", "public, max-age=3600".into());
            let number = tracker.ask(first).to_string();
            Answer { headers: vec![lasts], ..whole(200, number) }
        }
        // `/fails/{token}/{count}`: so many times.
        "fails" => {
            let failed = tracker.ask(first);
            let is_failing = failed < second.parse().ok()?;
            whole(if is_failing { 503 } else { 200 }, format!("answer {failed}"))
        }
        // `/throttled/{token}/{retry-after}`: once.
        "throttled" if tracker.ask(first) == 0 => {
            Answer { headers: vec![("retry-after", second.into())], ..whole(429, "slow down") }
        }
        "throttled" => whole(200, "music"),
        "whole-for-range" => file(None, first.parse().ok()?, "\"v1\"", 0, None),
        "wrong-range" => file(range(asked), first.parse().ok()?, "\"v1\"", 1, None),
        // `/cuts/{every}/{length}`: no answer brings more than so many bytes.
        "cuts" => {
            let every = first.parse().ok()?;
            file(range(asked), second.parse().ok()?, "\"v1\"", 0, Some(every))
        }
        // `/changes/{token}/{length}`: another version each time, and no answer brings all of it.
        "changes" => {
            let (tag, length) = (format!("\"v{}\"", tracker.ask(first)), second.parse().ok()?);
            file(range(asked), length, &tag, 0, Some(length / 2))
        }
        "huge-head" => {
            let value = "x".repeat(first.parse::<usize>().ok()?);
            Answer { headers: vec![("x-huge", value)], ..whole(200, "music") }
        }
        "dripping-head" => Answer { body: Body::DrippingHead(first.into()), ..whole(200, "") },
        "dripping-body" => Answer { body: Body::Dripping("drop by drop".into()), ..whole(200, "") },
        "hangs-up" => Answer { body: Body::HangUp, ..whole(200, "") },
        _ => return None,
    };
    Some(answer)
}

fn redirect(status: u16, location: String) -> Answer {
    Answer { headers: vec![("location", location)], ..whole(status, "elsewhere") }
}

/// The headers of a request, one per line.
fn headers_of(asked: &Asked) -> Bytes {
    let lines = asked.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    lines.collect::<String>().into()
}

/// The first and the last byte a request asks for.
fn range(asked: &Asked) -> Option<(u64, u64)> {
    parse_range(asked.header("range")?, u64::MAX)
}

/// A file of this length and version, or the part of it that begins at the first byte of `range`.
/// What is told of the range is wrong by `shift`, and only `most` bytes of it are sent.
fn file(
    range: Option<(u64, u64)>,
    length: usize,
    tag: &str,
    shift: u64,
    most: Option<usize>,
) -> Answer {
    let content = content(length);
    let index = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(length);
    let (status, start, end) = match range {
        None => (200, 0, length),
        Some((start, last)) => (206, index(start), index(last.saturating_add(1))),
    };
    let mut headers = vec![("etag", tag.to_owned())];
    if status == 206 {
        let told = (start as u64 + shift, (end as u64 + shift).saturating_sub(1));
        headers.push((
            "content-range",
            format!("bytes {}-{}/{}", told.0, told.1, length as u64 + shift),
        ));
    }
    let body = content.slice(start..end);
    let body = match most {
        Some(most) if most < body.len() => {
            Body::Short { announced: body.len() as u64, sent: body.slice(..most) }
        }
        _ => Body::Whole(body),
    };
    Answer { status, headers, body }
}
