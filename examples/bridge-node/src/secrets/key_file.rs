//! The file with the key, which only its owner may read.

use bridge_traits::{BridgeError, ErrorKind, Randomness, Result, Secret};

use super::cipher::KEY;
use crate::NodeRandomness;
use crate::files::Replacement;
use crate::host::{File, NodeError, is_windows};

const OPERATION: &str = "secrets.open";

/// The key in the file at `path`; a new one, of mode 0600, if there is no such file.
pub(super) async fn load(path: &str) -> Result<Secret> {
    if is_windows() {
        return Err(BridgeError::new(ErrorKind::Unsupported, OPERATION)
            .with_detail("Windows keeps no file to its owner by its mode; use its keyring"));
    }
    let failed = |error: NodeError| error.at(OPERATION);
    let file = match File::open(path, "r", 0).await {
        Err(error) if error.code() == "ENOENT" => {
            create(path).await?;
            File::open(path, "r", 0).await.map_err(failed)?
        }
        file => file.map_err(failed)?,
    };
    if file.mode().await.map_err(failed)? & 0o077 != 0 {
        return Err(BridgeError::new(ErrorKind::PermissionDenied, OPERATION).with_detail(format!(
            "others may use {path}: make its mode 0600, or it is no secret"
        )));
    }
    // One byte more than a key, to see that there is none.
    let key = Secret::new(file.read(0, KEY + 1).await.map_err(failed)?);
    if key.expose().len() != KEY {
        return Err(BridgeError::new(ErrorKind::Corrupt, OPERATION)
            .with_detail(format!("{path} is not a key of {KEY} bytes")));
    }
    Ok(key)
}

async fn create(path: &str) -> Result<()> {
    let mut key = [0; KEY];
    NodeRandomness::new().fill(&mut key)?;
    let key = Secret::new(key);
    let create = async {
        let mut file = Replacement::create(path, 0o600).await?;
        file.write(key.expose()).await?;
        // Never over a key that somebody else has made meanwhile: that one counts.
        file.commit_if_absent().await
    };
    create.await.map_err(|error: NodeError| error.at(OPERATION))
}
