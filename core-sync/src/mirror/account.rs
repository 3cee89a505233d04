//! How far asking a drive has got.

use bridge_traits::{BridgeError, ErrorKind, Record, Result};

/// What is asked next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Phase {
    /// A listing has to begin.
    Begin,
    /// A listing goes on.
    Listing,
    /// A listing is complete: what it did not name is gone.
    Sweeping,
    /// Changes are followed.
    Following,
}

/// How far asking one account's drive has got. It is written in the same commit as what was said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct MirrorState {
    pub(crate) account: String,
    pub(crate) phase: Phase,
    /// The next page of the listing.
    pub(crate) page: Option<String>,
    /// Where changes are asked from.
    pub(crate) cursor: Option<String>,
    /// The number of the last listing that was begun.
    pub(crate) generation: u64,
    /// Whether the listing is there to confirm that very much is gone.
    pub(crate) confirming: bool,
    /// When a sync was last complete, in milliseconds since the Unix epoch.
    pub(crate) completed_at: Option<u64>,
    /// The folder that is mirrored; everything for `None`.
    pub(crate) root: Option<String>,
    /// The replacement of the library that tracks were last placed after.
    pub(crate) restore: Option<String>,
    /// The filter by which files were last sifted; `None` for the one without anything said.
    pub(crate) filter: Option<String>,
}

impl MirrorState {
    /// Noted as the page of a walk that is past the folder where it began.
    pub(crate) const UNDER_WAY: &str = "walk";
    /// Noted as the page of a walk through folders that changes told of.
    pub(crate) const TOLD: &str = "told";
    /// Noted as the page where the folder in which a walk begins has to be looked into again: of a
    /// walk, which then goes on as one through folders that changes told of, or beside a cursor, for
    /// the walk to come.
    pub(crate) const TOP: &str = "top";
    /// Behind the page of a walk: it leads back to the top.
    const AGAIN: char = '?';

    pub(crate) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            phase: Phase::Begin,
            page: None,
            cursor: None,
            generation: 0,
            confirming: false,
            completed_at: None,
            root: None,
            restore: None,
            filter: None,
        }
    }

    /// The state in which everything is listed again.
    pub(crate) fn relisting(mut self, restart: Option<String>) -> Self {
        self.phase = match restart {
            Some(_) => Phase::Listing,
            None => Phase::Begin,
        };
        if restart.is_some() {
            self.generation += 1;
            self.cursor = None;
        }
        self.page = restart;
        self
    }

    /// The state in which folders are looked into that changes told of. What is to be asked again at
    /// the top stays so.
    pub(crate) fn told(mut self) -> Self {
        let is_for_top = self.page.as_deref() == Some(Self::TOP);
        self.phase = Phase::Listing;
        self.page = Some(page(Self::TOLD, is_for_top));
        self
    }

    /// The state of a walk past the folder where it begins, which was told whole or not.
    pub(crate) fn past_top(mut self, is_whole: bool) -> Self {
        let name = if self.is_told() { Self::TOLD } else { Self::UNDER_WAY };
        self.page = Some(page(name, !is_whole));
        self
    }

    /// The state behind a walk.
    pub(crate) fn walked(mut self) -> Self {
        self.phase = Phase::Following;
        self.page = self.page.filter(|page| page.ends_with(Self::AGAIN)).map(|_| Self::TOP.into());
        self
    }

    /// Whether a walk is only through what changes told of.
    pub(crate) fn is_told(&self) -> bool {
        let is_told = |page: &str| page == Self::TOP || page.starts_with(Self::TOLD);
        self.phase == Phase::Listing && self.page.as_deref().is_some_and(is_told)
    }

    /// Whether the drive is telling what it holds for the first time.
    pub(crate) fn is_first_listing(&self) -> bool {
        self.phase == Phase::Listing && self.generation == 1 && !self.is_told()
    }

    pub(crate) fn into_record(self) -> Record {
        let phase = match self.phase {
            Phase::Begin => "begin",
            Phase::Listing => "listing",
            Phase::Sweeping => "sweeping",
            Phase::Following => "following",
        };
        Record::new(self.account)
            .with(phase)
            .with(self.page)
            .with(self.cursor)
            .with(self.generation)
            .with(self.confirming)
            .with(self.completed_at)
            .with(self.root)
            .with(self.restore)
            .with(self.filter)
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            account: fields.text()?,
            phase: match fields.text()?.as_str() {
                "begin" => Phase::Begin,
                "listing" => Phase::Listing,
                "sweeping" => Phase::Sweeping,
                "following" => Phase::Following,
                _ => return Err(BridgeError::new(ErrorKind::Corrupt, "sync.state")),
            },
            page: fields.optional_text()?,
            cursor: fields.optional_text()?,
            generation: fields.integer()?,
            confirming: fields.boolean()?,
            completed_at: fields.optional_integer()?,
            root: fields.optional_text()?,
            restore: fields.optional_text()?,
            filter: fields.optional_text()?,
        })
    }
}

fn page(name: &str, is_for_top: bool) -> String {
    match is_for_top {
        true => format!("{name}{}", MirrorState::AGAIN),
        false => name.to_owned(),
    }
}
