//! Values of any length in a keyring whose entries are short.

use bridge_traits::Secret;
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};

/// The longest entry, in bytes: Windows keeps no more. It holds everywhere, so that what is kept
/// looks the same everywhere, and what is tested anywhere.
const LONGEST_ENTRY: usize = 2_560;

/// Stands in front of a value that fits into one entry: not every keyring keeps an empty one.
const WHOLE: u8 = 1;

/// Stands in front of the description of one that does not.
const SPLIT: u8 = 2;

/// The two sets of entries that the parts of a value take turns in.
const SETS: [u8; 2] = [b'a', b'b'];

/// The entries of one service.
#[derive(Debug)]
pub(super) struct Entries {
    store: std::sync::Arc<CredentialStore>,
    service: String,
}

/// Which set the parts of a value are in, and how long it is.
#[derive(Clone, Copy, Debug)]
struct Split {
    set: u8,
    length: usize,
}

impl Entries {
    pub(super) fn new(store: std::sync::Arc<CredentialStore>, service: &str) -> Self {
        Self { store, service: service.to_owned() }
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        // Another process may replace the value while its parts are read.
        for _ in 0..3 {
            let Some(head) = self.head(name)? else { return Ok(None) };
            let split = match head.expose() {
                [WHOLE, value @ ..] => return Ok(Some(Secret::new(value))),
                head => Split::parse(head)?,
            };
            if let Some(value) = self.join(name, split)? {
                return Ok(Some(value));
            }
        }
        Err(Error::BadStoreFormat("a part of a value is missing".into()))
    }

    /// Replaces the value of `name`. The parts come first and the description last, so after a
    /// crash there is the old value or the new one.
    pub(super) fn put(&self, name: &str, value: &Secret) -> Result<(), Error> {
        let bytes = value.expose();
        let old = self.head(name)?.and_then(|head| Split::parse(head.expose()).ok());
        let set = if old.is_some_and(|old| old.set == SETS[0]) { SETS[1] } else { SETS[0] };
        let head = if bytes.len() < LONGEST_ENTRY {
            Secret::new([&[WHOLE], bytes].concat())
        } else {
            for (number, part) in bytes.chunks(LONGEST_ENTRY).enumerate() {
                self.part(name, set, number)?.set_secret(part)?;
            }
            Split { set, length: bytes.len() }.head()
        };
        self.entry(name)?.set_secret(head.expose())?;
        match old {
            Some(old) => self.remove_parts(name, old.set),
            None => Ok(()),
        }
    }

    /// Removes `name` and whatever a crash has left of its parts.
    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        found(self.entry(name)?.delete_credential())?;
        SETS.iter().try_for_each(|set| self.remove_parts(name, *set))
    }

    /// Whether `name` has a value.
    pub(super) fn has(&self, name: &str) -> Result<bool, Error> {
        self.head(name).map(|head| head.is_some())
    }

    fn head(&self, name: &str) -> Result<Option<Secret>, Error> {
        let head = found(self.entry(name)?.get_secret())?;
        Ok(head.map(Secret::new))
    }

    fn join(&self, name: &str, split: Split) -> Result<Option<Secret>, Error> {
        let mut value = Vec::with_capacity(split.length);
        for number in 0..split.length.div_ceil(LONGEST_ENTRY) {
            let part = found(self.part(name, split.set, number)?.get_secret())?.map(Secret::new);
            let Some(part) = part else { return Ok(None) };
            value.extend_from_slice(part.expose());
        }
        Ok((value.len() == split.length).then(|| Secret::new(value)))
    }

    /// Parts are written from the first on, so they end where one is missing.
    fn remove_parts(&self, name: &str, set: u8) -> Result<(), Error> {
        for number in 0.. {
            if found(self.part(name, set, number)?.delete_credential())?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn part(&self, name: &str, set: u8, number: usize) -> Result<Entry, Error> {
        self.entry(&format!("part:{}:{number}:{name}", char::from(set)))
    }

    fn entry(&self, user: &str) -> Result<Entry, Error> {
        self.store.build(&self.service, user, None)
    }
}

impl Split {
    fn head(self) -> Secret {
        let length = u32::try_from(self.length).unwrap_or(u32::MAX).to_le_bytes();
        Secret::new([&[SPLIT, self.set][..], &length].concat())
    }

    fn parse(head: &[u8]) -> Result<Self, Error> {
        match head {
            [SPLIT, set, a, b, c, d] if SETS.contains(set) => {
                let length = u32::from_le_bytes([*a, *b, *c, *d]);
                // More than any value of ours: somebody else wrote this.
                let length = usize::try_from(length).ok().filter(|length| *length < 1 << 24);
                let length = length.ok_or_else(foreign)?;
                Ok(Self { set: *set, length })
            }
            _ => Err(foreign()),
        }
    }
}

fn foreign() -> Error {
    Error::BadStoreFormat("the keyring's entry was not written by this program".into())
}

/// Turns "no such entry" into `None`.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Err(Error::NoEntry) => Ok(None),
        result => result.map(Some),
    }
}
