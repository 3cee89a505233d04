//! What a collection of records looks like.

use serde::{Deserialize, Serialize};

use super::Value;

/// What a field holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[non_exhaustive]
pub enum FieldKind {
    /// True or false.
    Boolean,
    /// A 64-bit signed integer.
    Integer,
    /// A finite 64-bit float.
    Real,
    /// UTF-8 text.
    Text,
    /// Raw bytes.
    Bytes,
    /// Normalised search tokens; every such field is indexed for
    /// [`Filter::HasTokens`](super::Filter::HasTokens).
    Tokens,
}

/// One field of a collection.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Field {
    /// The name: lower-case letters, digits and `_`, a letter first.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may be null.
    pub optional: bool,
    /// What records written before the field existed hold.
    pub default: Value,
}

impl Field {
    /// A field that must have a value.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self { name: name.to_owned(), kind, optional: false, default: Value::Null }
    }

    /// Lets the field be null.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What records written before the field existed hold.
    #[must_use]
    pub fn with_default(mut self, default: impl Into<Value>) -> Self {
        self.default = default.into();
        self
    }
}

/// An ordered index over one or more fields.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Index {
    /// The name, unique within the collection.
    pub name: String,
    /// The fields, most significant first.
    pub fields: Vec<String>,
    /// Whether two records may not agree in all of its fields. Records with a null in one of them
    /// never conflict.
    pub unique: bool,
}

/// A set of records with the same fields, told apart by a text key, the field `id`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Collection {
    /// The name: lower-case letters, digits and `_`, a letter first.
    pub name: String,
    /// The fields in order; the first is always the key, `id`.
    pub fields: Vec<Field>,
    /// The indexes. The key has one of its own.
    pub indexes: Vec<Index>,
}

impl Collection {
    /// The name of the key field.
    pub const KEY: &'static str = "id";

    /// A collection with only its key.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            fields: vec![Field::new(Self::KEY, FieldKind::Text)],
            indexes: Vec::new(),
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Adds a field that must have a value.
    #[must_use]
    pub fn required(self, name: &str, kind: FieldKind) -> Self {
        self.field(Field::new(name, kind))
    }

    /// Adds a field that may be null.
    #[must_use]
    pub fn optional(self, name: &str, kind: FieldKind) -> Self {
        self.field(Field::new(name, kind).optional())
    }

    /// Adds an ordered index, named after its fields.
    #[must_use]
    pub fn index(self, fields: &[&str]) -> Self {
        self.add_index(fields, false)
    }

    /// Adds a unique index, named after its fields.
    #[must_use]
    pub fn unique(self, fields: &[&str]) -> Self {
        self.add_index(fields, true)
    }

    /// The position of a field.
    pub fn position(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|known| known.name == field)
    }

    fn add_index(mut self, fields: &[&str], unique: bool) -> Self {
        let name = fields.join("_");
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        self.indexes.push(Index { name, fields, unique });
        self
    }
}
