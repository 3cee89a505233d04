//! Carrying out calls about accounts and drives.

use core_async::sync::CancellationToken;
use futures::StreamExt;

use super::dispatch::json;
use super::params::{OfAccount, RedirectPage, RemovedAccount, StartSync};
use super::request::Request;
use crate::cloud::DriveDescription;
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    pub(super) async fn call_cloud(&self, request: Request) -> Result<String, CoreError> {
        // A call is cancelled by dropping it.
        let cancel = CancellationToken::new();
        match request {
            Request::AccountKinds {} => json(&DriveDescription::all()),
            Request::Accounts {} => json(&self.accounts().await?),
            Request::AddAccount(new) => {
                let new = self.new_drive(*new).await?;
                json(&self.add_drive(new).await?)
            }
            Request::BeginRedirect(new) => {
                let new = self.new_drive(*new).await?;
                json(&RedirectPage { url: self.begin_redirect(new).await? })
            }
            Request::FinishRedirect { query } => json(&self.finish_redirect(&query).await?),
            Request::RemoveAccount(request) => {
                json(&RemovedAccount { revocation: self.remove_account(&request.id).await? })
            }
            Request::Sync(StartSync { account, trigger }) => {
                json(&self.sync_for(&account, trigger, &cancel).await?)
            }
            Request::FollowAll {} => {
                // How each sync ends, events have told.
                self.follow_all(&cancel).for_each(|_| std::future::ready(())).await;
                json(&())
            }
            Request::PreviewSync(OfAccount { account }) => {
                json(&self.preview_sync(&account, &cancel).await?)
            }
            Request::SyncStatus {} => json(&self.sync_status().await?),
            Request::SyncHistory(query) => json(&self.sync_history(&query).await?),
            Request::SyncWhenMetered {} => json(&self.syncs_when_metered().await?),
            Request::SetSyncWhenMetered { allowed } => {
                json(&self.set_sync_when_metered(allowed).await?)
            }
            Request::MirrorFilter(OfAccount { account }) => {
                json(&self.mirror_filter(&account).await?)
            }
            Request::SetMirrorFilter { account, filter } => {
                json(&self.set_mirror_filter(&account, &filter).await?)
            }
            Request::Prioritise { track_ids } => json(&self.prioritise(&track_ids).await?),
            Request::Explain(request) => json(&self.explain(&request.id).await?),
            _ => Err(CoreError::InvalidRequest("nobody answers this call".to_owned())),
        }
    }
}
