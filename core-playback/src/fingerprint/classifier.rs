//! The sixteen filters that a fingerprint is made of.
//!
//! A filter looks at a rectangle of rows (time) and notes, and compares what is loud in one part of
//! it with what is in the rest. Three thresholds make one of four numbers of that. Shapes, places
//! and thresholds are those of Chromaprint's second algorithm, where they were learnt: they are
//! data, and any other would make another fingerprint.

use super::chroma::Row;

/// How many rows the widest filter looks at.
pub(super) const ROWS: usize = 16;

/// Which part of its rectangle a filter compares with the rest.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// All of it, with nothing.
    Whole,
    /// The upper half of the notes.
    UpperNotes,
    /// The later half of the rows.
    LaterRows,
    /// Two quarters that face each other: early and high, late and low.
    Quarters,
    /// The middle third of the notes.
    MiddleNotes,
    /// The middle third of the rows.
    MiddleRows,
}

/// A filter and its thresholds.
#[derive(Clone, Copy, Debug)]
struct Classifier {
    shape: Shape,
    /// The first note.
    note: usize,
    /// How many notes.
    notes: usize,
    /// How many rows.
    rows: usize,
    thresholds: [f64; 3],
}

const fn classifier(
    shape: Shape,
    (note, notes, rows): (usize, usize, usize),
    thresholds: [f64; 3],
) -> Classifier {
    Classifier { shape, note, notes, rows, thresholds }
}

/// From the highest bits to the lowest.
const CLASSIFIERS: [Classifier; 16] = [
    classifier(Shape::Whole, (4, 3, 15), [1.98215, 2.35817, 2.63523]),
    classifier(Shape::MiddleNotes, (4, 6, 15), [-1.03809, -0.651_211, -0.282_167]),
    classifier(Shape::UpperNotes, (0, 4, 16), [-0.298_702, 0.119_262, 0.558_497]),
    classifier(Shape::Quarters, (8, 2, 12), [-0.105_439, 0.015_394_6, 0.135_898]),
    classifier(Shape::Quarters, (4, 4, 8), [-0.142_891, 0.025_873_6, 0.200_632]),
    classifier(Shape::MiddleNotes, (0, 3, 5), [-0.826_319, -0.590_612, -0.368_214]),
    classifier(Shape::UpperNotes, (2, 2, 9), [-0.557_409, -0.233_035, 0.053_452_5]),
    classifier(Shape::LaterRows, (7, 3, 4), [-0.064_682_6, 0.006_204_76, 0.078_484_7]),
    classifier(Shape::LaterRows, (6, 2, 16), [-0.192_387, -0.029_699, 0.215_855]),
    classifier(Shape::LaterRows, (1, 3, 2), [-0.039_781_8, -0.005_680_76, 0.029_202_6]),
    classifier(Shape::MiddleRows, (10, 1, 15), [-0.53823, -0.369_934, -0.190_235]),
    classifier(Shape::Quarters, (6, 2, 10), [-0.124_877, 0.029_648_3, 0.139_239]),
    classifier(Shape::LaterRows, (1, 1, 14), [-0.101_475, 0.022_561_7, 0.231_971]),
    classifier(Shape::Quarters, (5, 6, 4), [-0.079_991_5, -0.007_296_16, 0.063_262]),
    classifier(Shape::UpperNotes, (9, 2, 12), [-0.272_556, 0.019_424, 0.302_559]),
    classifier(Shape::Quarters, (4, 2, 14), [-0.164_292, -0.032_118_8, 0.084_633_9]),
];

/// Two bits for each number, so that neighbours differ in one bit only.
const GRAY: [u32; 4] = [0b00, 0b01, 0b11, 0b10];

/// The value that stands for these [`ROWS`] rows.
pub(super) fn classify(rows: &[Row; ROWS]) -> u32 {
    CLASSIFIERS.iter().fold(0, |value, classifier| value << 2 | GRAY[classifier.number(rows)])
}

impl Classifier {
    /// 0 to 3: how many thresholds are reached.
    fn number(&self, rows: &[Row; ROWS]) -> usize {
        let (mut part, mut rest) = (0.0, 0.0);
        for (at, row) in rows[..self.rows].iter().enumerate() {
            for (note, loudness) in row[self.note..self.note + self.notes].iter().enumerate() {
                let sum = if self.is_part(at, note) { &mut part } else { &mut rest };
                *sum += loudness;
            }
        }
        let value = ((1.0 + part) / (1.0 + rest)).ln();
        self.thresholds.iter().filter(|threshold| value >= **threshold).count()
    }

    /// Whether this place of the rectangle belongs to the part that is compared with the rest.
    fn is_part(&self, row: usize, note: usize) -> bool {
        let (later, upper) = (row >= self.rows / 2, note >= self.notes / 2);
        let is_middle = |at: usize, length: usize| (length / 3..length / 3 * 2).contains(&at);
        match self.shape {
            Shape::Whole => true,
            Shape::UpperNotes => upper,
            Shape::LaterRows => later,
            Shape::Quarters => later != upper,
            Shape::MiddleNotes => is_middle(note, self.notes),
            Shape::MiddleRows => is_middle(row, self.rows),
        }
    }
}
