//! The tracks that are stored: the same as those of the peers.

use bridge_traits::{Collection, FieldKind, Record, Schema, SchemaChange, SchemaComponent, Value};

const WORDS: &str = "amber anchor arrow autumn beacon birch blue bridge bronze candle canyon cedar \
    chrome cinder cobalt coral crystal dawn delta desert dusk echo ember falcon fern flame forest \
    frost garden ghost glass gold harbor hollow horizon indigo island ivory jade lantern lilac \
    lunar maple marble meadow midnight mirror mist ocean olive onyx opal orchid pearl pine prism \
    raven river saffron shadow silver sparrow thunder willow";

/// The fields of a track behind its key.
pub(crate) const FIELDS: [(&str, FieldKind); 19] = [
    ("title", FieldKind::Text),
    ("artist", FieldKind::Text),
    ("artist_id", FieldKind::Text),
    ("album", FieldKind::Text),
    ("album_id", FieldKind::Text),
    ("track_number", FieldKind::Integer),
    ("disc_number", FieldKind::Integer),
    ("year", FieldKind::Integer),
    ("genre", FieldKind::Text),
    ("duration_ms", FieldKind::Integer),
    ("codec", FieldKind::Text),
    ("sample_rate", FieldKind::Integer),
    ("bitrate", FieldKind::Integer),
    ("path", FieldKind::Text),
    ("size", FieldKind::Integer),
    ("added_at", FieldKind::Integer),
    ("title_key", FieldKind::Text),
    ("artist_key", FieldKind::Text),
    ("search", FieldKind::Tokens),
];

/// A collection of tracks with six indexes and words to search.
pub(crate) fn schema() -> Schema {
    let mut tracks = Collection::new("tracks");
    for (field, kind) in FIELDS {
        tracks = tracks.required(field, kind);
    }
    for index in ["title_key", "artist_key", "album_id", "year", "genre", "added_at"] {
        tracks = tracks.index(&[index]);
    }
    let created = SchemaChange::CreateCollection(tracks);
    Schema::new(vec![SchemaComponent::new("bench").migration(vec![created])])
}

pub(crate) fn hash(number: u32, salt: u32) -> u32 {
    let x = number.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503));
    let x = (x ^ (x >> 15)).wrapping_mul(2_246_822_519);
    x ^ (x >> 13)
}

pub(crate) fn id(number: u32) -> String {
    format!("0192f0e0-0000-7000-8000-{number:012}")
}

fn words(number: u32) -> [&'static str; 2] {
    [1, 2].map(|salt| WORDS.split(' ').nth((hash(number, salt) % 64) as usize).unwrap())
}

pub(crate) fn title_key(number: u32) -> String {
    let [first, second] = words(number);
    format!("{first} {second} {number:07}")
}

/// Track `number`, of a genre that may have changed.
pub(crate) fn track(number: u32, genre: Option<String>) -> Record {
    let [first, second] = words(number);
    let (album, artist) = (number / 12, number / 60);
    let mut tokens: Vec<String> =
        vec![first.into(), second.into(), format!("artist{artist}"), format!("album{album}")];
    tokens.sort();
    tokens.dedup();
    let place = number % 12 + 1;
    let genre = genre.unwrap_or_else(|| {
        WORDS.split(' ').nth((hash(artist, 4) % 64) as usize).unwrap().to_owned()
    });
    Record::new(id(number))
        .with(format!("{first} {second} {number}"))
        .with(format!("Artist {artist}"))
        .with(format!("artist-{artist}"))
        .with(format!("Album {album}"))
        .with(format!("album-{album}"))
        .with(place)
        .with(1_u32)
        .with(1960 + hash(number, 3) % 60)
        .with(genre)
        .with(120_000 + hash(number, 5) % 240_000)
        .with("flac")
        .with(44_100_u32)
        .with(900_u32)
        .with(format!("Artist {artist}/Album {album}/{place} {first} {second} {number}.flac"))
        .with(20_000_000 + hash(number, 6) % 20_000_000)
        .with(1_700_000_000_000_u64 + u64::from(number))
        .with(title_key(number))
        .with(format!("artist {artist:07}"))
        .with(Value::Tokens(tokens))
}
