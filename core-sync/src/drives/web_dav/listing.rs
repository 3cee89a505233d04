//! Listing one folder.

use bridge_traits::ErrorKind;

use super::address::Path;
use super::item::item;
use super::multistatus::Said;
use super::provider::{OTHER_FOLDER, PROPERTIES, WebDav, explained, propfind};
use crate::drives::api::Refusal;
use crate::provider::{FolderListing, ProviderError, RemoteItem, Walk};

/// How many names a reason has at most.
const NAMED: usize = 3;

#[core_async::async_trait]
impl Walk for WebDav {
    async fn look_into(&self, folder: Option<&RemoteItem>) -> Result<FolderListing, ProviderError> {
        let below = match folder {
            Some(folder) => folder.target.as_deref().unwrap_or(&folder.id),
            None => "",
        };
        let path = self.base.join(&Path::of_href(below).ok_or(OTHER_FOLDER)?);
        let request = propfind(&self.folder(&path), "1", PROPERTIES);
        let answer = match (self.ask(request, "drive.list").await, folder) {
            (Ok(Ok(answer)), _) => answer,
            (Ok(Err(refusal)), Some(_)) => return refused(refusal),
            (Ok(Err(refusal)), None) => return Err(explained(refusal, "drive.list")),
            (Err(error), Some(_)) => return failed(error),
            (Err(error), None) => return Err(error),
        };
        let holder = folder.map(|folder| folder.id.as_str());
        let mut is_about_it = false;
        let mut items = Vec::new();
        let mut untold = Vec::new();
        for entry in answer.entries {
            let Some(place) = Path::of_href(&entry.href) else { continue };
            let said = entry.said();
            if place == path {
                is_about_it = true;
                match (said, folder) {
                    (Said::Folder, _) => continue,
                    (Said::Gone | Said::File, Some(_)) => return Ok(FolderListing::Gone),
                    (Said::Nothing(_), Some(_)) => {
                        return Ok(FolderListing::Closed(NO_WORD.to_owned()));
                    }
                    (Said::File, None) => return Ok(FolderListing::Gone),
                    (Said::Gone, None) => {
                        return Err(explained(Refusal::of(404), "drive.list"));
                    }
                    (Said::Nothing(Some(status)), None) => {
                        return Err(explained(Refusal::of(status), "drive.list"));
                    }
                    (Said::Nothing(None), None) => return Err(ProviderError::Protocol(NO_WORD)),
                }
            }
            let Some((_, name)) = place.split().filter(|(folder, _)| *folder == path) else {
                continue;
            };
            let Some(place) = place.below(&self.base) else { continue };
            match said {
                Said::Gone => {}
                // It is there, or it may be.
                Said::Nothing(_) => untold.push((place.text(), name)),
                Said::Folder | Said::File => items.extend(item(&place, holder, entry.properties)),
            }
        }
        match (is_about_it, untold.is_empty()) {
            // An answer that says nothing of the folder itself is about another one, or about none.
            (false, _) => Err(OTHER_FOLDER),
            (true, true) => Ok(FolderListing::Items(items)),
            (true, false) => {
                let why = reason(&untold);
                let refused = untold.into_iter().map(|(address, _)| address).collect();
                Ok(FolderListing::Part { items, refused, why })
            }
        }
    }
}

const NO_WORD: &str = "the server does not say what this folder is";

/// What it means for a folder that it was refused.
fn refused(refusal: Refusal) -> Result<FolderListing, ProviderError> {
    match refusal.status {
        404 | 410 => Ok(FolderListing::Gone),
        403 | 423 => closed("the server does not let us look"),
        // One folder that the server cannot read must not keep us from all the others. If it can
        // read none, that is soon said of the server.
        400 | 500..=504 | 507 | 508 => closed("the server fails when it is asked for this folder"),
        _ => Err(explained(refusal, "drive.list")),
    }
}

/// What it means for a folder that there is no whole answer.
fn failed(error: ProviderError) -> Result<FolderListing, ProviderError> {
    match error.kind() {
        ErrorKind::QuotaExceeded => closed("there is too much in this folder; split it"),
        ErrorKind::TimedOut => {
            closed("the server does not answer when it is asked for this folder")
        }
        _ => Err(error),
    }
}

fn closed(why: &str) -> Result<FolderListing, ProviderError> {
    Ok(FolderListing::Closed(why.to_owned()))
}

/// Why a folder is not known whole, by the addresses and names of what is not.
fn reason(refused: &[(String, String)]) -> String {
    let names: Vec<_> = refused.iter().take(NAMED).map(|(_, name)| name.as_str()).collect();
    let more = match refused.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("the server does not say what these are: {}{more}", names.join(", "))
}
