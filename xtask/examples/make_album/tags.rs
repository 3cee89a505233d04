//! Tags and covers, written with lofty.

use std::path::Path;

use anyhow::{Context, Result, bail};
use lofty::config::WriteOptions;
use lofty::file::FileType;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::tag::{ItemKey, Tag, TagExt};

/// What a file says about its music.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags {
    /// The name of the track.
    pub(crate) title: String,
    /// Who plays it.
    pub(crate) artist: String,
    /// The name of the album.
    pub(crate) album: String,
    /// Whose album it is.
    pub(crate) album_artist: String,
    /// The style.
    pub(crate) genre: String,
    /// When it was made.
    pub(crate) year: u32,
    /// The number on its disc, and how many are there.
    pub(crate) track: (u32, u32),
    /// The number of its disc, and how many there are.
    pub(crate) disc: (u32, u32),
}

/// Writes `tags` and a PNG cover into the file at `path`.
pub(crate) fn write(path: &Path, tags: &Tags, cover: &[u8]) -> Result<()> {
    let file_type = FileType::from_path(path).context("an unknown file type")?;
    let mut tag = Tag::new(file_type.primary_tag_type());
    let texts = [
        (ItemKey::TrackTitle, tags.title.clone()),
        (ItemKey::TrackArtist, tags.artist.clone()),
        (ItemKey::AlbumTitle, tags.album.clone()),
        (ItemKey::AlbumArtist, tags.album_artist.clone()),
        (ItemKey::Genre, tags.genre.clone()),
        (ItemKey::RecordingDate, tags.year.to_string()),
        (ItemKey::TrackNumber, tags.track.0.to_string()),
        (ItemKey::TrackTotal, tags.track.1.to_string()),
        (ItemKey::DiscNumber, tags.disc.0.to_string()),
        (ItemKey::DiscTotal, tags.disc.1.to_string()),
    ];
    for (key, text) in texts {
        if !tag.insert_text(key, text) {
            bail!("{file_type:?} files cannot hold {key:?}");
        }
    }
    let picture = Picture::unchecked(cover.to_vec())
        .pic_type(PictureType::CoverFront)
        .mime_type(MimeType::Png)
        .build();
    tag.push_picture(picture);
    tag.save_to_path(path, WriteOptions::default())
        .with_context(|| format!("cannot write tags to {}", path.display()))
}
