//! Several questions in one request (Microsoft Graph, "Combine multiple HTTP requests using JSON
//! batching").

use std::time::Duration;

use bridge_traits::{Method, Request, Retry};
use serde::Deserialize;
use serde_json::{Value, json};

use super::model::Item;
use super::provider::escaped;
use crate::drives::api::Refusal;
use crate::provider::{ProviderError, RemoteItem};

/// How many questions Graph takes at once.
pub(super) const BATCH: usize = 20;

/// What is asked of an item whose content is to be read.
const PROPERTIES: &str = "id,size,eTag,cTag,file,@microsoft.graph.downloadUrl";

/// The request for what `items` are now. Nothing comes of sending it twice.
pub(super) fn request(address: &str, items: &[RemoteItem]) -> Request {
    let asks: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(at, item)| json!({ "id": at.to_string(), "method": "GET", "url": target(item) }))
        .collect();
    Request::new(Method::Post, format!("{address}/v1.0/$batch"))
        .with_header("accept", "application/json")
        .with_header("content-type", "application/json")
        .with_body(json!({ "requests": asks }).to_string())
        .with_retry(Retry::Always)
}

/// Where an item is, below the version, and what is asked of it.
pub(super) fn target(item: &RemoteItem) -> String {
    let place = match item.target.as_deref().and_then(|target| target.split_once('/')) {
        Some((drive, id)) => format!("/drives/{}/items/{}", escaped(drive), escaped(id)),
        None => format!("/me/drive/items/{}", escaped(&item.id)),
    };
    format!("{place}?$select={PROPERTIES}")
}

/// The answers, in any order.
#[derive(Deserialize)]
pub(super) struct Batch {
    responses: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Headers,
    /// Without an id if it is none, as where it was refused.
    body: Option<Item>,
}

#[derive(Default, Deserialize)]
struct Headers {
    /// In seconds: Graph says no dates here.
    #[serde(rename = "Retry-After", alias = "retry-after")]
    retry_after: Option<Value>,
}

/// What was found out about one item.
pub(super) struct Found {
    pub(super) answer: Result<Item, Refusal>,
    /// How long the drive wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// Whether nobody has tried again yet, nor renewed the token, as is done for whole requests.
    pub(super) is_first_answer: bool,
}

impl Batch {
    /// The answers to `count` questions, in their order.
    pub(super) fn into_found(mut self, count: usize) -> Result<Vec<Found>, ProviderError> {
        let mut found = Vec::with_capacity(count);
        for id in 0..count {
            let at = self.responses.iter().position(|part| part.id == id.to_string());
            let at = at.ok_or(ProviderError::Protocol("a question of a batch is not answered"))?;
            found.push(self.responses.swap_remove(at).into_found()?);
        }
        Ok(found)
    }
}

impl Part {
    fn into_found(self) -> Result<Found, ProviderError> {
        let retry_after = self.retry_after();
        let item = self.body.filter(|item| !item.id.is_empty());
        let answer = match self.status {
            200..=299 => {
                Ok(item.ok_or(ProviderError::Protocol("an answer of a batch is no item"))?)
            }
            status => Err(Refusal::of(status)),
        };
        Ok(Found { answer, retry_after, is_first_answer: true })
    }

    fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.retry_after.as_ref()?;
        let seconds = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
        Some(Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(answer: Value, count: usize) -> Result<Vec<Found>, ProviderError> {
        let not_json = |_| ProviderError::Protocol("no batch");
        serde_json::from_str::<Batch>(&answer.to_string()).map_err(not_json)?.into_found(count)
    }

    #[test]
    fn answers_are_told_apart_by_their_ids() {
        let answer = json!({ "responses": [
            { "id": "1", "status": 429, "headers": { "Retry-After": "7" }, "body": {} },
            { "id": "2", "status": 503, "headers": { "retry-after": 3 } },
            { "id": "0", "status": 200, "body": { "id": "a" } },
        ] });
        let found = found(answer, 3).expect("all are answered");
        assert_eq!(found[0].answer.as_ref().map(|item| item.id.as_str()).ok(), Some("a"));
        let refused = |at: usize| {
            let found: &Found = &found[at];
            let status = found.answer.as_ref().err().map(|refusal| refusal.status);
            (status, found.retry_after.map(|wait| wait.as_secs()))
        };
        assert_eq!((refused(1), refused(2)), ((Some(429), Some(7)), (Some(503), Some(3))));
    }

    #[test]
    fn an_answer_that_is_missing_or_no_item_is_an_error() {
        for answer in [
            json!({ "responses": [] }),
            json!({ "responses": [{ "id": "5", "status": 200, "body": { "id": "a" } }] }),
            json!({ "responses": [{ "id": "0", "status": 200, "body": "?" }] }),
            json!({ "responses": [{ "id": "0", "status": 200, "body": { "name": "?" } }] }),
            json!({ "responses": [{ "id": "0", "status": 200 }] }),
        ] {
            assert!(found(answer.clone(), 1).is_err(), "{answer}");
        }
    }

    #[test]
    fn shared_items_are_asked_for_on_their_own_drive() {
        let own = RemoteItem::file("A!1", "root", "a.mp3");
        assert!(target(&own).starts_with("/me/drive/items/A!1?$select=id,"));
        let shared = RemoteItem { target: Some("d2/9".to_owned()), ..own };
        assert!(target(&shared).starts_with("/drives/d2/items/9?"));
    }
}
