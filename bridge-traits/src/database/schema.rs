//! Schemas: components with numbered migrations, folded into the collections that result.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Collection, Field, FieldKind, Index, Record};
use crate::{BridgeError, ErrorKind, Result};

/// One step of a migration.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum SchemaChange {
    /// Adds an empty collection.
    CreateCollection(Collection),
    /// Removes a collection and its records.
    DropCollection(String),
    /// Adds a field behind the others; existing records get its default.
    AddField {
        /// The collection.
        collection: String,
        /// The field, which must be optional or have a default.
        field: Field,
    },
    /// Adds an index over existing records.
    CreateIndex {
        /// The collection.
        collection: String,
        /// The index.
        index: Index,
    },
    /// Removes an index.
    DropIndex {
        /// The collection.
        collection: String,
        /// The name of the index.
        name: String,
    },
}

/// Steps that are applied together, once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Migration {
    /// The number: 1, 2, 3 … within the component. Never reuse or change one that was released.
    pub number: u32,
    /// The steps.
    pub changes: Vec<SchemaChange>,
}

/// The part of a schema that belongs to one domain, with a version of its own.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SchemaComponent {
    /// The name, for example `"library"`.
    pub name: String,
    /// Every migration ever released, in order. The first ones create the collections.
    pub migrations: Vec<Migration>,
}

impl SchemaComponent {
    /// A component without collections.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), migrations: Vec::new() }
    }

    /// Adds the next migration.
    #[must_use]
    pub fn migration(mut self, changes: Vec<SchemaChange>) -> Self {
        let number = self.version() + 1;
        self.migrations.push(Migration { number, changes });
        self
    }

    /// The number of the last migration.
    pub fn version(&self) -> u32 {
        self.migrations.last().map_or(0, |migration| migration.number)
    }
}

/// Everything a database holds: the components of all domains.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Schema {
    /// The components.
    pub components: Vec<SchemaComponent>,
}

/// The collections a schema results in.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct CompiledSchema {
    /// The collections, in the order of their creation.
    pub collections: Vec<Collection>,
}

impl Schema {
    /// A schema of these components.
    pub fn new(components: Vec<SchemaComponent>) -> Self {
        Self { components }
    }

    /// Folds every migration into the collections that result.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if a step contradicts those before it.
    pub fn compile(&self) -> Result<CompiledSchema> {
        let mut compiled = CompiledSchema::default();
        let mut names = BTreeSet::new();
        for component in &self.components {
            check_name(&component.name)?;
            if !names.insert(&component.name) {
                return Err(invalid(format!("component {:?} occurs twice", component.name)));
            }
            for (migration, expected) in component.migrations.iter().zip(1..) {
                if migration.number != expected {
                    return Err(invalid(format!(
                        "migration {} of {:?} should have number {expected}",
                        migration.number, component.name
                    )));
                }
                for change in &migration.changes {
                    compiled.apply(change)?;
                }
            }
        }
        Ok(compiled)
    }
}

impl CompiledSchema {
    /// The collection of that name.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if there is none.
    pub fn collection(&self, name: &str) -> Result<&Collection> {
        self.collections
            .iter()
            .find(|collection| collection.name == name)
            .ok_or_else(|| invalid(format!("there is no collection {name:?}")))
    }

    /// Applies one step.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if it contradicts what is there.
    pub fn apply(&mut self, change: &SchemaChange) -> Result<()> {
        match change {
            SchemaChange::CreateCollection(collection) => {
                if self.collection(&collection.name).is_ok() {
                    return Err(invalid(format!("collection {:?} exists", collection.name)));
                }
                check_collection(collection)?;
                self.collections.push(collection.clone());
            }
            SchemaChange::DropCollection(name) => {
                self.collection(name)?;
                self.collections.retain(|collection| collection.name != *name);
            }
            SchemaChange::AddField { collection, field } => {
                let collection = self.collection_mut(collection)?;
                collection.fields.push(field.clone());
                check_collection(collection)?;
                if !field.optional && field.default.is_null() {
                    return Err(invalid(format!("added field {:?} needs a default", field.name)));
                }
            }
            SchemaChange::CreateIndex { collection, index } => {
                let collection = self.collection_mut(collection)?;
                collection.indexes.push(index.clone());
                check_collection(collection)?;
            }
            SchemaChange::DropIndex { collection, name } => {
                let collection = self.collection_mut(collection)?;
                let before = collection.indexes.len();
                collection.indexes.retain(|index| index.name != *name);
                if collection.indexes.len() == before {
                    return Err(invalid(format!("there is no index {name:?}")));
                }
            }
        }
        Ok(())
    }

    fn collection_mut(&mut self, name: &str) -> Result<&mut Collection> {
        self.collections
            .iter_mut()
            .find(|collection| collection.name == name)
            .ok_or_else(|| invalid(format!("there is no collection {name:?}")))
    }
}

impl Collection {
    /// Checks that a record fits: a key, one value of the right kind for each field, no null
    /// where one is not allowed, tokens sorted and without repeats.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest`, saying which field does not fit.
    pub fn check(&self, record: &Record) -> Result<()> {
        let complain = |what: String| Err(invalid(format!("record for {:?}: {what}", self.name)));
        if record.key().is_empty() {
            return complain("the key is missing or empty".into());
        }
        if record.0.len() != self.fields.len() {
            return complain(format!("{} values, {} fields", record.0.len(), self.fields.len()));
        }
        for (field, value) in self.fields.iter().zip(&record.0) {
            if !value.fits(field.kind) || (value.is_null() && !field.optional) {
                return complain(format!("{:?} cannot hold this value", field.name));
            }
            if let super::Value::Tokens(tokens) = value
                && !tokens.is_sorted_by(|a, b| a < b)
            {
                return complain(format!("{:?} is not sorted or has repeats", field.name));
            }
        }
        Ok(())
    }
}

fn check_collection(collection: &Collection) -> Result<()> {
    check_name(&collection.name)?;
    let mut names = BTreeSet::new();
    for field in &collection.fields {
        check_name(&field.name)?;
        if !names.insert(&field.name) {
            return Err(invalid(format!("field {:?} occurs twice", field.name)));
        }
        if !field.default.fits(field.kind) {
            return Err(invalid(format!("the default of {:?} does not fit", field.name)));
        }
    }
    let key = &collection.fields[0];
    if key.name != Collection::KEY || key.kind != FieldKind::Text || key.optional {
        return Err(invalid(format!("{:?} must begin with its key", collection.name)));
    }
    let mut index_names = BTreeSet::new();
    for index in &collection.indexes {
        check_name(&index.name)?;
        if !index_names.insert(&index.name) || index.fields.is_empty() {
            return Err(invalid(format!("index {:?} is empty or occurs twice", index.name)));
        }
        for (at, field) in index.fields.iter().enumerate() {
            if index.fields[..at].contains(field) {
                return Err(invalid(format!("index {:?} holds {field:?} twice", index.name)));
            }
            let kind = collection.position(field).map(|at| collection.fields[at].kind);
            if kind.is_none_or(|kind| kind == FieldKind::Tokens) {
                return Err(invalid(format!("index {:?} cannot hold {field:?}", index.name)));
            }
        }
    }
    Ok(())
}

/// Names go into SQL and into storage keys, so they are kept plain.
fn check_name(name: &str) -> Result<()> {
    let plain = name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { Ok(()) } else { Err(invalid(format!("{name:?} is not a plain name"))) }
}

fn invalid(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "schema").with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::super::Value;
    use super::*;

    fn library() -> SchemaComponent {
        let tracks = Collection::new("tracks").required("title", FieldKind::Text).index(&["title"]);
        SchemaComponent::new("library").migration(vec![SchemaChange::CreateCollection(tracks)])
    }

    #[test]
    fn migrations_fold_into_collections() {
        let rating = Field::new("rating", FieldKind::Integer).with_default(0_i64);
        let component = library()
            .migration(vec![SchemaChange::AddField { collection: "tracks".into(), field: rating }]);
        let compiled = Schema::new(vec![component]).compile().unwrap();
        let tracks = compiled.collection("tracks").unwrap();
        assert_eq!(tracks.position("rating"), Some(2));
        tracks.check(&Record::new("a").with("x").with(Value::from(3_i64))).unwrap();
        tracks.check(&Record::new("a").with("x")).unwrap_err();
        tracks.check(&Record::new("a").with(Value::Null).with(1_i64)).unwrap_err();
    }

    #[test]
    fn contradictions_are_refused() {
        let twice = Schema::new(vec![library(), library()]);
        assert_eq!(twice.compile().unwrap_err().kind(), ErrorKind::InvalidRequest);
        let bad = Collection::new("Tracks; DROP TABLE x");
        let component =
            SchemaComponent::new("x").migration(vec![SchemaChange::CreateCollection(bad)]);
        assert!(Schema::new(vec![component]).compile().is_err());
        let no_default = library().migration(vec![SchemaChange::AddField {
            collection: "tracks".into(),
            field: Field::new("rating", FieldKind::Integer),
        }]);
        assert!(Schema::new(vec![no_default]).compile().is_err());
    }
}
