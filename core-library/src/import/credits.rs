//! Whom files credit, and which album they say they are from.

use bridge_traits::path;

use super::ScannedFile;
use super::discs::{split_disc, without_disc};
use crate::text::fold;

/// What a compilation without album artist is credited to, and an album whose tracks disagree.
pub(super) const VARIOUS_ARTISTS: &str = "Various Artists";

/// The most values kept of a field that can have several.
const MOST_VALUES: usize = 64;

/// An artist as a file names it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) mb_id: Option<&'a str>,
}

/// Brings what a file says into one form, with the disc that only its folder or album names.
pub(super) fn normalise(file: ScannedFile) -> ScannedFile {
    let mut file = tidy(file);
    if file.disc_number.is_none() {
        let folder = split_disc(path::file_name(path::parent(&file.path)));
        let disc = folder.or_else(|| file.album.as_deref().and_then(split_disc));
        file.disc_number = file.album.as_ref().and(disc).map(|(_, number)| number);
    }
    file
}

/// Brings fields into one form: no empty values, lists only where they say more than the text
/// beside them.
pub(super) fn tidy(mut file: ScannedFile) -> ScannedFile {
    for list in [
        &mut file.artists,
        &mut file.album_artists,
        &mut file.genres,
        &mut file.mb_artist_ids,
        &mut file.mb_album_artist_ids,
    ] {
        list.retain(|value| !value.trim().is_empty());
        list.truncate(MOST_VALUES);
    }
    for text in [
        &mut file.title,
        &mut file.artist,
        &mut file.album_artist,
        &mut file.album,
        &mut file.mb_album_id,
        &mut file.mb_recording_id,
    ] {
        *text = text.take().filter(|text| !text.trim().is_empty());
    }
    for (list, shown) in
        [(&mut file.artists, &mut file.artist), (&mut file.album_artists, &mut file.album_artist)]
    {
        if shown.is_none() && !list.is_empty() {
            *shown = Some(list.join(", "));
        }
        if let [only] = &**list
            && Some(only) == shown.as_ref()
        {
            list.clear();
        }
    }
    if file.genres.is_empty() {
        file.genres.extend(file.genre.take().filter(|genre| !genre.trim().is_empty()));
    }
    file.genre = file.genres.first().cloned();
    file
}

/// Whom a track is credited to: its artists, or without any those of its album.
pub(super) fn artists(file: &ScannedFile) -> Vec<Named<'_>> {
    let named = named(&file.artists, file.artist.as_deref(), &file.mb_artist_ids);
    if named.is_empty() { tagged_album_artists(file) } else { named }
}

/// Whom an album is credited to, as far as one track of it says.
pub(super) fn album_artists(file: &ScannedFile) -> Vec<Named<'_>> {
    let named = tagged_album_artists(file);
    if named.is_empty() && file.compilation {
        return vec![Named { name: VARIOUS_ARTISTS, mb_id: None }];
    }
    named
}

fn tagged_album_artists(file: &ScannedFile) -> Vec<Named<'_>> {
    named(&file.album_artists, file.album_artist.as_deref(), &file.mb_album_artist_ids)
}

/// Names with their ids; ids that cannot be told apart belong to nobody.
fn named<'a>(list: &'a [String], shown: Option<&'a str>, ids: &'a [String]) -> Vec<Named<'a>> {
    let names: Vec<&str> = if list.is_empty() {
        shown.into_iter().collect()
    } else {
        list.iter().map(|n| &**n).collect()
    };
    let ids = (ids.len() == names.len()).then_some(ids);
    let id = |at: usize| ids.map(|ids| &*ids[at]);
    // A name of marks that folding drops is still somebody's.
    names.into_iter().enumerate().map(|(at, name)| Named { name, mb_id: id(at) }).collect()
}

/// What makes a track without `MusicBrainz` id belong to an album: the album artist and title, or
/// without an album artist the folder and title, so that a compilation is not torn apart by its
/// artists. What only tells discs apart does not count.
pub(super) fn album_group(file: &ScannedFile) -> Option<String> {
    let title = fold(without_disc(file.album.as_deref()?));
    let (kind, owner) = match &file.album_artist {
        Some(artist) => ("artist", fold(artist)),
        None if file.compilation => ("artist", fold(VARIOUS_ARTISTS)),
        None => {
            let folder = path::parent(&file.path);
            let folder = match split_disc(path::file_name(folder)) {
                Some((rest, _)) => path::join(path::parent(folder), rest),
                None => folder.to_owned(),
            };
            ("folder", folder.trim_end_matches('/').to_owned())
        }
    };
    Some(format!("{kind}\u{1f}{owner}\u{1f}{title}"))
}

/// The title an album is shown with.
pub(super) fn album_title(album: &str) -> &str {
    without_disc(album)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(album: &str, album_artist: Option<&str>, path: &str) -> Option<String> {
        album_group(&normalise(ScannedFile {
            album: Some(album.to_owned()),
            album_artist: album_artist.map(str::to_owned),
            path: path.to_owned(),
            ..ScannedFile::default()
        }))
    }

    #[test]
    fn folders_of_discs_do_not_split_an_album() {
        let one = group("Live", None, "music/Live/CD1/01.flac");
        assert_eq!(one, group("LIVE", None, "music/Live/disc 2/01.flac"));
        assert_eq!(one, group("Live [Disc 3]", None, "music/Live - CD3/01.flac"));
        assert_eq!(one, group("Live", None, "music/Live/01.flac"));
        assert_ne!(one, group("Live", None, "music/Other/01.flac"));
        assert_ne!(one, group("Live", Some("X"), "music/Live/CD1/01.flac"));
    }

    #[test]
    fn ids_that_do_not_match_the_names_are_nobodys() {
        let ids = ["a".to_owned(), "b".to_owned()];
        let shown = named(&[], Some("A feat. B"), &ids);
        assert_eq!(shown, [Named { name: "A feat. B", mb_id: None }]);
        let list = ["A".to_owned(), "B".to_owned()];
        assert_eq!(named(&list, Some("A feat. B"), &ids)[1].mb_id, Some("b"));
    }
}
