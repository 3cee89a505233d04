//! How times grow with the library, and the picture of it.

use std::collections::BTreeMap;

use super::chart::{Panel, Series, draw};

/// The name of our own line.
pub(super) const OURS: &str = "ours";

/// The pictures, by side and by what is done, in the order in which they are shown.
const PANELS: [(&str, &str); 6] = [
    ("In the browser", "insert everything, with indexes"),
    ("In the browser", "open, and read the first page"),
    ("In the browser", "page of 50 in the middle"),
    ("On the desktop", "insert everything, with indexes"),
    ("On the desktop", "get one track"),
    ("On the desktop", "page of 50 in the middle"),
];

/// Milliseconds by side, what was done, who did it, and the number of tracks.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth(BTreeMap<(usize, String), BTreeMap<u32, f64>>);

impl Growth {
    /// Notes one time, unless it is of something that is not shown.
    pub(super) fn add(&mut self, (side, what): (&str, &str), who: &str, tracks: u32, ms: f64) {
        if let Some(panel) = PANELS.iter().position(|panel| *panel == (side, what)) {
            self.0.entry((panel, who.to_owned())).or_default().insert(tracks, ms);
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (key, times) in other.0 {
            self.0.entry(key).or_default().extend(times);
        }
    }

    /// An SVG of everything that was noted.
    pub(super) fn draw(&self) -> String {
        let panel = |(number, (side, what)): (usize, &(&str, &str))| {
            let of_panel = self.0.iter().filter(|((panel, _), _)| *panel == number);
            let series = of_panel.map(|((_, who), times)| Series {
                name: who.clone(),
                is_ours: who == OURS,
                points: times.iter().map(|(tracks, ms)| (f64::from(*tracks), *ms)).collect(),
            });
            Panel { title: format!("{side}: {what}"), series: series.collect() }
        };
        draw(&PANELS.iter().enumerate().map(panel).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_drawn_and_the_rest_is_not() {
        let mut growth = Growth::default();
        let insert = ("On the desktop", "insert everything, with indexes");
        growth.add(insert, OURS, 1_000, 12.0);
        growth.add(("On the desktop", "something else"), "nobody", 1_000, 1.0);
        let mut more = Growth::default();
        more.add(insert, OURS, 10_000, 130.0);
        more.add(insert, "SQLite", 10_000, 100.0);
        growth.extend(more);
        let svg = growth.draw();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains(">ours<") && svg.contains(">SQLite<") && !svg.contains("nobody"));
    }
}
