//! The first tracks, before the drive has told everything.

use bridge_traits::ErrorKind;

use super::SyncError;
use super::run::Run;
use crate::mirror::{MirrorItem, MirrorState, Presence};
use crate::provider::ProviderError;

/// How many files the library is told of at a time.
const BATCH: usize = 500;

/// What is known of placing tracks early.
#[derive(Debug, Default)]
pub(super) struct Early {
    /// Whether the library is to be told anything at all.
    pub(super) is_wanted: bool,
    /// Files that the drive has just named.
    named: Vec<String>,
    /// The folder that holds what is at the top, once it was asked for.
    top: Option<Option<String>>,
}

impl Run<'_> {
    /// Notes files the drive has just named that may become tracks before the listing ends.
    ///
    /// In the first listing that is any file: nothing was there before that it could be, or whose
    /// place it could take. Later on it is none, because only the end of a listing shows what is
    /// gone, and with it what is new and what has moved.
    pub(super) fn note_early(&mut self, named: &[MirrorItem], state: &MirrorState) {
        if self.early.is_wanted && state.is_first_listing() {
            let files = named.iter().filter(|item| is_file_to_place(item));
            self.early.named.extend(files.map(|file| file.remote.id.clone()));
        }
    }

    /// Tells the library of the noted files whose place is certain already. The others wait in the
    /// queue, as all of them do if this is cut short.
    pub(super) async fn place_early(&mut self) -> Result<(), SyncError> {
        let named = std::mem::take(&mut self.early.named);
        if named.is_empty() {
            return Ok(());
        }
        let mut places = self.places().so_far(self.top_folder().await?);
        for some in named.chunks(BATCH) {
            // Placing takes no network, and whoever has lost it says so once this is done.
            self.check_cancelled()?;
            let ids: Vec<_> = some.iter().map(String::as_str).collect();
            let mut items = Vec::new();
            for item in self.store.items(&ids).await?.into_values() {
                if is_file_to_place(&item) && places.of_file(&item).await?.is_some() {
                    items.push(item);
                }
            }
            self.place_some(&mut places, items).await?;
        }
        Ok(())
    }

    /// The folder at the top, asked for once and only where it makes a difference. It is a hint: a
    /// drive that does not give it has its tracks placed when everything is told.
    async fn top_folder(&mut self) -> Result<Option<String>, SyncError> {
        if self.request.options.root.is_some() || self.request.provider.walk().is_some() {
            return Ok(None);
        }
        if self.early.top.is_none() {
            self.early.top = Some(match self.request.provider.top_folder().await {
                Err(error) if is_no_hint(&error) => None,
                answer => answer?,
            });
        }
        Ok(self.early.top.clone().flatten())
    }
}

/// Whether a drive that fails like this may be asked for everything else all the same.
fn is_no_hint(error: &ProviderError) -> bool {
    match error {
        ProviderError::Protocol(_) => true,
        ProviderError::Bridge(error) => match error.kind() {
            ErrorKind::InvalidRequest | ErrorKind::NotFound | ErrorKind::Unsupported => true,
            ErrorKind::PermissionDenied => !error.operation().starts_with("auth."),
            _ => false,
        },
        ProviderError::CursorExpired { .. } => false,
    }
}

fn is_file_to_place(item: &MirrorItem) -> bool {
    item.to_place && !item.is_folder() && item.presence == Presence::There
}
