//! What an album is, as its tracks say it, kept so that one track more or less is one step.

use serde::{Deserialize, Serialize};

use super::credits::{VARIOUS_ARTISTS, album_title};
use super::tally::Tally;
use crate::models::{Album, ArtistCredit, Track, TrackTags};

/// Somebody credited: as shown, and who that is.
type Credit = (String, Vec<ArtistCredit>);

macro_rules! tallies {
    ($($field:ident: $type:ty),* $(,)?) => {
        /// How often the tracks of an album name each value.
        #[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(default)]
        pub(super) struct Summary {
            tracks: u32,
            duration_ms: u64,
            $(
                #[serde(skip_serializing_if = "Tally::is_empty")]
                #[serde(with = "pairs")]
                $field: Tally<$type>,
            )*
        }

        impl Summary {
            fn count(&mut self, values: Values) {
                $(for value in values.$field { self.$field.add(value); })*
            }

            fn uncount(&mut self, values: &Values) {
                $(for value in &values.$field { self.$field.remove(value); })*
            }

            /// Whether it must be made again from all tracks.
            pub(super) fn is_lost(&self) -> bool {
                $(self.$field.is_lost())||*
            }
        }

        /// What one track says.
        #[derive(Default)]
        struct Values {
            $($field: Vec<$type>),*
        }
    };
}

tallies! {
    titles: String,
    sorts: String,
    credits: Credit,
    credit_sorts: String,
    artists: Credit,
    years: i32,
    original_years: i32,
    genres: String,
    discs: u32,
    compilations: (),
    covers: (),
    release_groups: String,
}

impl Values {
    fn of(track: &Track, tags: &TrackTags) -> Self {
        let credit = |name: &Option<String>, credits: &[ArtistCredit]| {
            let shown = name.clone().or_else(|| credits.first().map(|credit| credit.name.clone()));
            shown.filter(|_| !credits.is_empty()).map(|name| (name, credits.to_vec()))
        };
        Self {
            titles: track.album.iter().map(|title| album_title(title).to_owned()).collect(),
            sorts: tags.album_sort.clone().into_iter().collect(),
            credits: credit(&track.album_artist, &track.album_artists).into_iter().collect(),
            credit_sorts: tags.album_artist_sort.clone().into_iter().collect(),
            artists: credit(&track.artist, &track.artists).into_iter().collect(),
            years: track.year.into_iter().collect(),
            original_years: track.original_year.into_iter().collect(),
            genres: track.genres.clone(),
            discs: vec![track.disc_number.unwrap_or(1)],
            compilations: track.compilation.then_some(()).into_iter().collect(),
            covers: track.has_cover.then_some(()).into_iter().collect(),
            release_groups: tags.mb_release_group_id.clone().into_iter().collect(),
        }
    }
}

/// Whom an album is credited to.
pub(super) enum AlbumCredit {
    /// Nobody says.
    Nobody,
    /// These.
    To(String, Vec<ArtistCredit>),
    /// The tracks disagree.
    Various,
}

impl Summary {
    /// Counts a track.
    pub(super) fn add(&mut self, track: &Track, tags: &TrackTags) {
        self.tracks += 1;
        self.duration_ms += track.duration_ms.unwrap_or(0);
        self.count(Values::of(track, tags));
    }

    /// Takes back what [`add`](Self::add) counted.
    pub(super) fn remove(&mut self, track: &Track, tags: &TrackTags) {
        self.tracks = self.tracks.saturating_sub(1);
        self.duration_ms = self.duration_ms.saturating_sub(track.duration_ms.unwrap_or(0));
        self.uncount(&Values::of(track, tags));
    }

    /// Whether there are no tracks.
    pub(super) fn is_empty(&self) -> bool {
        self.tracks == 0
    }

    /// Whether a track has a cover.
    pub(super) fn has_cover(&self) -> bool {
        !self.covers.is_empty()
    }

    /// Whom the album is credited to: whom its tracks say, or whom all of them are by.
    pub(super) fn credit(&self) -> AlbumCredit {
        if let Some((name, credits)) = self.credits.most_frequent() {
            return AlbumCredit::To(name.clone(), credits.clone());
        }
        let mut firsts = self.artists.values().map(|(_, credits)| credits.first());
        let Some(first) = firsts.next().flatten() else { return AlbumCredit::Nobody };
        let agree = firsts.all(|other| other.is_some_and(|other| other.id == first.id));
        if agree && self.artists.is_complete() {
            // A guest on one track is no artist of the album.
            return AlbumCredit::To(first.name.clone(), vec![first.clone()]);
        }
        AlbumCredit::Various
    }

    /// Puts what the tracks say into `album`, cover and credit aside.
    pub(super) fn describe(&self, album: &mut Album) {
        album.title = self.titles.most_frequent().cloned().unwrap_or_default();
        album.year = self.years.smallest().copied();
        album.original_year = self.original_years.smallest().copied();
        album.genres = self.genres.by_frequency().into_iter().cloned().collect();
        album.compilation = !self.compilations.is_empty();
        album.disc_count = u32::try_from(self.discs.values().count()).unwrap_or(u32::MAX);
        album.track_count = self.tracks;
        album.duration_ms = self.duration_ms;
        album.mb_release_group_id = self.release_groups.most_frequent().cloned();
    }

    /// What the album is sorted as.
    pub(super) fn sort(&self) -> Option<&String> {
        self.sorts.most_frequent()
    }

    /// What the album's artist is sorted as.
    pub(super) fn artist_sort(&self) -> Option<&String> {
        match self.credit() {
            AlbumCredit::To(name, _) if name != VARIOUS_ARTISTS => {
                self.credit_sorts.most_frequent()
            }
            _ => None,
        }
    }
}

/// Tallies as lists of pairs: keys of JSON objects are texts, which these values are not.
mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::tally::Tally;

    pub(super) fn serialize<T, S>(tally: &Tally<T>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Ord + Serialize,
        S: Serializer,
    {
        tally.to_pairs().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Tally<T>, D::Error>
    where
        T: Ord + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Deserialize::deserialize(deserializer).map(Tally::from_pairs)
    }
}
