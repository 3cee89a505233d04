//! Schema changes as SQL.
//!
//! A collection is a `STRICT` table with a column per field. The row number `_row` ties it to its
//! full-text tables, one per token field, which triggers keep in step: they hold postings only,
//! the tokens themselves are in the column.

use bridge_traits::{
    BridgeError, Collection, CompiledSchema, ErrorKind, Field, FieldKind, Index, Result,
    SchemaChange,
};

use super::names;
use super::statement::Statement;

/// The statements for one change, given the schema before it.
pub(super) fn statements(before: &CompiledSchema, change: &SchemaChange) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    match change {
        SchemaChange::CreateCollection(collection) => create(&mut statements, collection),
        SchemaChange::DropCollection(name) => drop_all(&mut statements, before.collection(name)?),
        SchemaChange::AddField { collection, field } => {
            add_field(&mut statements, collection, field);
        }
        SchemaChange::CreateIndex { collection, index } => {
            statements.push(create_index(collection, index));
        }
        SchemaChange::DropIndex { collection, name } => {
            statements
                .push(Statement::new(format!("DROP INDEX {}", names::index(collection, name))));
        }
        _ => {
            return Err(BridgeError::new(ErrorKind::Unsupported, "database.open")
                .with_detail("this kind of schema change is not known here"));
        }
    }
    Ok(statements)
}

fn create(statements: &mut Vec<Statement>, collection: &Collection) {
    let mut sql = format!(
        "CREATE TABLE {} ({} INTEGER PRIMARY KEY",
        names::table(&collection.name),
        names::ROW
    );
    for field in &collection.fields {
        let required = if field.optional { "" } else { " NOT NULL" };
        let unique = if field.name == Collection::KEY { " UNIQUE" } else { "" };
        let (name, kind) = (names::column(&field.name), sql_type(field.kind));
        sql.push_str(&format!(", {name} {kind}{required}{unique}"));
    }
    sql.push_str(&format!(", {} INTEGER NOT NULL) STRICT", names::VERSION));
    statements.push(Statement::new(sql));
    for field in &collection.fields {
        if field.kind == FieldKind::Tokens {
            create_tokens(statements, &collection.name, &field.name);
        }
    }
    statements.extend(collection.indexes.iter().map(|index| create_index(&collection.name, index)));
}

fn drop_all(statements: &mut Vec<Statement>, collection: &Collection) {
    for field in &collection.fields {
        if field.kind == FieldKind::Tokens {
            let tokens = names::tokens(&collection.name, &field.name);
            statements.push(Statement::new(format!("DROP TABLE {tokens}")));
        }
    }
    // Its indexes and triggers go with the table.
    let table = names::table(&collection.name);
    statements.push(Statement::new(format!("DROP TABLE {table}")));
}

fn add_field(statements: &mut Vec<Statement>, collection: &str, field: &Field) {
    let (table, column) = (names::table(collection), names::column(&field.name));
    let kind = sql_type(field.kind);
    statements.push(Statement::new(format!("ALTER TABLE {table} ADD COLUMN {column} {kind}")));
    if field.kind == FieldKind::Tokens {
        create_tokens(statements, collection, &field.name);
    }
    if !field.default.is_null() {
        // A default in the table's definition could not be bound. The triggers index it.
        let mut fill = Statement::new(format!("UPDATE {table} SET {column} = "));
        fill.bind(field.default.clone());
        statements.push(fill);
    }
}

fn create_index(collection: &str, index: &Index) -> Statement {
    let mut columns: Vec<_> = index.fields.iter().map(|field| names::column(field)).collect();
    if !index.unique && !index.fields.iter().any(|field| field == Collection::KEY) {
        // The key is the last sort key of every query; with it the index gives the whole order.
        columns.push(names::column(Collection::KEY));
    }
    Statement::new(format!(
        "CREATE {}INDEX {} ON {} ({})",
        if index.unique { "UNIQUE " } else { "" },
        names::index(collection, &index.name),
        names::table(collection),
        columns.join(", ")
    ))
}

fn create_tokens(statements: &mut Vec<Statement>, collection: &str, field: &str) {
    let (table, column, row) = (names::table(collection), names::column(field), names::ROW);
    let tokens = names::tokens(collection, field);
    let trigger = |event| names::trigger(collection, field, event);
    let insert = format!("INSERT INTO {tokens} (rowid, tokens) VALUES (new.{row}, new.{column})");
    let delete = format!("DELETE FROM {tokens} WHERE rowid = old.{row}");
    statements.extend(
        [
            format!(
                "CREATE VIRTUAL TABLE {tokens} USING fts5(tokens, content='', \
                 contentless_delete=1, detail=none, tokenize='ascii', prefix='1 2 3')"
            ),
            format!(
                "CREATE TRIGGER {} AFTER INSERT ON {table} WHEN new.{column} IS NOT NULL \
                 BEGIN {insert}; END",
                trigger("insert")
            ),
            // A contentless table has nothing to update: the old entry goes, the new one comes. One
            // trigger does both, because the order of several is not defined.
            format!(
                "CREATE TRIGGER {} AFTER UPDATE OF {column} ON {table} \
                 WHEN old.{column} IS NOT new.{column} \
                 BEGIN {delete} AND old.{column} IS NOT NULL; \
                 INSERT INTO {tokens} (rowid, tokens) \
                 SELECT new.{row}, new.{column} WHERE new.{column} IS NOT NULL; END",
                trigger("update")
            ),
            format!(
                "CREATE TRIGGER {} AFTER DELETE ON {table} WHEN old.{column} IS NOT NULL \
                 BEGIN {delete}; END",
                trigger("delete")
            ),
        ]
        .map(Statement::new),
    );
}

fn sql_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Boolean | FieldKind::Integer => "INTEGER",
        FieldKind::Real => "REAL",
        FieldKind::Bytes => "BLOB",
        _ => "TEXT",
    }
}
