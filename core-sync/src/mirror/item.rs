//! An item with what became of it here.

use bridge_traits::{BridgeError, ErrorKind, Record, Result};

use crate::provider::{RemoteItem, RemoteKind};

/// Whether an item can be reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    /// It is on the drive, in the part that is mirrored.
    There,
    /// It is on the drive as far as we were told, but no folder leads to it any more.
    Hidden,
    /// The drive no longer has it. What it was is kept, to be recognised.
    Gone,
}

impl Presence {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Hidden => "hidden",
            Self::Gone => "gone",
        }
    }

    fn of(name: &str) -> Result<Self> {
        match name {
            "there" => Ok(Self::There),
            "hidden" => Ok(Self::Hidden),
            "gone" => Ok(Self::Gone),
            _ => Err(BridgeError::new(ErrorKind::Corrupt, "sync.item")),
        }
    }
}

/// What the drive last said of an item, and what the library has of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MirrorItem {
    pub(crate) account: String,
    pub(crate) remote: RemoteItem,
    /// The listing that last named it.
    pub(crate) generation: u64,
    /// Whether it can be reached.
    pub(crate) presence: Presence,
    /// Whether the library has yet to be told where it is, or that it is gone.
    pub(crate) to_place: bool,
    /// Whether its tags have yet to be read; for a folder, whether it has yet to be looked into.
    pub(crate) to_read: bool,
    /// How often reading it has failed in a row while others were read.
    pub(crate) attempts: u32,
    /// Why its tags could not be read, or why a folder could not be looked into.
    pub(crate) error: Option<String>,
    /// Where it is in the library, or for folders what their content's places begin with.
    pub(crate) path: Option<String>,
    /// The track it is.
    pub(crate) track_id: Option<String>,
    /// Its tags as they were last read, as JSON.
    pub(crate) tags: Option<String>,
    /// Why it is the way it is: the last thing that was done.
    pub(crate) reason: String,
}

impl MirrorItem {
    /// What comes behind the address of a replaced file in its id. No drive has it in an id.
    const REPLACED: &str = "?was=";

    /// An item that was not known before.
    pub(crate) fn new(account: &str, remote: RemoteItem, generation: u64) -> Self {
        Self {
            account: account.to_owned(),
            to_read: false,
            remote,
            generation,
            presence: Presence::There,
            to_place: true,
            attempts: 0,
            error: None,
            path: None,
            track_id: None,
            tags: None,
            reason: "found on the drive".to_owned(),
        }
    }

    /// What it is stored under.
    pub(crate) fn key(account: &str, id: &str) -> String {
        format!("{account}/{id}")
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.remote.kind == RemoteKind::Folder
    }

    /// Takes over what the drive says now, and notes what has to be done about it. Says whether
    /// anything changed but the generation.
    pub(crate) fn update(&mut self, remote: RemoteItem, generation: u64) -> bool {
        self.generation = generation;
        if self.remote == remote && self.presence == Presence::There {
            return false;
        }
        let has_moved = (&self.remote.parent, &self.remote.name) != (&remote.parent, &remote.name);
        let is_other_content = self.remote.revision != remote.revision
            || self.remote.size != remote.size
            || self.remote.hash != remote.hash;
        if self.presence != Presence::There {
            self.place_again("back on the drive");
        } else if has_moved || self.remote.kind != remote.kind {
            self.place_again("moved or renamed");
        }
        if is_other_content && remote.kind == RemoteKind::File {
            self.to_read |= self.track_id.is_some();
            self.attempts = 0;
            self.error = None;
            "the content changed".clone_into(&mut self.reason);
        }
        self.presence = Presence::There;
        self.remote = remote;
        true
    }

    /// Has the library told where it is.
    pub(crate) fn place_again(&mut self, why: &str) {
        self.to_place = true;
        why.clone_into(&mut self.reason);
    }

    /// Notes that it cannot be reached. Says whether that is news.
    pub(crate) fn leave(&mut self, presence: Presence, why: &str) -> bool {
        let was = std::mem::replace(&mut self.presence, presence);
        if was == Presence::There {
            self.to_read = false;
            self.place_again(why);
        }
        was != presence
    }

    /// Notes that a filter leaves it out. What has yet to be read stays so, until it is taken again.
    pub(crate) fn leave_out(&mut self, why: &str) {
        let to_read = self.to_read;
        self.leave(Presence::Hidden, why);
        self.to_read = to_read;
    }

    /// Makes it a new file, because another one is at its address now. Gives what it was: gone, and
    /// to be recognised elsewhere.
    pub(crate) fn replaced(&mut self) -> Self {
        let mut old = self.clone();
        // No address ends like this. Whoever has the same one was the same content there.
        let (size, time) = (old.remote.size, old.remote.modified_millis);
        let of = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        old.remote.id = format!("{}{}{}-{}", self.remote.id, Self::REPLACED, of(size), of(time));
        old.leave(Presence::Gone, "there is other content at its address");
        self.track_id = None;
        self.tags = None;
        self.to_read = false;
        old
    }

    /// Whether it is a replaced file whose track has gone elsewhere: nobody will ask for it again.
    pub(crate) fn is_spent(&self) -> bool {
        let was_replaced = self.presence == Presence::Gone && self.remote.target.is_none();
        was_replaced && self.track_id.is_none() && self.remote.id.contains(Self::REPLACED)
    }

    pub(crate) fn into_record(self) -> Record {
        let is_folder = self.is_folder();
        let is_lost = self.presence != Presence::There && self.track_id.is_some() && !is_folder;
        let Self { account, remote, .. } = self;
        Record::new(Self::key(&account, &remote.id))
            .with(account)
            .with(remote.id)
            .with(remote.parent)
            .with(remote.name)
            .with(is_folder)
            .with(remote.size)
            .with(remote.modified_millis)
            .with(remote.revision)
            .with(remote.hash)
            .with(remote.target)
            .with(self.generation)
            .with(self.presence.name())
            .with(is_lost)
            .with(self.to_place)
            .with(self.to_read)
            .with(self.attempts)
            .with(self.error)
            .with(self.path)
            .with(self.track_id)
            .with(self.tags)
            .with(self.reason)
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        fields.skip()?;
        let account = fields.text()?;
        let (id, parent, name) = (fields.text()?, fields.optional_text()?, fields.text()?);
        let kind = if fields.boolean()? { RemoteKind::Folder } else { RemoteKind::File };
        let remote = RemoteItem {
            id,
            parent,
            name,
            kind,
            size: fields.optional_integer()?,
            modified_millis: fields.optional_integer()?,
            revision: fields.optional_text()?,
            hash: fields.optional_text()?,
            target: fields.optional_text()?,
        };
        Ok(Self {
            account,
            remote,
            generation: fields.integer()?,
            presence: {
                let presence = Presence::of(&fields.text()?)?;
                // Whether it is lost follows from the rest.
                fields.skip()?;
                presence
            },
            to_place: fields.boolean()?,
            to_read: fields.boolean()?,
            attempts: fields.integer()?,
            error: fields.optional_text()?,
            path: fields.optional_text()?,
            track_id: fields.optional_text()?,
            tags: fields.optional_text()?,
            reason: fields.text()?,
        })
    }
}
