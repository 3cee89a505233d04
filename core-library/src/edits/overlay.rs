//! Which of the values of a field holds: the user's, the file's or a service's.

use serde_json::{Map, Value as Json};

use crate::error::LibraryError;
use crate::import::ScannedFile;
use crate::models::Source;
use crate::records::{EditRecord, decode, encode};

impl EditRecord {
    /// Whose value holds.
    pub(crate) fn source(&self) -> Source {
        if self.user.is_some() {
            Source::User
        } else if is_empty(&self.tag) && self.service.is_some() {
            Source::Service
        } else {
            Source::Tag
        }
    }

    /// The value that holds.
    pub(crate) fn effective(&self) -> &Json {
        match self.source() {
            Source::User => self.user.as_ref().unwrap_or(&self.tag),
            Source::Service => self.service.as_ref().unwrap_or(&self.tag),
            Source::Tag => &self.tag,
        }
    }
}

/// Takes what the file says into the rows and puts what holds into the file.
pub(crate) fn overlay(
    file: ScannedFile,
    rows: &mut [EditRecord],
) -> Result<ScannedFile, LibraryError> {
    if rows.is_empty() {
        return Ok(file);
    }
    let mut values = to_values(&file);
    for row in rows {
        row.tag = values.get(&row.field).cloned().unwrap_or_default();
        values.insert(row.field.clone(), row.effective().clone());
    }
    from_values(values)
}

/// The file as it was before [`overlay`].
pub(crate) fn underlay(
    effective: ScannedFile,
    rows: &[EditRecord],
) -> Result<ScannedFile, LibraryError> {
    if rows.is_empty() {
        return Ok(effective);
    }
    let mut values = to_values(&effective);
    for row in rows {
        values.insert(row.field.clone(), row.tag.clone());
    }
    from_values(values)
}

/// The fields of a file by their names.
pub(crate) fn to_values(file: &ScannedFile) -> Map<String, Json> {
    match serde_json::to_value(file) {
        Ok(Json::Object(values)) => values,
        // A struct of plain fields always becomes an object.
        _ => Map::new(),
    }
}

/// Empty fields are left out, so that they get their own kind of nothing.
fn from_values(mut values: Map<String, Json>) -> Result<ScannedFile, LibraryError> {
    values.retain(|_, value| !value.is_null());
    // From text, as files are read elsewhere: what reads them from values would be a second decoder.
    Ok(decode(&encode(&values)?)?)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(values) => values.is_empty(),
        _ => false,
    }
}
