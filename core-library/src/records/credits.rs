//! How credits are stored: the first artist in fields of its own, all of them as JSON only where
//! that does not say it all.

use bridge_traits::Result;

use super::json::{decode, encode};
use crate::models::ArtistCredit;

/// The JSON of `credits`, unless `name` and its id already say the same.
pub(super) fn encode_credits(
    credits: &[ArtistCredit],
    name: Option<&str>,
) -> Result<Option<String>> {
    match credits {
        [] => Ok(None),
        [only] if Some(only.name.as_str()) == name => Ok(None),
        credits => encode(&credits).map(Some),
    }
}

/// What [`encode_credits`] stands for.
pub(super) fn decode_credits(
    json: Option<String>,
    id: Option<&String>,
    name: Option<&String>,
) -> Result<Vec<ArtistCredit>> {
    match (json, id, name) {
        (Some(json), ..) => decode(&json),
        (None, Some(id), Some(name)) => {
            Ok(vec![ArtistCredit { id: id.clone(), name: name.clone() }])
        }
        _ => Ok(Vec::new()),
    }
}

/// The ids of all of these, sorted and without repeats, as tokens are.
pub(crate) fn credit_ids<'a>(credits: impl IntoIterator<Item = &'a ArtistCredit>) -> Vec<String> {
    let mut ids: Vec<_> = credits.into_iter().map(|credit| credit.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
