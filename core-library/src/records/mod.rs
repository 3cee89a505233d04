//! Models to stored records and back. The order of the fields is that of the schema.

mod album;
mod artist;
mod play;
mod playlist;
mod playlist_entry;
mod track;

pub(crate) use album::AlbumRecord;
pub(crate) use artist::ArtistRecord;
pub(crate) use playlist_entry::EntryRecord;
pub(crate) use track::TrackRecord;
