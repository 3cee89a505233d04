//! The values of an index as bytes.

use std::cell::RefCell;

use super::value_ref::ValueRef;

/// Behind every byte that a value begins with, and behind every byte that ends a text.
const LAST: u8 = 0xff;

/// The values of some fields as bytes that compare as the values do, one field after the other, and
/// that begin with the bytes of other values only where their first values are those.
///
/// It takes a fraction of the memory of the values, and is compared without looking at their kinds.
/// A value is the rank of its kind, then: nothing for null, a byte for a boolean, eight bytes for a
/// number, the highest first and its sign such that the negative ones are smaller, and for text
/// and bytes themselves, each zero as `00 ff`, and `00 01` at the end.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct IndexKey(Box<[u8]>);

impl IndexKey {
    pub(super) fn new<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> Self {
        thread_local! {
            // One vector that has grown, instead of one for each key that grows and is cut.
            static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        BYTES.with_borrow_mut(|bytes| {
            bytes.clear();
            for value in values {
                push(bytes, value);
            }
            Self(bytes.as_slice().into())
        })
    }

    /// What the keys of all texts begin with that begin with `prefix`.
    pub(super) fn text_prefix(prefix: &str) -> Self {
        let mut bytes = Vec::with_capacity(prefix.len() + 1);
        bytes.push(ValueRef::Text("").rank());
        push_escaped(&mut bytes, prefix.as_bytes());
        Self(bytes.into())
    }

    /// Whether its first values are those of `prefix`.
    pub(super) fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// A key behind all that start with this one, before all others behind it.
    pub(super) fn behind_all(&self) -> Self {
        Self([&self.0, &[LAST][..]].concat().into())
    }
}

fn push(bytes: &mut Vec<u8>, value: ValueRef<'_>) {
    const SIGN: u64 = 1 << 63;
    bytes.push(value.rank());
    match value {
        // No index holds tokens: a schema that says so is refused.
        ValueRef::Null | ValueRef::Tokens(_) => {}
        ValueRef::Boolean(value) => bytes.push(value.into()),
        ValueRef::Integer(value) => {
            bytes.extend_from_slice(&(value.cast_unsigned() ^ SIGN).to_be_bytes());
        }
        ValueRef::Real(value) => {
            // As `f64::total_cmp` orders them, and −0.0 is 0.0.
            let bits = (value + 0.0).to_bits();
            let ordered = if bits & SIGN == 0 { bits ^ SIGN } else { !bits };
            bytes.extend_from_slice(&ordered.to_be_bytes());
        }
        ValueRef::Text(text) => push_ended(bytes, text.as_bytes()),
        ValueRef::Bytes(value) => push_ended(bytes, value),
    }
}

fn push_ended(bytes: &mut Vec<u8>, value: &[u8]) {
    push_escaped(bytes, value);
    bytes.extend_from_slice(&[0, 1]);
}

fn push_escaped(bytes: &mut Vec<u8>, value: &[u8]) {
    for (number, part) in value.split(|byte| *byte == 0).enumerate() {
        if number > 0 {
            bytes.extend_from_slice(&[0, LAST]);
        }
        bytes.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use bridge_traits::Value;

    use super::*;

    fn values() -> Vec<Value> {
        let mut values = vec![Value::Null, Value::from(false), Value::from(true)];
        values.extend([i64::MIN, -256, -1, 0, 1, 255, 256, i64::MAX].map(Value::from));
        values.extend([f64::MIN, -1.5, -0.0, 0.0, f64::MIN_POSITIVE, 2.5].map(Value::from));
        values.extend(
            ["", "\0", "\0\u{1}", "\0z", "a", "a\0", "a\0b", "a\u{1}", "ab"].map(Value::from),
        );
        values.extend(["é", "\u{10ffff}", "\u{7f}"].map(Value::from));
        values.extend(
            [&[][..], &[0], &[0, 0], &[0, 255], &[1], &[255]].map(|it| Value::from(it.to_vec())),
        );
        values
    }

    fn key(values: &[&Value]) -> IndexKey {
        IndexKey::new(values.iter().map(|&value| ValueRef::from(value)))
    }

    #[test]
    fn keys_compare_as_their_values_do() {
        let values = values();
        for a in &values {
            for b in &values {
                assert_eq!(key(&[a]).cmp(&key(&[b])), a.cmp(b), "{a:?} {b:?}");
                for (c, d) in [(a, b), (b, a), (&values[0], b), (b, &values[20])] {
                    let (left, right) = (key(&[a, c]), key(&[b, d]));
                    assert_eq!(left.cmp(&right), (a, c).cmp(&(b, d)), "{a:?} {c:?} {b:?} {d:?}");
                    assert_eq!(left.starts_with(&key(&[b])), a == b, "{a:?} {c:?} {b:?}");
                    assert_eq!(left < key(&[b]).behind_all(), a <= b, "{a:?} {c:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn texts_are_found_by_how_they_begin() {
        for text in ["", "a", "ab", "a\0", "a\0b", "b", "\0"] {
            for prefix in ["", "a", "a\0", "\0", "b"] {
                let found = key(&[&Value::from(text)]).starts_with(&IndexKey::text_prefix(prefix));
                assert_eq!(found, text.starts_with(prefix), "{text:?} {prefix:?}");
            }
        }
    }
}
