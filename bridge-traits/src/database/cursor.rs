//! Keyset cursors: a place between two rows that survives inserts and deletes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Direction, Query, SortKey, Value};
use crate::{BridgeError, ErrorKind, Result};

/// A place in the order of a query: behind the row whose sort values it holds.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Cursor {
    /// Which order the values belong to.
    order: String,
    /// The values of the sort keys, then the key.
    values: Vec<Value>,
}

impl Cursor {
    /// A cursor behind a row with these values of `query`'s sort keys and this key.
    pub fn new(query: &Query, mut sort_values: Vec<Value>, key: &str) -> Self {
        sort_values.push(Value::from(key));
        Self { order: describe(&query.collection, &query.sort), values: sort_values }
    }

    /// The values of the sort keys followed by the key, checked against `query`.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if the cursor came from another order.
    pub fn values_for(&self, query: &Query) -> Result<&[Value]> {
        let fits = self.order == describe(&query.collection, &query.sort)
            && self.values.len() == query.sort.len() + 1;
        if fits { Ok(&self.values) } else { Err(invalid("it belongs to another query")) }
    }

    /// Text that can be kept or sent and read back with [`decode`](Self::decode).
    pub fn encode(&self) -> String {
        // Serialising plain values into memory cannot fail; were it to, the text would not decode.
        URL_SAFE_NO_PAD.encode(postcard::to_allocvec(self).unwrap_or_default())
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for any other text.
    pub fn decode(text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid("it is damaged"))?;
        postcard::from_bytes(&bytes).map_err(|_| invalid("it is damaged"))
    }
}

fn describe(collection: &str, sort: &[SortKey]) -> String {
    let mut order = collection.to_owned();
    for key in sort {
        order.push(if key.direction == Direction::Ascending { '+' } else { '-' });
        order.push_str(&key.field);
    }
    order
}

fn invalid(why: &str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "cursor")
        .with_detail(format!("this cursor cannot be used: {why}; start from the first page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_cursors_read_back_and_stay_with_their_order() {
        let query = Query::new("tracks").sort("title", Direction::Ascending);
        let cursor = Cursor::new(&query, vec![Value::from("Ænima")], "k1");
        let decoded = Cursor::decode(&cursor.encode()).unwrap();
        assert_eq!(decoded, cursor);
        assert_eq!(decoded.values_for(&query).unwrap(), [Value::from("Ænima"), Value::from("k1")]);
        let other = Query::new("tracks").sort("title", Direction::Descending);
        assert_eq!(decoded.values_for(&other).unwrap_err().kind(), ErrorKind::InvalidRequest);
        assert_eq!(Cursor::decode("!").unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
