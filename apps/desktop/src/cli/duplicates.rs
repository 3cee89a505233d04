//! The command about duplicates.

use clap::{Args, ValueEnum};
use core_service::core_library::{DuplicatePolicy, Evidence};

/// Without one of the actions it lists groups of tracks.
#[derive(Args, Debug)]
pub(crate) struct DuplicatesArgs {
    /// About how many groups: a page ends where the names do.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Begin behind this place: the `next` of the page before.
    #[arg(long, value_name = "NEXT")]
    pub(crate) after: Option<String>,
    /// Only groups for which this speaks.
    #[arg(long, value_enum)]
    pub(crate) evidence: Option<EvidenceName>,
    /// Merge tracks: `all-verified` for every group with the same content, into the track with the
    /// newest file; or the track to keep and those that become copies of it. Their playlists,
    /// plays, ratings and edits are united; no file is touched.
    #[arg(long, num_args = 1.., value_name = "ID", group = "action")]
    pub(crate) merge: Vec<String>,
    /// Make a merged copy a track of its own again.
    #[arg(long, value_name = "ID", group = "action")]
    pub(crate) split: Option<String>,
    /// Say that these tracks are no duplicates of each other.
    #[arg(long, num_args = 2.., value_name = "ID", group = "action")]
    pub(crate) keep_both: Vec<String>,
    /// List the merged copies of a track.
    #[arg(long, value_name = "ID", group = "action")]
    pub(crate) copies: Option<String>,
    /// Listen to those that are alike by their tags or ids alone: two minutes of each file are
    /// decoded once. Those that sound otherwise are none any more.
    #[arg(long, group = "action")]
    pub(crate) check_sounds: bool,
    /// Say what is done after each scan and sync, from now on.
    #[arg(long, value_enum, group = "action")]
    pub(crate) policy: Option<PolicyName>,
    /// Show what is done after each scan and sync.
    #[arg(long, group = "action")]
    pub(crate) show_policy: bool,
}

/// What speaks for tracks being the same recording.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EvidenceName {
    /// The same content: verified.
    Content,
    /// They sound alike, as far as they were listened to.
    Sound,
    /// The same recording by the ids in the files, and as long.
    Recording,
    /// The same title, artist and album, and as long.
    Tags,
}

/// What is done about duplicates.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PolicyName {
    /// Nothing.
    KeepBoth,
    /// Those with the same content are merged into the one with the newest file.
    Newest,
    /// Their number is told.
    Ask,
}

impl From<EvidenceName> for Evidence {
    fn from(name: EvidenceName) -> Self {
        match name {
            EvidenceName::Content => Self::Content,
            EvidenceName::Sound => Self::Sound,
            EvidenceName::Recording => Self::Recording,
            EvidenceName::Tags => Self::Tags,
        }
    }
}

impl From<PolicyName> for DuplicatePolicy {
    fn from(name: PolicyName) -> Self {
        match name {
            PolicyName::KeepBoth => Self::KeepBoth,
            PolicyName::Newest => Self::Newest,
            PolicyName::Ask => Self::Ask,
        }
    }
}
