//! The table of packets in a CAF file whose packets differ in length.
//!
//! Numbers in it come in groups of seven bits, of which all but the last have the highest bit set
//! (Core Audio Format specification, "Packet Table Chunk").

/// What comes before the entries: how many there are, and how many frames.
const HEADER: usize = 24;

/// The longest number, which is more than any packet needs.
const LONGEST_NUMBER: usize = 4;

/// Whether a number is too long. The demuxer adds up whatever they say.
pub(crate) fn is_endless(table: &[u8]) -> bool {
    numbers(table).any(|number| number.len() > LONGEST_NUMBER)
}

/// How many of the first `limit` bytes of the audio are whole packets. A number of frames may follow
/// each length in the table.
pub(crate) fn whole_packets(table: &[u8], has_frames: bool, limit: u64) -> u64 {
    let lengths = numbers(table).step_by(if has_frames { 2 } else { 1 });
    let mut end = 0;
    for length in lengths {
        let length = length.iter().fold(0_u64, |sum, byte| (sum << 7) | u64::from(byte & 0x7f));
        if end + length > limit {
            break;
        }
        end += length;
    }
    end
}

fn numbers(table: &[u8]) -> impl Iterator<Item = &[u8]> {
    table.get(HEADER..).unwrap_or_default().split_inclusive(|byte| byte & 0x80 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets of 5, 300, 0 and 7 bytes.
    fn table() -> Vec<u8> {
        [&[0; HEADER][..], &[5, 0x82, 0x2c, 0, 7]].concat()
    }

    #[test]
    fn packets_end_where_the_table_says() {
        for (limit, expected) in
            [(0, 0), (4, 0), (5, 5), (304, 5), (305, 305), (311, 305), (312, 312), (999, 312)]
        {
            assert_eq!(whole_packets(&table(), false, limit), expected, "{limit}");
        }
        // Of every two numbers, the second counts frames.
        assert_eq!(whole_packets(&[&table()[..], &[9]].concat(), true, 999), 5 + 9);
        assert_eq!(whole_packets(&[0; 3], false, 999), 0);
    }

    #[test]
    fn long_numbers_are_endless() {
        assert!(!is_endless(&table()));
        assert!(!is_endless(&[]));
        assert!(!is_endless(&[&table()[..], &[0xff, 0xff, 0xff, 1]].concat()));
        assert!(is_endless(&[&table()[..], &[0xff, 0xff, 0xff, 0xff, 1]].concat()));
    }
}
