//! How large a cover is wanted.

use std::str::FromStr;

use ts_rs::TS;

/// How large a cover is wanted. It is never made larger than it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, TS)]
#[ts(rename_all = "snake_case")]
pub enum CoverSize {
    /// For lists and grids: 300 pixels at most.
    Thumbnail,
    /// For what is looked at or playing: 1,200 pixels at most.
    Full,
    /// As it is in the file.
    Original,
}

impl CoverSize {
    /// The longest edge in pixels, where there is a limit.
    pub(super) fn edge(self) -> Option<u32> {
        match self {
            Self::Thumbnail => Some(300),
            Self::Full => Some(1_200),
            Self::Original => None,
        }
    }
}

impl FromStr for CoverSize {
    type Err = UnknownSize;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "thumbnail" => Ok(Self::Thumbnail),
            "full" => Ok(Self::Full),
            "original" => Ok(Self::Original),
            _ => Err(UnknownSize),
        }
    }
}

/// There is no such size. Correct the caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the size of a cover is thumbnail, full or original")]
pub struct UnknownSize;
