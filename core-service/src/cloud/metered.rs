//! Whether drives are synchronised over networks that cost, as the profile's owner wishes it.

use bridge_traits::SettingValue;

use crate::error::CoreError;
use crate::service::CoreService;

/// Where the wish is kept.
const SETTING: &str = "sync.metered";

impl CoreService {
    /// Whether drives are synchronised over networks that cost, which they are unless somebody wished
    /// otherwise.
    ///
    /// # Errors
    ///
    /// Fails as the settings do.
    pub async fn syncs_when_metered(&self) -> Result<bool, CoreError> {
        let wish = self.settings().get(SETTING).await?;
        Ok(!matches!(wish, Some(SettingValue::Boolean(false))))
    }

    /// Sets whether drives are synchronised over networks that cost, as far as the host knows of them.
    /// Where they are not, a sync waits for another network. It holds from the next sync on.
    ///
    /// # Errors
    ///
    /// Fails as the settings do.
    pub async fn set_sync_when_metered(&self, allowed: bool) -> Result<(), CoreError> {
        Ok(self.settings().set(SETTING, SettingValue::Boolean(allowed)).await?)
    }
}
