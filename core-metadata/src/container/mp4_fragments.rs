//! MP4 files in fragments, as recorders and video sites write them: their durations are in the
//! fragments.

use super::mp4::{BoxRange, Boxes, child};
use super::numbers::be32;
use crate::window::{Parse, Window};

/// How many samples of one run are looked at one by one.
const MOST_SAMPLES: u32 = 16 * 1024;

/// The duration of samples whose fragment does not say, from `mvex`.
pub(crate) fn default_duration(window: &mut Window, extends: &BoxRange) -> Parse<u32> {
    match child(window, extends, *b"trex")? {
        Some(defaults) => Ok(be32(&window.read_up_to(defaults.content.start, 16)?, 12)),
        None => Ok(0),
    }
}

/// The sum of the durations of all samples in the first track of each fragment, in units of the
/// media. Files with more than one track have their audio in fragments of its own, or are videos.
pub(crate) fn duration(
    window: &mut Window,
    fragments: &[BoxRange],
    default_duration: u32,
) -> Parse<u64> {
    let mut sum = 0_u64;
    for fragment in fragments {
        let Some(track) = child(window, fragment, *b"traf")? else { continue };
        let mut default = default_duration;
        let mut boxes = Boxes::new(track.content);
        while let Some(next) = boxes.next(window)? {
            let run = match &next.kind {
                b"tfhd" => {
                    default = track_default(window, &next)?.unwrap_or(default);
                    0
                }
                b"trun" => run_duration(window, &next, default)?,
                _ => 0,
            };
            sum = sum.saturating_add(run);
        }
    }
    Ok(sum)
}

fn track_default(window: &mut Window, header: &BoxRange) -> Parse<Option<u32>> {
    let bytes = window.read_up_to(header.content.start, 32)?;
    let flags = be32(&bytes, 0);
    // Fields that are not flagged are not there.
    let at = 8 + if flags & 1 != 0 { 8 } else { 0 } + if flags & 2 != 0 { 4 } else { 0 };
    Ok((flags & 8 != 0).then(|| be32(&bytes, at)))
}

fn run_duration(window: &mut Window, run: &BoxRange, default: u32) -> Parse<u64> {
    let head = window.read_up_to(run.content.start, 8)?;
    let (flags, count) = (be32(&head, 0), be32(&head, 4));
    if flags & 0x100 == 0 {
        return Ok(u64::from(count) * u64::from(default));
    }
    let start = 8 + u64::from((flags & 1) + ((flags >> 2) & 1)) * 4;
    let step = u64::from(((flags >> 8) & 0xF).count_ones()) * 4;
    let mut sum = 0;
    for number in 0..count.min(MOST_SAMPLES) {
        let offset = run.content.start + start + u64::from(number) * step;
        if offset + 4 > run.content.end {
            break;
        }
        sum += u64::from(be32(&window.read_up_to(offset, 4)?, 0));
    }
    Ok(sum)
}
