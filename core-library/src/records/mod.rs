//! Models to stored records and back. The order of the fields is that of the schema.

mod album;
mod artist;
mod bin;
mod credits;
mod edit;
mod fingerprint;
mod folder;
mod genre;
mod history;
mod json;
mod play;
mod playlist;
mod playlist_entry;
mod track;
mod track_details;
mod user_data;

pub(crate) use album::{AlbumRecord, album_identity};
pub(crate) use artist::artist_identity;
pub(crate) use bin::{BinRecord, RemovedBy};
pub(crate) use credits::credit_ids;
pub(crate) use edit::EditRecord;
pub(crate) use fingerprint::FingerprintRecord;
pub(crate) use json::{decode, encode};
pub(crate) use playlist_entry::EntryRecord;
pub(crate) use track::{TrackOrders, TrackRecord, lyrics_search};
pub(crate) use user_data::UserData;
