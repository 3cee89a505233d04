//! Fingerprints as text, as `AcoustID` takes them and `fpcalc` prints them.
//!
//! Neighbours differ in few bits, so it is the places of the bits that change that are written: how
//! far each is from the one before it, in three bits, then a zero. Seven means seven or more; what
//! is above seven follows in five bits each, when all the small ones are written. Bits fill bytes
//! from the lowest one up. A header of four bytes has the number of the algorithm and how many
//! values there are, and all of it is written in base64 for addresses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::FingerprintTextError;

/// The number of the algorithm in the header.
const ALGORITHM: u8 = 1;

/// The largest distance that has its own small number; it means: this or more.
const LARGEST: u32 = 7;

/// Fingerprints of two hours have fewer values.
const MOST_VALUES: u32 = 1 << 16;

const SMALL_BITS: u32 = 3;
const LARGE_BITS: u32 = 5;

/// Writes at most 2^24 − 1 values.
pub(super) fn encode(values: &[u32]) -> String {
    let (mut small, mut large) = (BitWriter::default(), BitWriter::default());
    let mut before = 0;
    for value in values {
        let mut changed = value ^ before;
        let mut last = 0;
        while changed != 0 {
            // Places count from 1, so that 0 can mean that there are no more.
            let place = changed.trailing_zeros() + 1;
            let distance = place - last;
            small.write(distance.min(LARGEST), SMALL_BITS);
            if distance >= LARGEST {
                large.write(distance - LARGEST, LARGE_BITS);
            }
            last = place;
            changed &= changed - 1;
        }
        small.write(0, SMALL_BITS);
        before = *value;
    }
    let [_, high, middle, low] = u32::try_from(values.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut bytes = vec![ALGORITHM, high, middle, low];
    bytes.extend(small.bytes);
    bytes.extend(large.bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads what [`encode`] writes, and nothing else. Needs memory for a few times the text.
pub(super) fn decode(text: &str) -> Result<Vec<u32>, FingerprintTextError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| FingerprintTextError::Letters)?;
    let (header, body) = bytes.split_first_chunk().ok_or(FingerprintTextError::Damaged)?;
    let [number, high, middle, low] = *header;
    if number != ALGORITHM {
        return Err(FingerprintTextError::OtherAlgorithm { number });
    }
    let count = u32::from_be_bytes([0, high, middle, low]);
    if count > MOST_VALUES {
        return Err(FingerprintTextError::TooLong { values: count });
    }
    decode_values(count, body).ok_or(FingerprintTextError::Damaged)
}

fn decode_values(count: u32, body: &[u8]) -> Option<Vec<u32>> {
    // The large numbers begin where the small ones end.
    let mut small = BitReader::new(body);
    for _ in 0..count {
        while small.read(SMALL_BITS)? != 0 {}
    }
    let mut large = BitReader::new(small.rest()?);
    let mut small = BitReader::new(body);
    let mut values = Vec::new();
    let mut before = 0;
    for _ in 0..count {
        let (mut changed, mut place) = (0, 0);
        loop {
            let distance = match small.read(SMALL_BITS)? {
                0 => break,
                LARGEST => LARGEST + large.read(LARGE_BITS)?,
                distance => distance,
            };
            place += distance;
            changed |= 1_u32.checked_shl(place - 1)?;
        }
        before ^= changed;
        values.push(before);
    }
    large.rest()?.is_empty().then_some(values)
}

/// Fills bytes with bits, from the lowest up.
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    /// How many bits of the last byte are free.
    free: u32,
}

impl BitWriter {
    fn write(&mut self, value: u32, bits: u32) {
        for at in 0..bits {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            if let Some(last) = self.bytes.last_mut()
                && value >> at & 1 == 1
            {
                *last |= 1 << (8 - self.free);
            }
            self.free -= 1;
        }
    }
}

/// Takes bits from bytes, from the lowest up.
struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next bits; nothing if there are fewer.
    fn read(&mut self, bits: u32) -> Option<u32> {
        let mut value = 0;
        for bit in 0..bits {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }

    /// The bytes behind those that were begun; nothing if the bits that are left in the last are
    /// not zero.
    fn rest(mut self) -> Option<&'a [u8]> {
        while !self.at.is_multiple_of(8) {
            if self.read(1)? != 0 {
                return None;
            }
        }
        self.bytes.get(self.at / 8..)
    }
}
