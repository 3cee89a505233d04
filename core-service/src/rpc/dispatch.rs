//! Carrying out a call.

use serde::Serialize;

use super::request::Request;
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Carries out a call given as JSON, and returns its result as JSON.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for an unknown method or parameters that do not
    /// fit, or as the call itself does.
    pub async fn call_json(&self, request: &str) -> Result<String, CoreError> {
        let request = serde_json::from_str(request)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        self.call(request).await
    }

    /// Carries out a call and returns its result as JSON.
    ///
    /// # Errors
    ///
    /// Fails as the call itself does.
    pub async fn call(&self, request: Request) -> Result<String, CoreError> {
        let (library, player) = (self.library(), self.player());
        match request {
            Request::Tracks(query) => json(&library.tracks(&query).await?),
            Request::Albums(query) => json(&library.albums(&query).await?),
            Request::Artists(query) => json(&library.artists(&query).await?),
            Request::Search(query) => json(&library.search(&query).await?),
            Request::Track(request) => json(&library.track(&request.id).await?),
            Request::Album(request) => json(&library.album(&request.id).await?),
            Request::Play(request) => json(&self.play(&request.id).await?),
            Request::Pause {} => json(&player.pause().await?),
            Request::Resume {} => json(&player.resume().await?),
            Request::Stop {} => json(&player.stop().await?),
            Request::Seek { seconds } => json(&player.seek(seconds).await?),
            Request::SetVolume { volume } => json(&player.set_volume(volume).await?),
            Request::PlayerStatus {} => json(&player.status()),
            Request::Status {} => json(&self.status().await?),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, CoreError> {
    // Only a map with keys that are not text could fail, and no result has one.
    serde_json::to_string(value).map_err(|error| CoreError::InvalidRequest(error.to_string()))
}
