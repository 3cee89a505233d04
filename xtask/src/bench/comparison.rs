//! One figure of ours beside the figure of another program.

use std::fmt;

use serde_json::{Value, json};

/// What a comparison should show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    /// We take at most `1 / n` of the other's time: the ratio is the other's figure over ours.
    TimesFaster(f64),
    /// We take at most `n` times as much: the ratio is our figure over the other's.
    AtMost(f64),
    /// Our figure is at most `n`, whatever the other's is.
    Absolute(f64),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comparison {
    pub(super) name: String,
    /// What both figures count, for example `s`.
    pub(super) unit: &'static str,
    pub(super) ours: f64,
    pub(super) baseline: f64,
    pub(super) goal: Goal,
}

impl Comparison {
    pub(super) fn ratio(&self) -> f64 {
        match self.goal {
            Goal::TimesFaster(_) => self.baseline / self.ours,
            Goal::AtMost(_) | Goal::Absolute(_) => self.ours / self.baseline,
        }
    }

    pub(super) fn passes(&self) -> bool {
        match self.goal {
            Goal::TimesFaster(least) => self.ratio() >= least,
            Goal::AtMost(most) => self.ratio() <= most,
            Goal::Absolute(most) => self.ours <= most,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let (Goal::TimesFaster(goal) | Goal::AtMost(goal) | Goal::Absolute(goal)) = self.goal;
        json!({
            "name": self.name,
            "unit": self.unit,
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio(),
            "goal": goal,
            "pass": self.passes(),
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, unit, ours, baseline, .. } = self;
        write!(f, "{name}: ours {ours:.3} {unit}, baseline {baseline:.3} {unit}: ")?;
        match self.goal {
            Goal::TimesFaster(goal) => {
                write!(f, "{:.2} times faster, goal {goal}", self.ratio())?;
            }
            Goal::AtMost(goal) => write!(f, "{:.3} times as much, goal {goal}", self.ratio())?,
            Goal::Absolute(goal) => write!(f, "goal {goal} {unit}")?,
        }
        f.write_str(if self.passes() { ", reached" } else { ", MISSED" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(ours: f64, baseline: f64, goal: Goal) -> Comparison {
        Comparison { name: "it".to_owned(), unit: "s", ours, baseline, goal }
    }

    #[test]
    fn ratio_says_how_many_times_faster_we_are() {
        let it = comparison(0.5, 2.0, Goal::TimesFaster(3.0));
        assert_eq!((&it.to_json()["ratio"], it.passes()), (&json!(4.0), true));
        assert!(!comparison(1.0, 2.0, it.goal).passes());
    }

    #[test]
    fn overhead_and_limits_must_not_be_exceeded() {
        assert!(comparison(103.0, 100.0, Goal::AtMost(1.03)).passes());
        assert!(!comparison(104.0, 100.0, Goal::AtMost(1.03)).passes());
        assert!(comparison(20.0, 1.0, Goal::Absolute(20.0)).passes());
        assert!(!comparison(21.0, 99.0, Goal::Absolute(20.0)).passes());
    }
}
