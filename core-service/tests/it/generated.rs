//! A library of music that does not exist, in many languages, and questions to ask of it. The same
//! seed makes the same of both on every platform.

use core_service::core_library::{
    AlbumQuery, ArtistQuery, FileChange, FolderQuery, GenreQuery, ScannedFile, SearchQuery,
    TrackQuery,
};

const WORDS: &[&str] = &[
    "love",
    "night",
    "heaven",
    "dancing",
    "river",
    "stairway",
    "midnight",
    "electric",
    "don't",
    "rock'n'roll",
    "AC/DC",
    "T.N.T.",
    "the",
    "of",
    "a",
    "Motörhead",
    "Øresund",
    "straße",
    "Ærø",
    "Björk",
    "Łódź",
    "İstanbul",
    "ılık",
    "façade",
    "niño",
    "Dvořák",
    "œuvre",
    "Þór",
    "Qarabağ",
    "ﬁne",
    "Ｆｕｌｌ",
    "Ёлка",
    "любовь",
    "ночь",
    "Київ",
    "ΛΌΓΟΣ",
    "αγάπη",
    "שָׁלוֹם",
    "حُبّ",
    "ليل",
    "東京",
    "事変",
    "天使",
    "残酷",
    "がくふ",
    "カタカナ",
    "데이식스",
    "사랑",
    "ความรัก",
    "हिन्दी",
    "गाने",
    "காதல்",
    "1999",
    "99",
    "2nd",
    "remix",
    "live",
    "symphony",
    "concerto",
    "quartet",
    "'; DROP TABLE",
    "\"quoted\"",
    "100%",
    "_under_",
    "*",
    "radiohead",
    "metallica",
    "nirvana",
    "beatles",
    "orchestra",
    "philharmonic",
    "unplugged",
    "session",
    "yesterday",
    "tomorrow",
];

const GENRES: &[&str] = &["Rock", "Jazz", "Электроника", "J-Pop", "Клезмер", "Bossa Nova", "Ὕμνος"];

/// Numbers that look random (`SplitMix64`).
#[derive(Debug)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap()
    }

    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let end = u32::try_from(choices.len()).unwrap();
        choices[self.below(end) as usize]
    }

    fn year(&mut self) -> i32 {
        1950 + i32::try_from(self.below(75)).unwrap()
    }

    /// One of these orders in one of both directions, or the order there is without.
    fn sort(&mut self, names: &[&str]) -> Option<String> {
        let name = self.of(names);
        let sign = if self.one_in(2) { "-" } else { "" };
        (!self.one_in(8)).then(|| format!("{sign}{name}"))
    }

    fn words(&mut self, most: u32) -> String {
        let words: Vec<_> = (0..=self.below(most)).map(|_| self.of(WORDS)).collect();
        words.join(" ")
    }
}

/// The files of a library.
pub(crate) fn files(count: u32) -> Vec<FileChange> {
    let mut numbers = Numbers(1);
    let artists: Vec<_> = (0..count / 20 + 2).map(|_| numbers.words(2)).collect();
    let albums: Vec<_> = (0..count / 10 + 2).map(|_| numbers.words(3)).collect();
    let file = |number: u32| {
        let album = numbers.below(count / 10 + 2) as usize;
        let artist = if numbers.one_in(9) { numbers.below(count) as usize } else { album };
        let artist = artists[artist % artists.len()].clone();
        let mut file = ScannedFile {
            path: format!("music/{album}/{number}.flac"),
            size: u64::from(numbers.below(50_000_000)),
            signature: format!("s{number}"),
            title: (!numbers.one_in(40)).then(|| numbers.words(4)),
            album: (!numbers.one_in(15)).then(|| albums[album].clone()),
            track_number: (!numbers.one_in(10)).then(|| numbers.below(20) + 1),
            disc_number: numbers.one_in(4).then(|| numbers.below(3) + 1),
            year: (!numbers.one_in(6)).then(|| numbers.year()),
            duration_ms: (!numbers.one_in(30)).then(|| u64::from(numbers.below(600_000))),
            codec: "flac".into(),
            playable: true,
            has_cover: numbers.one_in(2),
            ..ScannedFile::default()
        };
        file.album_artist = numbers.one_in(3).then(|| artist.clone());
        file.artist = (!numbers.one_in(25)).then(|| artist.clone());
        file.artists = file.artist.iter().cloned().collect();
        file.genre = (!numbers.one_in(5)).then(|| numbers.of(GENRES).to_owned());
        file.genres = file.genre.iter().cloned().collect();
        FileChange::Add(file)
    };
    (0..count).map(file).collect()
}

/// One question to a library.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Tracks(Box<TrackQuery>),
    Albums(AlbumQuery),
    Artists(ArtistQuery),
    Genres(GenreQuery),
    Folders(FolderQuery),
    Search(SearchQuery),
}

/// A question about lists.
pub(crate) fn question(numbers: &mut Numbers) -> Question {
    let limit = (!numbers.one_in(4)).then(|| numbers.below(70) + 1);
    let artist = numbers.one_in(4).then(|| numbers.words(2));
    let genre = numbers.one_in(4).then(|| numbers.of(GENRES).to_lowercase());
    let year = numbers.one_in(4).then(|| numbers.year());
    let text = numbers.one_in(5).then(|| numbers.words(1));
    match numbers.below(8) {
        0 => {
            let sort = numbers.sort(&["title", "artist", "year", "added"]);
            let year_from = numbers.one_in(4).then(|| numbers.year());
            let compilation = numbers.one_in(9).then(|| numbers.one_in(2));
            let query = AlbumQuery { sort, limit, artist, genre, year, ..Default::default() };
            Question::Albums(AlbumQuery { year_from, compilation, text, ..query })
        }
        1 => {
            let sort = numbers.sort(&["name", "tracks"]);
            let has_albums = numbers.one_in(3);
            let query = ArtistQuery { sort, limit, genre, year, ..Default::default() };
            Question::Artists(ArtistQuery { has_albums, text, ..query })
        }
        2 => {
            let sort = numbers.sort(&["name", "tracks"]);
            Question::Genres(GenreQuery { sort, limit, text, ..Default::default() })
        }
        3 => {
            let parent = numbers.one_in(2).then(|| "music".to_owned());
            Question::Folders(FolderQuery { limit, parent, text, ..Default::default() })
        }
        _ => {
            let query = TrackQuery { limit, artist, genre, year, text, ..track_query(numbers) };
            Question::Tracks(Box::new(query))
        }
    }
}

/// What only tracks can be asked for.
fn track_query(numbers: &mut Numbers) -> TrackQuery {
    let sorts = [
        "title",
        "artist",
        "album",
        "track",
        "year",
        "duration",
        "added",
        "rating",
        "play_count",
        "last_played",
        "path",
    ];
    let deleted = numbers.one_in(12);
    let removed = ["deleted", "title", "artist", "album", "path"];
    let sort = numbers.sort(if deleted { &removed } else { &sorts });
    if deleted {
        return TrackQuery { sort, deleted, ..TrackQuery::default() };
    }
    let folder = |numbers: &mut Numbers| format!("music/{}", numbers.below(60));
    TrackQuery {
        sort,
        album: numbers.one_in(6).then(|| numbers.words(2)),
        album_artist: numbers.one_in(9).then(|| numbers.words(2)),
        folder: numbers.one_in(9).then(|| folder(numbers)),
        in_folder: numbers.one_in(15).then(|| folder(numbers)),
        year_from: numbers.one_in(6).then(|| numbers.year()),
        year_to: numbers.one_in(6).then(|| numbers.year()),
        duration_from: numbers.one_in(9).then(|| u64::from(numbers.below(600_000))),
        duration_to: numbers.one_in(9).then(|| u64::from(numbers.below(600_000))),
        rating_from: numbers.one_in(8).then(|| numbers.below(101)),
        rating_to: numbers.one_in(8).then(|| numbers.below(101)),
        favourite: numbers.one_in(8).then(|| numbers.one_in(2)),
        play_count_from: numbers.one_in(9).then(|| numbers.below(3)),
        play_count_to: numbers.one_in(9).then(|| numbers.below(3)),
        last_played_from: numbers.one_in(9).then(|| u64::from(numbers.below(24_000_000))),
        ..TrackQuery::default()
    }
}

/// Something that somebody types: whole words, beginnings, parts, and mistakes.
pub(crate) fn search(numbers: &mut Numbers) -> Question {
    let mut text = String::new();
    for _ in 0..=numbers.below(3) {
        let mut word: Vec<char> = numbers.of(WORDS).chars().collect();
        let at = numbers.below(u32::try_from(word.len()).unwrap()) as usize;
        match numbers.below(6) {
            0 => word.truncate(at + 1),
            1 => {
                word.remove(at);
            }
            2 => word.insert(at, 'e'),
            3 if at > 0 => word.swap(at - 1, at),
            4 => word = word.into_iter().flat_map(char::to_uppercase).collect(),
            _ => {}
        }
        text.extend(word);
        text.push_str(if numbers.one_in(9) { "-" } else { " " });
    }
    Question::Search(SearchQuery { text, limit: Some(numbers.below(40) + 1) })
}
