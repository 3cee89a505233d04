//! One page of a list.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One page of a list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Page<T> {
    /// The items in order.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; `None` at the end.
    pub next: Option<String>,
}
