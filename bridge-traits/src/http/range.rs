//! Byte ranges (RFC 9110 § 14).

/// A range of bytes to ask for. Suffix ranges do not exist here: in browsers they cost an extra
/// preflight request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The last byte, inclusive; `None` asks for everything from `start` on.
    pub last: Option<u64>,
}

impl ByteRange {
    /// `length` bytes from `start`; `None` for an empty range or one that passes `u64::MAX`.
    pub fn of_length(start: u64, length: u64) -> Option<Self> {
        let last = start.checked_add(length.checked_sub(1)?)?;
        Some(Self { start, last: Some(last) })
    }

    /// Everything from `start` on.
    pub fn from_start(start: u64) -> Self {
        Self { start, last: None }
    }

    /// The value of a `Range` header.
    pub fn header_value(&self) -> String {
        match self.last {
            Some(last) => format!("bytes={}-{last}", self.start),
            None => format!("bytes={}-", self.start),
        }
    }

    /// Reads a `Content-Range` value such as `bytes 0-99/1000` into the range and the total
    /// length; `None` if it is not one (RFC 9110 § 14.4).
    pub fn parse_content_range(value: &str) -> Option<(Self, Option<u64>)> {
        let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (start, last) = range.split_once('-')?;
        let (start, last) = (start.trim().parse().ok()?, last.trim().parse().ok()?);
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        let fits = start <= last && total.is_none_or(|total: u64| last < total);
        fits.then_some((Self { start, last: Some(last) }, total))
    }
}

#[cfg(test)]
mod tests {
    use super::ByteRange;

    #[test]
    fn content_range_is_checked() {
        let parsed = ByteRange::parse_content_range("bytes 5-9/20").unwrap();
        assert_eq!(parsed, (ByteRange { start: 5, last: Some(9) }, Some(20)));
        assert_eq!(ByteRange::parse_content_range("bytes 5-9/*").unwrap().1, None);
        for bad in ["bytes 9-5/20", "bytes 5-20/20", "items 1-2/3", "bytes */20", ""] {
            assert_eq!(ByteRange::parse_content_range(bad), None, "{bad}");
        }
    }

    #[test]
    fn lengths_become_inclusive_ends() {
        assert_eq!(ByteRange::of_length(10, 5).unwrap().header_value(), "bytes=10-14");
        assert_eq!(ByteRange::of_length(10, 0), None);
        assert_eq!(ByteRange::of_length(u64::MAX, 2), None);
    }
}
