//! Random batches and queries from a seed.

use std::ops::Bound;

use bridge_memory::SeededRandomness;
use bridge_traits::{
    Change, Direction, Filter, Precondition, Query, Record, TokenMatch, Value, WriteBatch,
};

use super::reference::Model;
use crate::database::fixture::{ENTRIES, SONGS, Song, entry, song, sorted};
use crate::database::values::ODD_TEXTS;

/// What kind of operations to make.
#[derive(Clone, Copy)]
pub(super) struct Profile {
    pub(super) seed: u64,
    /// How many different keys there are.
    pub(super) keys: usize,
    pub(super) odd_text: bool,
}

pub(super) struct Generator {
    random: SeededRandomness,
    profile: Profile,
}

const PLAIN_TEXTS: [&str; 10] = ["", "a", "b", "ab", "abc", "B", "Abba", "b a", "ba", "zz"];
const TOKENS: [&str; 8] = ["love", "lovely", "me", "do", "don", "x", "lo", "y"];

impl Generator {
    pub(super) fn new(profile: Profile) -> Self {
        Self { random: SeededRandomness::new(profile.seed), profile }
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.below(bound as u64)).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn optional<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance(30) { None } else { Some(make(self)) }
    }

    fn text(&mut self) -> &'static str {
        if self.profile.odd_text && self.chance(70) {
            self.pick(&ODD_TEXTS)
        } else {
            self.pick(&PLAIN_TEXTS)
        }
    }

    fn token(&mut self) -> &'static str {
        if self.profile.odd_text && self.chance(60) {
            self.pick(&ODD_TEXTS[1..])
        } else {
            self.pick(&TOKENS)
        }
    }

    fn year(&mut self) -> i64 {
        let years = [i64::MIN, -1, 0, 1, 2, 1999, 2000, 2001, (1 << 53) + 1, i64::MAX];
        self.pick(&years)
    }

    fn rating(&mut self) -> f64 {
        self.pick(&[-1.5, -0.0, 0.0, 0.1, 0.5, 1e300, 3.0])
    }

    fn cover(&mut self) -> Vec<u8> {
        let covers: [&[u8]; 5] = [&[], &[0], &[0, 255], &[39, 34], &[255]];
        self.pick(&covers).to_vec()
    }

    fn key(&mut self) -> String {
        let number = self.below(self.profile.keys);
        if self.profile.odd_text {
            format!("{number}{}", ODD_TEXTS[number])
        } else {
            format!("k{number}")
        }
    }

    /// Some keys, repeats included, at least one.
    pub(super) fn keys(&mut self) -> Vec<String> {
        (0..=self.below(8)).map(|_| self.key()).collect()
    }

    fn song(&mut self) -> Record {
        let words: Vec<_> = (0..self.below(4)).map(|_| self.token()).collect();
        let song = Song {
            title: self.text().to_owned(),
            artist: self.optional(|this| this.text().to_owned()),
            year: self.optional(Self::year),
            rating: self.optional(Self::rating),
            live: self.optional(|this| this.chance(50)),
            cover: self.optional(Self::cover),
            words: self.optional(|_| sorted(&words)),
            code: if self.chance(80) { None } else { Some(self.text().to_owned()) },
            ..song(&self.key())
        };
        song.record()
    }

    fn entry(&mut self) -> Record {
        let place = self.optional(|this| i64::try_from(this.below(6)).unwrap());
        let (key, list) = (self.key(), self.text());
        entry(&key, list, place)
    }

    pub(super) fn batch(&mut self, model: &Model) -> WriteBatch {
        let mut batch = WriteBatch::new();
        let length = if self.chance(5) { 60 } else { 1 + self.below(5) };
        for _ in 0..length {
            let collection = if self.chance(70) { SONGS } else { ENTRIES };
            let change = if self.chance(25) {
                Change::Delete(self.key())
            } else if collection == SONGS {
                Change::Put(self.song())
            } else {
                Change::Put(self.entry())
            };
            let key = match &change {
                Change::Put(record) => record.key(),
                Change::Delete(key) => key,
            };
            let version = model.get(collection, key).map(|row| row.version);
            // Mostly what is true, so that most batches go through.
            let precondition = match (self.below(10), version) {
                (0..3, Some(version)) => Precondition::Version(version),
                (0..3, None) => Precondition::Absent,
                (3, _) if length < 10 => Precondition::Absent,
                (4, _) if length < 10 => Precondition::Version(model.sequence()),
                _ => Precondition::None,
            };
            batch.push(collection, change, precondition);
        }
        if self.chance(3) {
            batch.push(SONGS, Change::Put(Record::new("short")), Precondition::None);
        }
        if self.chance(10) { batch.strict() } else { batch }
    }

    pub(super) fn query(&mut self) -> Query {
        let mut query = if self.chance(80) {
            let mut fields = ["title", "artist", "year", "rating", "live", "cover", "code", "id"];
            let query = Query::new(SONGS).filter(self.filter(3));
            self.sorted_by(query, &mut fields)
        } else {
            let query = Query::new(ENTRIES).filter(self.entry_filter());
            self.sorted_by(query, &mut ["list", "place", "id"])
        };
        let largest = if self.chance(50) { 4 } else { 200 };
        query.limit = 1 + self.below(largest);
        if self.chance(10) {
            query.skip = self.below(30);
        }
        if query.collection == SONGS && self.chance(20) {
            query = query.project(&["year", "id", "words", "title"]);
        }
        query
    }

    fn sorted_by(&mut self, mut query: Query, fields: &mut [&str]) -> Query {
        for number in 0..self.below(4).min(fields.len()) {
            let chosen = number + self.below(fields.len() - number);
            fields.swap(number, chosen);
            let directions = [Direction::Ascending, Direction::Descending];
            let direction = self.pick(&directions);
            query = query.sort(fields[number], direction);
        }
        query
    }

    fn entry_filter(&mut self) -> Filter {
        match self.below(4) {
            0 => Filter::Everything,
            1 => Filter::equals("list", self.text()),
            2 => Filter::equals("place", Value::Null),
            _ => Filter::equals("list", self.text()).and(Filter::range(
                "place",
                Bound::Included(1_i64.into()),
                Bound::Excluded(4_i64.into()),
            )),
        }
    }

    fn filter(&mut self, depth: usize) -> Filter {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Filter::Everything,
            1 => {
                let (field, value) = self.field_value();
                Filter::equals(field, value)
            }
            2 => self.one_of(),
            3 => self.range(),
            4 | 5 => {
                let field = self.pick(&["title", "artist", "code", "id"]);
                Filter::starts_with(field, self.text())
            }
            6 => self.has_tokens(),
            7 => Filter::All((0..self.below(4)).map(|_| self.filter(depth - 1)).collect()),
            8 => Filter::Any((0..self.below(4)).map(|_| self.filter(depth - 1)).collect()),
            _ => self.filter(depth - 1).negated(),
        }
    }

    fn field_value(&mut self) -> (&'static str, Value) {
        let (field, value) = match self.below(8) {
            0 => ("title", Value::from(self.text())),
            1 => ("artist", self.text().into()),
            2 => ("year", self.year().into()),
            3 => ("rating", self.rating().into()),
            4 => ("live", self.chance(50).into()),
            5 => ("cover", self.cover().into()),
            6 => ("code", self.text().into()),
            _ => ("id", self.key().into()),
        };
        if self.chance(15) { (field, Value::Null) } else { (field, value) }
    }

    fn one_of(&mut self) -> Filter {
        let count = self.below(5);
        let null = if self.chance(20) { vec![Value::Null] } else { Vec::new() };
        let (field, values): (_, Vec<Value>) = match self.below(3) {
            0 => ("year", (0..count).map(|_| self.year().into()).collect()),
            1 => ("artist", (0..count).map(|_| self.text().into()).collect()),
            _ => ("id", (0..count).map(|_| self.key().into()).collect()),
        };
        Filter::one_of(field, values.into_iter().chain(null))
    }

    fn range(&mut self) -> Filter {
        let (field, lower) = self.field_value();
        let upper = loop {
            let (other, value) = self.field_value();
            if other == field {
                break value;
            }
        };
        let lower = self.bound(lower);
        let upper = self.bound(upper);
        Filter::range(field, lower, upper)
    }

    fn bound(&mut self, value: Value) -> Bound<Value> {
        match self.below(3) {
            _ if value.is_null() => Bound::Unbounded,
            0 => Bound::Unbounded,
            1 => Bound::Included(value),
            _ => Bound::Excluded(value),
        }
    }

    fn has_tokens(&mut self) -> Filter {
        let tokens = (0..self.below(4))
            .map(|_| {
                let token = self.token();
                if self.chance(40) {
                    let beginning = token.chars().take(1 + self.below(3)).collect();
                    TokenMatch { text: beginning, prefix: true }
                } else {
                    TokenMatch { text: token.to_owned(), prefix: false }
                }
            })
            .collect();
        Filter::HasTokens { field: "words".to_owned(), tokens }
    }
}
