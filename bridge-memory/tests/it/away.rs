//! Engines whose records are away answer as those do that have them all.

use std::ops::Bound;

use bridge_memory::{Engine, PackedRecord, PackedRow, Progress, SeededRandomness, Step, Wanted};
use bridge_traits::{
    Collection, Direction, ErrorKind, FieldKind, Filter, Page, Query, Record, Result, Row, Schema,
    SchemaChange, SchemaComponent, TokenMatch, Value, WriteBatch,
};

/// An engine that has everything, and one from which records are let go and brought back.
struct Pair {
    whole: Engine,
    partial: Engine,
    random: SeededRandomness,
    /// How many records were brought back.
    fetched: usize,
}

fn schema() -> Schema {
    let songs = Collection::new("songs")
        .required("title", FieldKind::Text)
        .optional("year", FieldKind::Integer)
        .required("words", FieldKind::Tokens)
        .optional("code", FieldKind::Integer)
        .index(&["title"])
        .index(&["year", "title"])
        .unique(&["code"]);
    let plain = Collection::new("plain").required("title", FieldKind::Text);
    let changes = [songs, plain].map(SchemaChange::CreateCollection).to_vec();
    Schema { components: vec![SchemaComponent::new("songs").migration(changes)] }
}

impl Pair {
    fn new(seed: u64) -> Self {
        let [whole, partial] = [(); 2].map(|()| {
            let mut engine = Engine::new();
            engine.migrate(&schema()).unwrap();
            engine
        });
        Self { whole, partial, random: SeededRandomness::new(seed), fetched: 0 }
    }

    fn below(&self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn collection(&self) -> &'static str {
        if self.below(5) == 0 { "plain" } else { "songs" }
    }

    fn key(&self) -> String {
        format!("k{:03}", self.below(300))
    }

    fn record(&self, collection: &str) -> Record {
        let title = format!("t{}", self.below(40));
        let record = Record::new(self.key()).with(title);
        if collection == "plain" {
            return record;
        }
        let year = match self.below(8) {
            0 => Value::Null,
            year => Value::from(year.cast_signed()),
        };
        let mut words: Vec<_> = (0..self.below(4)).map(|_| self.word()).collect();
        words.sort();
        words.dedup();
        let code = match self.below(4) {
            0 => Value::from(self.below(400).cast_signed()),
            _ => Value::Null,
        };
        record.with(year).with(Value::Tokens(words)).with(code)
    }

    fn word(&self) -> String {
        ["aa", "ab", "b", "ba", "c"][usize::try_from(self.below(5)).unwrap()].to_owned()
    }

    /// Brings back the first of what is wanted and, by chance, some of the others; before that, lets go
    /// of everything.
    fn fetch(&mut self, wanted: &Wanted, all: bool) {
        assert!(!wanted.keys.is_empty());
        let more = self.below(wanted.keys.len() as u64 * 2);
        let keys = if all { wanted.keys.len() } else { 1 + usize::try_from(more).unwrap() };
        if !all {
            self.let_go(&wanted.collection, ("", None));
        }
        for key in wanted.keys.iter().take(keys) {
            assert!(self.partial.is_away(&wanted.collection, key));
            let to = format!("{key}\0");
            let row = self.whole.rows_between(&wanted.collection, key, Some(&to)).unwrap().next();
            let PackedRow { version, record } = row.unwrap().clone();
            self.partial.bring_back(&wanted.collection, version, record).unwrap();
            self.fetched += 1;
        }
    }

    /// Lets go of what is older than the last few commits, as if those were not folded yet.
    fn let_go(&mut self, collection: &str, range: (&str, Option<&str>)) {
        let until = self.whole.sequence().saturating_sub(self.below(4));
        self.partial.let_go(collection, range, until, &|key| key.ends_with('7')).unwrap();
    }

    fn answer<T>(&mut self, step: impl Fn(&Engine, &mut Progress) -> Result<Step<T>>) -> Result<T> {
        let mut progress = Progress::default();
        loop {
            match step(&self.partial, &mut progress)? {
                Step::Done(answer) => return Ok(answer),
                Step::Fetch(wanted) => self.fetch(&wanted, false),
            }
        }
    }

    fn write(&mut self) {
        let mut batch = WriteBatch::new();
        for _ in 0..=self.below(6) {
            let collection = self.collection();
            match self.below(5) {
                0 => batch.delete(collection, self.key()),
                1 => batch.insert(collection, self.record(collection)),
                2 => {
                    let record = self.record(collection);
                    let row = self.whole.get(collection, record.key()).unwrap();
                    batch.replace(collection, record, row.map_or(1, |row| row.version));
                }
                _ => batch.put(collection, self.record(collection)),
            }
        }
        let changed = batch.operations.iter().map(|it| (&*it.collection, it.change.key()));
        let lacking = self.partial.lacking(changed);
        if !lacking.is_empty() {
            let refused = self.partial.prepare(batch.clone()).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Other);
        }
        for wanted in lacking {
            self.fetch(&wanted, true);
        }
        let [whole, partial] = [&self.whole, &self.partial].map(|it| it.prepare(batch.clone()));
        match (whole, partial) {
            (Ok(whole), Ok(partial)) => {
                assert_eq!(whole, partial);
                self.whole.commit(whole).unwrap();
                match self.below(3) {
                    0 => self.partial.replay(partial).unwrap(),
                    1 => self.partial.commit(partial).unwrap(),
                    _ => {
                        let staged = self.partial.stage(&partial).unwrap();
                        self.partial.commit_staged(partial, staged).unwrap();
                    }
                }
            }
            (whole, partial) => {
                let [whole, partial] = [whole, partial].map(|it| it.unwrap_err().to_string());
                assert_eq!(whole, partial);
            }
        }
    }

    fn filter(&self, depth: u64) -> Filter {
        let year = || Bound::Included(Value::from(self.below(8).cast_signed()));
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Filter::Everything,
            1 => Filter::equals("year", self.below(8).cast_signed()),
            2 => Filter::equals("title", format!("t{}", self.below(40))),
            3 => Filter::starts_with("title", format!("t{}", self.below(4))),
            4 => Filter::range("year", year(), Bound::Unbounded),
            5 => {
                let text = self.word()[..1].to_owned();
                let tokens = vec![TokenMatch { text, prefix: self.below(2) == 0 }];
                Filter::HasTokens { field: "words".into(), tokens }
            }
            6 => Filter::one_of("id", (0..5).map(|_| self.key())),
            7 => Filter::Any(vec![self.filter(0), self.filter(0)]),
            8 => Filter::Not(Box::new(self.filter(0))),
            _ => self.filter(0).and(self.filter(0)),
        }
    }

    fn query(&self) -> Query {
        let mut query = Query::new("songs").filter(self.filter(1));
        for field in [["year", "title"], ["title", "code"]][usize::from(self.below(3) == 0)] {
            let direction = match self.below(4) {
                0 => continue,
                1 => Direction::Descending,
                _ => Direction::Ascending,
            };
            query = query.sort(field, direction);
        }
        if self.below(3) == 0 {
            query = query.project(&["title", "id"]);
        }
        if self.below(4) == 0 {
            let most = [usize::MAX, usize::try_from(self.below(80)).unwrap()];
            query = query.skip(most[usize::from(self.below(10) > 0)]);
        }
        query.limit(1 + usize::try_from(self.below(30)).unwrap())
    }

    fn ask(&mut self) {
        let mut query = self.query();
        for _ in 0..4 {
            let whole = self.whole.query(&query).unwrap();
            let partial: Page =
                self.answer(|engine, progress| engine.query_or_fetch(&query, progress)).unwrap();
            assert_eq!(whole, partial, "{query:?}");
            let Some(next) = whole.next else { break };
            query = query.after(Some(next));
            query.skip = 0;
        }
        let filter = &query.filter;
        let counted =
            self.answer(|engine, progress| engine.count_or_fetch("songs", filter, progress));
        assert_eq!(counted.unwrap(), self.whole.count("songs", filter).unwrap(), "{filter:?}");
        let (collection, key) = (self.collection(), self.key());
        let row: Option<Row> =
            self.answer(|engine, _| engine.get_or_fetch(collection, &key)).unwrap();
        assert_eq!(row, self.whole.get(collection, &key).unwrap());
        let keys: Vec<_> = (0..self.below(20)).map(|_| self.key()).collect();
        let rows: Vec<_> =
            keys.iter().map(|key| self.whole.get(collection, key).unwrap()).collect();
        let partial =
            self.answer(|engine, progress| engine.get_many_or_fetch(collection, &keys, progress));
        assert_eq!(partial.unwrap(), rows);
    }
}

#[core_async::test(timeout_ms = 60_000)]
async fn answers_and_changes_are_the_same_whatever_is_away() {
    for seed in 0..8 {
        let mut pair = Pair::new(seed);
        for round in 0..150 {
            for _ in 0..pair.below(12) {
                pair.write();
            }
            // Nothing is away at first.
            if round > 10 {
                let collection = pair.collection();
                let [from, to] = [pair.key(), pair.key()];
                let to = (pair.below(2) == 0).then_some(to.as_str());
                pair.let_go(collection, (&from, to));
            }
            pair.ask();
        }
        let all = |engine: &Engine| -> Vec<_> {
            engine.rows().map(|(name, row)| (name.to_owned(), row.version)).collect()
        };
        assert_eq!(all(&pair.whole), all(&pair.partial));
        assert!(pair.fetched > 1_000, "{}", pair.fetched);
    }
}

#[core_async::test]
async fn no_index_is_built_anew_however_much_changes() {
    let mut pair = Pair::new(1);
    (0..100).for_each(|_| pair.write());
    pair.partial.let_go("songs", ("", None), u64::MAX, &|_| false).unwrap();
    for _ in 0..2_000 {
        // Of no record that is away.
        let mut batch = WriteBatch::new();
        let mut record = pair.record("songs");
        record.0[0] = "new".into();
        record.0[4] = Value::Null;
        batch.put("songs", record);
        for engine in [&mut pair.whole, &mut pair.partial] {
            engine.commit(engine.prepare(batch.clone()).unwrap()).unwrap();
        }
    }
    (0..50).for_each(|_| pair.ask());
}

#[core_async::test]
async fn a_migration_wants_everything() {
    let mut pair = Pair::new(1);
    (0..50).for_each(|_| pair.write());
    pair.partial.let_go("songs", ("", None), u64::MAX, &|_| false).unwrap();
    let mut schema = schema();
    assert!(!pair.partial.migrate(&schema).unwrap());
    let added = Collection::new("more").required("title", FieldKind::Text);
    let added = vec![SchemaChange::CreateCollection(added)];
    schema.components.push(SchemaComponent::new("more").migration(added));
    let refused = pair.partial.migrate(&schema).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Other);
    assert!(pair.whole.migrate(&schema).unwrap());
}

#[core_async::test]
async fn only_the_version_that_is_away_comes_back() {
    let mut pair = Pair::new(1);
    let song = |title: &str| {
        let record = Record::new("a").with(title).with(Value::Null);
        record.with(Value::Tokens(Vec::new())).with(Value::Null)
    };
    let mut batch = WriteBatch::new();
    batch.put("songs", song("old"));
    let changes = pair.partial.prepare(batch).unwrap();
    pair.partial.commit(changes).unwrap();
    pair.partial.let_go("songs", ("", None), 1, &|_| false).unwrap();
    for (version, title) in [(2, "newer"), (1, "old"), (1, "late")] {
        let packed = PackedRecord::pack(&song(title));
        pair.partial.bring_back("songs", version, packed).unwrap();
        assert_eq!(pair.partial.is_away("songs", "a"), version == 2);
    }
    assert_eq!(pair.partial.get("songs", "a").unwrap().unwrap().record, song("old"));
    let damaged = pair.partial.bring_back("songs", 1, PackedRecord::pack(&Record::new("a")));
    assert_eq!(damaged.unwrap_err().kind(), ErrorKind::Corrupt);
}
