//! Records as an engine keeps them: packed, which takes less than a third of the memory of their values.

use std::fmt;

use bridge_traits::{BridgeError, Collection, ErrorKind, Record, Result, Row};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value_ref::{Tokens, ValueRef};

/// More than most records need.
const ROOM: usize = 1024;

/// A [`Record`] in the bytes that postcard makes of it.
///
/// They are the bytes of files and logs, too: what is read from a disk is kept as it is, and what
/// is kept is written as it is. See the [wire format](https://postcard.jamesmunns.com/wire-format).
#[derive(Clone, Eq, PartialEq)]
pub struct PackedRecord(Box<[u8]>);

/// A packed record and the commit that wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PackedRow {
    /// As in [`Row::version`].
    pub version: u64,
    /// The record.
    pub record: PackedRecord,
}

impl PackedRecord {
    /// Packs a record.
    pub fn pack(record: &Record) -> Self {
        // Writing plain values into memory cannot fail; were it to, no collection would take it.
        let packed = postcard::to_extend(record, Vec::with_capacity(ROOM)).unwrap_or_default();
        Self(packed.into())
    }

    /// What stands for a record that is not in memory.
    pub(super) fn away() -> Self {
        Self(Box::default())
    }

    /// Whether this only stands for a record that is [away](super::Engine::let_go), and has no bytes.
    pub fn is_away(&self) -> bool {
        // Every record has at least the number of its fields.
        self.0.is_empty()
    }

    /// Takes one packed record from the front of `bytes`; returns it and what follows it.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if there is none.
    pub fn take(bytes: &[u8]) -> Result<(Self, &[u8])> {
        let corrupt = || {
            BridgeError::new(ErrorKind::Corrupt, "database.open")
                .with_detail("a record cannot be read")
        };
        let mut reader = Reader(bytes);
        let fields = reader.varint().ok_or_else(corrupt)?;
        for _ in 0..fields {
            if let ValueRef::Tokens(tokens) = reader.value().ok_or_else(corrupt)?
                && !tokens.are_whole()
            {
                return Err(corrupt());
            }
        }
        let (packed, rest) = bytes.split_at(bytes.len() - reader.0.len());
        Ok((Self(packed.into()), rest))
    }

    /// The record.
    pub fn unpack(&self) -> Record {
        Record(self.values().map(ValueRef::to_value).collect())
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key; empty if there is none.
    pub fn key(&self) -> &str {
        self.value(0).as_text().unwrap_or_default()
    }

    /// The value of the field at `position`; null if there is none.
    pub(super) fn value(&self, position: usize) -> ValueRef<'_> {
        let mut reader = Reader(&self.0);
        let fields = reader.varint().unwrap_or_default();
        if position as u64 >= fields || (0..position).any(|_| reader.skip().is_none()) {
            return ValueRef::Null;
        }
        reader.value().unwrap_or(ValueRef::Null)
    }

    /// Every value.
    pub(super) fn values(&self) -> impl Iterator<Item = ValueRef<'_>> {
        let mut reader = Reader(&self.0);
        let fields = reader.varint().unwrap_or_default();
        (0..fields).map_while(move |_| reader.value())
    }

    /// Whether each field differs from that of another record of the same collection. Zero that is
    /// negative differs from zero here, for which indexes have no more than some work too much.
    pub(super) fn differences(&self, other: &Self) -> Vec<bool> {
        let (mut mine, mut theirs) = (Reader(&self.0), Reader(&other.0));
        let fields = mine.varint().zip(theirs.varint()).map_or(0, |(a, b)| a.max(b));
        (0..fields).map(|_| mine.raw() != theirs.raw()).collect()
    }

    /// Whether it is a record of `collection`; as [`Collection::check`], for what was stored.
    pub(super) fn fits(&self, collection: &Collection) -> bool {
        let mut values = self.values();
        let fits = collection.fields.iter().all(|field| {
            values.next().is_some_and(|value| match value {
                ValueRef::Null => field.optional,
                value => value.fits(field.kind),
            })
        });
        fits && values.next().is_none() && !self.key().is_empty()
    }
}

impl PackedRow {
    /// The row.
    pub fn unpack(&self) -> Row {
        Row { version: self.version, record: self.record.unpack() }
    }
}

impl fmt::Debug for PackedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

impl Serialize for PackedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.unpack().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PackedRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Record::deserialize(deserializer).map(|record| Self::pack(&record))
    }
}

/// Reads packed values from the front. Whatever returns `None` has met bytes that are no value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number in groups of seven bits, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // One bit is left for the tenth group.
                return (shift < 63 || byte < 2).then_some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn value(&mut self) -> Option<ValueRef<'a>> {
        Some(match self.byte()? {
            0 => ValueRef::Null,
            1 => match self.byte()? {
                byte @ (0 | 1) => ValueRef::Boolean(byte == 1),
                _ => return None,
            },
            2 => {
                let zigzag = self.varint()?;
                ValueRef::Integer((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
            }
            3 => {
                let (bytes, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                ValueRef::Real(f64::from_le_bytes(*bytes))
            }
            4 => ValueRef::Text(self.text()?),
            5 => ValueRef::Bytes(self.bytes()?),
            6 => {
                let count = self.varint()?;
                let packed = self.0;
                for _ in 0..count {
                    self.bytes()?;
                }
                ValueRef::Tokens(Tokens::packed(count, &packed[..packed.len() - self.0.len()]))
            }
            _ => return None,
        })
    }

    /// The bytes of the next value, if there is one.
    fn raw(&mut self) -> Option<&'a [u8]> {
        let before = self.0;
        self.skip()?;
        Some(&before[..before.len() - self.0.len()])
    }

    /// Passes over a value.
    fn skip(&mut self) -> Option<()> {
        match self.byte()? {
            0 => {}
            1 => _ = self.byte()?,
            2 => _ = self.varint()?,
            3 => self.0 = self.0.get(8..)?,
            4 | 5 => _ = self.bytes()?,
            6 => {
                for _ in 0..self.varint()? {
                    self.bytes()?;
                }
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use bridge_traits::Value;

    use super::*;

    fn record() -> Record {
        let tokens = ["", "a", "zürich"].map(str::to_owned).to_vec();
        let mut record = Record::new("kéy").with(true).with(Value::Null).with(1.5);
        for number in [0, 1, -1, 63, 64, -65, i64::MAX, i64::MIN] {
            record = record.with(number);
        }
        record.with(vec![0_u8, 255]).with(Value::Tokens(tokens)).with("x".repeat(300)).with("")
    }

    #[test]
    fn values_are_found_in_the_bytes_of_postcard() {
        let record = record();
        let packed = PackedRecord::pack(&record);
        assert_eq!(packed.bytes(), postcard::to_allocvec(&record).unwrap());
        assert_eq!(packed.unpack(), record);
        for (position, value) in record.0.iter().enumerate() {
            assert_eq!(packed.value(position), ValueRef::from(value));
        }
        assert_eq!(packed.value(record.0.len()), ValueRef::Null);
        assert_eq!(packed.key(), "kéy");
        for position in 0..record.0.len() {
            let mut other = record.clone();
            other.0[position] = Value::from("another");
            let mut expected = vec![false; record.0.len()];
            expected[position] = true;
            assert_eq!(packed.differences(&PackedRecord::pack(&other)), expected);
        }
    }

    #[test]
    fn records_are_taken_one_after_the_other_and_damage_is_refused() {
        let packed = PackedRecord::pack(&record());
        let two = [packed.bytes(), packed.bytes()].concat();
        let (first, rest) = PackedRecord::take(&two).unwrap();
        assert_eq!((&first, rest), (&packed, packed.bytes()));
        for length in 0..packed.bytes().len() {
            PackedRecord::take(&packed.bytes()[..length]).unwrap_err();
        }
        for at in 0..packed.bytes().len() {
            for damage in [0x00, 0x07, 0x7f, 0x80, 0xff] {
                let mut bytes = packed.bytes().to_vec();
                bytes[at] = damage;
                // Whatever is taken for a record can be read as one.
                if let Ok((record, _)) = PackedRecord::take(&bytes) {
                    let values = record.unpack().0.len();
                    assert_eq!(values as u64, Reader(record.bytes()).varint().unwrap());
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_its_collection_is_told_from_what_does() {
        let collection = Collection::new("songs")
            .required("title", bridge_traits::FieldKind::Text)
            .optional("year", bridge_traits::FieldKind::Integer)
            .optional("words", bridge_traits::FieldKind::Tokens);
        let tokens = |words: &[&str]| Value::Tokens(words.iter().map(|&it| it.into()).collect());
        let song = |key: &str| Record::new(key).with("t");
        for (record, fits) in [
            (song("k").with(1_i64).with(Value::Null), true),
            (song("k").with(Value::Null).with(tokens(&["a", "b"])), true),
            (song("k").with(1_i64), false),
            (song("k").with(1_i64).with(Value::Null).with(Value::Null), false),
            (song("").with(1_i64).with(Value::Null), false),
            (song("k").with("1999").with(Value::Null), false),
            (song("k").with(1_i64).with(tokens(&["b", "a"])), false),
            (Record::new("k").with(Value::Null).with(1_i64).with(Value::Null), false),
        ] {
            assert_eq!(collection.check(&record).is_ok(), fits, "{record:?}");
            assert_eq!(PackedRecord::pack(&record).fits(&collection), fits, "{record:?}");
        }
    }
}
