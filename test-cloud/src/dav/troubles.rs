//! What a server does not say.

use std::collections::BTreeMap;

/// Paths, with the status that is there instead.
#[derive(Default)]
pub(super) struct Troubles {
    /// Folders that cannot be looked into.
    pub(super) closed: BTreeMap<String, u16>,
    /// What answers about others refuse.
    pub(super) refused: Option<(String, u16)>,
    /// What answers do not say the kind of.
    pub(super) kindless: Option<(String, u16)>,
    /// A folder of which no changes are told.
    pub(super) unfollowed: Option<String>,
}

impl Troubles {
    /// Whether changes of this are not told.
    pub(super) fn is_unfollowed(&self, path: &str) -> bool {
        let rest = self.unfollowed.as_ref().and_then(|folder| path.strip_prefix(&**folder));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
