//! The SQL that queries become, and what SQLite makes of it.

use std::ops::Bound;

use bridge_traits::{
    Collection, CompiledSchema, Cursor, Direction, ErrorKind, FieldKind, Filter, Query,
    SchemaChange, TokenMatch, Value,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

use super::{PagePlan, count};
use crate::database::ddl;
use crate::database::statement::Statement;

fn tracks() -> Collection {
    Collection::new("tracks")
        .required("title", FieldKind::Text)
        .optional("artist", FieldKind::Text)
        .optional("album", FieldKind::Text)
        .required("number", FieldKind::Integer)
        .optional("year", FieldKind::Integer)
        .required("live", FieldKind::Boolean)
        .optional("words", FieldKind::Tokens)
        .index(&["title"])
        .index(&["artist", "title"])
        .index(&["album", "number"])
        .index(&["year"])
}

fn by(keys: &[&str]) -> Query {
    keys.iter().fold(Query::new("tracks").project(&["id"]), |query, key| {
        match key.strip_prefix('-') {
            Some(field) => query.sort(field, Direction::Descending),
            None => query.sort(key, Direction::Ascending),
        }
    })
}

fn behind(query: Query, values: Vec<Value>) -> Query {
    let cursor = Cursor::new(&query, values, "k");
    query.after(Some(cursor))
}

/// The condition of a filter, with its values written out.
#[track_caller]
fn condition(filter: Filter) -> String {
    let statement = count(&tracks(), &filter).unwrap();
    let (_, condition) = statement.sql.split_once(" WHERE ").unwrap();
    filled(condition, &statement.values)
}

/// The conditions that begin a page, with the values written out.
#[track_caller]
fn positions(query: Query) -> Vec<String> {
    let plan = PagePlan::new(&tracks(), &query).unwrap();
    plan.statements
        .iter()
        .map(|statement| {
            let (_, rest) = statement.sql.split_once(" WHERE 1 AND (").unwrap();
            let (position, _) = rest.split_once(") ORDER BY").unwrap();
            filled(position, &statement.values)
        })
        .collect()
}

fn filled(sql: &str, values: &[Value]) -> String {
    let mut values = values.iter();
    sql.split_inclusive('?')
        .map(|part| match (part.strip_suffix('?'), values.len()) {
            (Some(part), 1..) => {
                let value = match values.next().unwrap() {
                    Value::Integer(value) => value.to_string(),
                    Value::Boolean(value) => value.to_string(),
                    Value::Text(text) => format!("'{text}'"),
                    other => format!("{other:?}"),
                };
                format!("{part}{value}")
            }
            _ => part.to_owned(),
        })
        .collect()
}

#[test]
fn conditions_are_two_valued() {
    let year = |lower, upper| Filter::range("year", lower, upper);
    let (two, null) = (Value::from(2_i64), Value::Null);
    for (filter, expected) in [
        (Filter::Everything, "1"),
        (Filter::equals("year", 2_i64), "\"year\" = 2"),
        (Filter::equals("year", Value::Null), "\"year\" IS NULL"),
        (Filter::equals("live", true), "\"live\" = true"),
        (Filter::equals("year", 2_i64).negated(), "((\"year\" = 2) IS NOT TRUE)"),
        (Filter::one_of("year", [1_i64, 2]), "(\"year\" IN (1, 2))"),
        (
            Filter::one_of("year", [Value::Null, two.clone()]),
            "(\"year\" IN (2) OR \"year\" IS NULL)",
        ),
        (Filter::one_of("year", Vec::<i64>::new()), "(\"year\" IN ())"),
        (year(Bound::Unbounded, Bound::Unbounded), "\"year\" IS NOT NULL"),
        (year(Bound::Excluded(two.clone()), Bound::Unbounded), "\"year\" > 2"),
        (
            year(Bound::Included(null.clone()), Bound::Excluded(two)),
            "\"year\" IS NOT NULL AND \"year\" < 2",
        ),
        (year(Bound::Unbounded, Bound::Included(null)), "0"),
        (Filter::starts_with("title", "ab"), "\"title\" >= 'ab' AND \"title\" < 'ac'"),
        (Filter::starts_with("title", "\u{10FFFF}"), "\"title\" >= '\u{10FFFF}'"),
        (Filter::starts_with("artist", ""), "\"artist\" IS NOT NULL"),
        (Filter::All(vec![]), "1"),
        (Filter::Any(vec![]), "0"),
        (
            Filter::Any(vec![Filter::equals("year", 1_i64), Filter::equals("title", "x")]),
            "(\"year\" = 1 OR \"title\" = 'x')",
        ),
    ] {
        assert_eq!(condition(filter), expected);
    }
}

#[test]
fn token_searches_go_to_the_full_text_table() {
    let tokens = |text: &str, prefix| Filter::HasTokens {
        field: "words".into(),
        tokens: vec![TokenMatch { text: text.into(), prefix }],
    };
    assert_eq!(
        condition(tokens("ab", true)),
        "\"_row\" IN (SELECT rowid FROM \"_mpc_tokens$tracks$words\" \
         WHERE \"_mpc_tokens$tracks$words\" MATCH '\"ab\"*')"
    );
    assert_eq!(condition(tokens("", true)), "(1 AND \"words\" <> '')");
    assert!(condition(tokens(&"x".repeat(40_000), false)).contains("instr("));
}

#[test]
fn conditions_on_tokens_become_one_full_text_search() {
    let one = |text: &str| Filter::HasTokens {
        field: "words".into(),
        tokens: vec![TokenMatch { text: text.into(), prefix: false }],
    };
    let either = Filter::Any(vec![one("a"), one("b")]);
    let found = |expression| {
        format!(
            "\"_row\" IN (SELECT rowid FROM \"_mpc_tokens$tracks$words\" \
             WHERE \"_mpc_tokens$tracks$words\" MATCH '{expression}')"
        )
    };
    assert_eq!(condition(either.clone()), found("(\"a\") OR (\"b\")"));
    let all = Filter::All(vec![Filter::equals("year", 1_i64), either, one("c")]);
    let tokens = found("((\"a\") OR (\"b\")) AND (\"c\")");
    assert_eq!(condition(all), format!("({tokens} AND \"year\" = 1)"));
    let mixed = Filter::Any(vec![one("a"), Filter::equals("year", 1_i64)]);
    assert!(condition(mixed).contains(" OR "));
    let deep = (0..40).fold(one("a"), |filter, _| Filter::All(vec![filter, one("b")]));
    assert!(condition(deep).len() < 10_000);
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    for filter in [
        Filter::equals("nothing", 1_i64),
        Filter::equals("title\" OR 1 --", "x"),
        Filter::equals("title", 1_i64),
        Filter::equals("year", 1.0),
        Filter::starts_with("year", "1"),
        Filter::equals("words", "x"),
        Filter::HasTokens { field: "title".into(), tokens: vec![] },
        Filter::one_of("year", 0..40_000_i64),
        (0..400).fold(Filter::Everything, |filter, _| filter.negated()),
    ] {
        let error = count(&tracks(), &filter).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{filter:?}");
    }
    for query in [
        by(&["nothing"]),
        by(&["words"]),
        by(&[]).limit(0),
        by(&[]).limit(Query::MAX_LIMIT + 1),
        by(&[]).project(&["nothing"]),
        behind(by(&["title"]), vec![Value::from(1_i64)]),
        behind(by(&["title"]), vec![Value::Null]),
    ] {
        let error = PagePlan::new(&tracks(), &query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{query:?}");
    }
}

#[test]
fn positions_follow_directions_and_nulls() {
    assert_eq!(positions(behind(by(&[]), vec![])), ["(\"id\") > ('k')"]);
    assert_eq!(
        positions(behind(by(&["artist", "title"]), vec!["a".into(), "t".into()])),
        ["(\"artist\", \"title\", \"id\") > ('a', 't', 'k')"]
    );
    assert_eq!(
        positions(behind(by(&["artist"]), vec![Value::Null])),
        ["(\"artist\" IS NOT NULL OR (\"artist\" IS Null AND (\"id\" > 'k')))"]
    );
    assert_eq!(
        positions(behind(by(&["-title", "year"]), vec!["t".into(), Value::Null])),
        ["\"title\" <= 't' AND (\"title\" < 't' OR (\"title\" IS 't' AND \
          (\"year\" IS NOT NULL OR (\"year\" IS Null AND (\"id\" > 'k')))))"]
    );
    assert_eq!(
        positions(behind(by(&["-year"]), vec![Value::from(5_i64)])),
        [
            "\"year\" <= 5 AND (\"year\" < 5 OR (\"year\" IS 5 AND (\"id\" > 'k')))",
            "\"year\" IS NULL"
        ]
    );
    assert_eq!(
        positions(behind(by(&["-year"]), vec![Value::Null])),
        ["(0 OR (\"year\" IS Null AND (\"id\" > 'k')))"]
    );
    assert_eq!(
        positions(behind(by(&["title", "-year"]), vec!["t".into(), 5_i64.into()])),
        ["\"title\" >= 't' AND (\"title\" > 't' OR (\"title\" IS 't' AND \
          (\"year\" < 5 OR \"year\" IS NULL OR (\"year\" IS 5 AND (\"id\" > 'k')))))"]
    );
}

/// What SQLite does for each statement of a query.
async fn plans(query: &Query) -> Vec<String> {
    let mut connection = database().await;
    let mut plans = Vec::new();
    for statement in PagePlan::new(&tracks(), query).unwrap().statements {
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let explain = Statement { sql, values: statement.values };
        let rows = explain.into_query().fetch_all(&mut connection).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        plans.push(steps.join("; "));
    }
    plans
}

async fn database() -> SqliteConnection {
    let mut connection = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
    let create = SchemaChange::CreateCollection(tracks());
    for statement in ddl::statements(&CompiledSchema::default(), &create).unwrap() {
        statement.into_query().execute(&mut connection).await.unwrap();
    }
    connection
}

#[core_async::test]
async fn sorted_pages_follow_an_index() {
    let album = || Filter::equals("album", "x");
    for (query, index) in [
        (by(&["title"]), "tracks$title"),
        (behind(by(&["title"]), vec!["t".into()]), "tracks$title"),
        (by(&["artist", "title"]), "tracks$artist_title"),
        (behind(by(&["artist", "title"]), vec!["a".into(), "t".into()]), "tracks$artist_title"),
        (behind(by(&["artist", "title"]), vec![Value::Null, "t".into()]), "tracks$artist_title"),
        (by(&["number"]).filter(album()), "tracks$album_number"),
        (behind(by(&["number"]).filter(album()), vec![3_i64.into()]), "tracks$album_number"),
        (behind(by(&[]), vec![]), "sqlite_autoindex_tracks_1"),
    ] {
        for plan in plans(&query).await {
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}

#[core_async::test]
async fn descending_pages_sort_only_among_equals() {
    // The key ascends where the index descends, so rows that agree in the sort keys are sorted.
    for query in [by(&["-year"]), behind(by(&["-year"]), vec![5_i64.into()])] {
        let plans = plans(&query).await;
        assert!(plans[0].contains("tracks$year"), "{plans:?}");
        assert!(plans[0].contains("TEMP B-TREE FOR LAST TERM OF ORDER BY"), "{plans:?}");
        for nulls in &plans[1..] {
            assert!(!nulls.contains("TEMP B-TREE"), "{plans:?}");
        }
    }
}

#[core_async::test]
async fn ranges_and_positions_narrow_the_search() {
    let starts = by(&["title"]).filter(Filter::starts_with("title", "ab"));
    assert!(plans(&starts).await[0].contains("title>? AND title<?"));
    let position = behind(by(&["artist", "title"]), vec!["a".into(), "t".into()]);
    assert!(plans(&position).await[0].contains("(artist,title,id)>(?,?,?)"));
    let descending = behind(by(&["-year"]), vec![5_i64.into()]);
    assert!(plans(&descending).await[0].contains("year<?"));
}

#[core_async::test]
async fn a_prepared_statement_is_planned_once() {
    let mut connection = database().await;
    let mut asked = 0;
    for number in 0..3_i64 {
        let title = format!("title {number}");
        for query in [
            by(&["title"]),
            behind(by(&["artist", "title"]), vec!["a".into(), title.as_str().into()]),
            behind(by(&["-year"]), vec![number.into()]),
            by(&["number"]).filter(Filter::equals("album", title.as_str())),
            by(&["title"]).filter(Filter::starts_with("title", &title)),
            by(&["year"]).filter(Filter::range(
                "year",
                Bound::Included(number.into()),
                Bound::Unbounded,
            )),
        ] {
            for statement in PagePlan::new(&tracks(), &query).unwrap().statements {
                statement.into_query().fetch_all(&mut connection).await.unwrap();
                asked += 1;
            }
        }
    }
    assert_eq!((asked, planned_anew(&mut connection).await), (21, 0));
}

/// How often SQLite has planned a statement again that was prepared on this connection.
#[expect(unsafe_code, reason = "only the C interface tells")]
async fn planned_anew(connection: &mut SqliteConnection) -> i32 {
    let mut handle = connection.lock_handle().await.unwrap();
    let database = handle.as_raw_handle().as_ptr();
    let (mut statement, mut count) = (std::ptr::null_mut(), 0);
    loop {
        // SAFETY: the connection is open, and while it is locked its statements stay.
        unsafe {
            statement = libsqlite3_sys::sqlite3_next_stmt(database, statement);
            if statement.is_null() {
                return count;
            }
            let kind = libsqlite3_sys::SQLITE_STMTSTATUS_REPREPARE;
            count += libsqlite3_sys::sqlite3_stmt_status(statement, kind, 0);
        }
    }
}
