//! Small line charts on logarithmic axes, several in one SVG.

use std::fmt::Write as _;

/// One chart.
#[derive(Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) series: Vec<Series>,
}

/// One line: milliseconds by number of tracks.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) is_ours: bool,
    pub(super) points: Vec<(f64, f64)>,
}

const COLUMNS: usize = 3;
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 270.0;
/// What is around the lines of a chart: above, right, below, left.
const MARGIN: [f64; 4] = [40.0, 96.0, 36.0, 52.0];
const OURS: &str = "#0b6e4f";
const OTHERS: [&str; 3] = ["#8a8f98", "#b8772d", "#5b6fb5"];

/// Draws all of them, row after row.
pub(super) fn draw(panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(COLUMNS);
    let (width, height) = (WIDTH * exactly(COLUMNS), HEIGHT * exactly(rows));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\" fill=\"#444\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (number, panel) in panels.iter().enumerate() {
        let (x, y) = (exactly(number % COLUMNS) * WIDTH, exactly(number / COLUMNS) * HEIGHT);
        // Writing to a text cannot fail.
        writeln!(svg, "<g transform=\"translate({x} {y})\">\n{}</g>", panel.draw()).ok();
    }
    svg + "</svg>\n"
}

/// One axis: the exponents of ten at its ends, and where these are.
struct Axis {
    powers: (i32, i32),
    ends: (f64, f64),
}

impl Axis {
    /// An axis of whole powers of ten with room for every value.
    #[expect(clippy::cast_possible_truncation, reason = "an exponent is small")]
    fn around(values: impl Iterator<Item = f64>, ends: (f64, f64)) -> Self {
        let exponents: Vec<f64> = values.filter(|value| *value > 0.0).map(f64::log10).collect();
        let least = exponents.iter().copied().fold(f64::INFINITY, f64::min).min(9.0).floor();
        let most = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max).max(-9.0).ceil();
        Self { powers: (least as i32, (most as i32).max(least as i32 + 1)), ends }
    }

    fn place(&self, value: f64) -> f64 {
        let (from, to) = (f64::from(self.powers.0), f64::from(self.powers.1));
        let share = (value.max(1e-9).log10() - from) / (to - from);
        self.ends.0 + share * (self.ends.1 - self.ends.0)
    }

    fn ticks(&self) -> impl Iterator<Item = (i32, f64)> {
        (self.powers.0..=self.powers.1).map(|power| (power, self.place(10_f64.powi(power))))
    }
}

impl Panel {
    fn draw(&self) -> String {
        let [above, right, below, left] = MARGIN;
        let points = || self.series.iter().flat_map(|series| &series.points);
        let across = Axis::around(points().map(|(tracks, _)| *tracks), (left, WIDTH - right));
        let up = Axis::around(points().map(|(_, ms)| *ms), (HEIGHT - below, above));
        let mut svg = format!(
            "<text x=\"{left}\" y=\"22\" font-weight=\"600\" fill=\"#111\">{}</text>\n",
            self.title
        );
        for (power, y) in up.ticks() {
            line(&mut svg, (left, y), (WIDTH - right, y));
            let label = duration(power);
            writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                left - 6.0,
                y + 4.0
            )
            .ok();
        }
        for (power, x) in across.ticks() {
            line(&mut svg, (x, HEIGHT - below), (x, above));
            let label = count(power);
            writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                HEIGHT - below + 16.0
            )
            .ok();
        }
        let mut others = OTHERS.iter().cycle();
        let coloured = self.series.iter().map(|series| {
            (series, if series.is_ours { OURS } else { others.next().unwrap_or(&OURS) })
        });
        let mut coloured: Vec<_> = coloured.collect();
        // From the top down, so that a name that gives way stays below those it gave way to.
        coloured.sort_by(|(a, _), (b, _)| b.end().total_cmp(&a.end()));
        let mut labels: Vec<f64> = Vec::new();
        for (series, colour) in coloured {
            series.draw(&mut svg, colour, (&across, &up), &mut labels);
        }
        svg
    }
}

impl Series {
    /// Where the line ends.
    fn end(&self) -> f64 {
        self.points.last().map_or(0.0, |(_, ms)| *ms)
    }

    fn draw(
        &self,
        svg: &mut String,
        colour: &str,
        (across, up): (&Axis, &Axis),
        labels: &mut Vec<f64>,
    ) {
        let places: Vec<(f64, f64)> =
            self.points.iter().map(|(tracks, ms)| (across.place(*tracks), up.place(*ms))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let width = if self.is_ours { 2.5 } else { 1.5 };
        writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            path.join(" ")
        )
        .ok();
        for (x, y) in &places {
            writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{width}\" fill=\"{colour}\"/>")
                .ok();
        }
        let Some((x, y)) = places.last() else { return };
        // Names that would lie on each other move down.
        let mut at = *y;
        while labels.iter().any(|other| (other - at).abs() < 12.0) {
            at += 12.0;
        }
        labels.push(at);
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            x + 7.0,
            at + 4.0,
            self.name
        )
        .ok();
    }
}

fn line(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    writeln!(svg, "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"#e4e6ea\"/>").ok();
}

/// Ten to the `power` milliseconds, for people.
fn duration(power: i32) -> String {
    match power {
        3.. => format!("{} s", 10_f64.powi(power - 3)),
        0..3 => format!("{} ms", 10_f64.powi(power)),
        _ => format!("{:.0} µs", 10_f64.powi(power + 3)),
    }
}

/// Ten to the `power` tracks, for people.
fn count(power: i32) -> String {
    match power {
        6.. => format!("{}M", 10_f64.powi(power - 6)),
        3..6 => format!("{}k", 10_f64.powi(power - 3)),
        _ => format!("{}", 10_f64.powi(power)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are a few charts")]
fn exactly(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_power_of_ten_is_as_far_from_the_next() {
        let axis = Axis::around([2.0, 900.0].into_iter(), (0.0, 300.0));
        let ticks: Vec<_> = axis.ticks().collect();
        assert_eq!(ticks, [(0, 0.0), (1, 100.0), (2, 200.0), (3, 300.0)]);
    }

    #[test]
    fn powers_are_named_as_people_do() {
        assert_eq!([-2, 0, 2, 4].map(duration), ["10 µs", "1 ms", "100 ms", "10 s"]);
        assert_eq!([2, 3, 5, 6].map(count), ["100", "1k", "100k", "1M"]);
    }
}
