//! What a user wants changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use super::{FieldValue, TrackField, validate};
use crate::error::LibraryError;

/// New values for some fields of a track; `None` empties a field. In JSON an object such as
/// `{"title": "Takk", "genres": ["Post-Rock"], "comment": null}`.
///
/// # Examples
///
/// ```
/// use core_library::{TrackEdit, TrackField};
/// let edit = TrackEdit::new().set(TrackField::Title, "Takk…").clear(TrackField::Comment);
/// assert!(edit.check().is_ok());
/// assert!(TrackEdit::new().set(TrackField::Year, "soon").check().is_err());
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct TrackEdit(BTreeMap<TrackField, Option<FieldValue>>);

impl TrackEdit {
    /// An edit that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field.
    #[must_use]
    pub fn set(mut self, field: TrackField, value: impl Into<FieldValue>) -> Self {
        self.0.insert(field, Some(value.into()));
        self
    }

    /// Empties a field, whatever the file says.
    #[must_use]
    pub fn clear(mut self, field: TrackField) -> Self {
        self.0.insert(field, None);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields it changes.
    pub fn fields(&self) -> impl Iterator<Item = TrackField> {
        self.0.keys().copied()
    }

    /// Checks every value.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidEdit`], naming the field and what it can hold.
    pub fn check(&self) -> Result<(), LibraryError> {
        for (field, value) in &self.0 {
            validate::check(*field, value.as_ref())
                .map_err(|expected| LibraryError::InvalidEdit { field: field.name(), expected })?;
        }
        Ok(())
    }

    /// Checks what a service knows: as [`check`](Self::check), but any field can be taken back.
    pub(crate) fn check_known(&self) -> Result<(), LibraryError> {
        let known = self.0.iter().filter(|(_, value)| value.is_some());
        Self(known.map(|(field, value)| (*field, value.clone())).collect()).check()
    }

    /// What is stored, by name of the field, including what follows from the edit.
    pub(crate) fn to_values(&self) -> BTreeMap<&'static str, Json> {
        let mut values = BTreeMap::new();
        for field in self.fields() {
            for dependent in field.dependents() {
                values.insert(dependent.name(), self.implied(field, *dependent));
            }
        }
        for (field, value) in &self.0 {
            let value = value.as_ref().map_or(Json::Null, FieldValue::to_json);
            values.insert(field.name(), value);
        }
        values
    }

    /// What `dependent` becomes when `field` is edited alone.
    fn implied(&self, field: TrackField, dependent: TrackField) -> Json {
        let is_shown = matches!(dependent, TrackField::Artist | TrackField::AlbumArtist);
        match self.0.get(&field) {
            Some(Some(FieldValue::List(names))) if is_shown && !names.is_empty() => {
                Json::from(names.join(", "))
            }
            _ => Json::Null,
        }
    }
}
