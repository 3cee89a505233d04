//! AES-256-GCM under a non-extractable key.

use bridge_traits::{Randomness, Result};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{AesGcmParams, AesKeyGenParams, CryptoKey, SubtleCrypto};

use crate::WebRandomness;
use crate::host::{JsError, property, resolve, scope};

/// The first byte of every sealed value.
const FORMAT: u8 = 1;

/// 96 bits, from a random source, fresh for every value (NIST SP 800-38D § 8.2.2).
const NONCE: usize = 12;

const ALGORITHM: &str = "AES-GCM";

/// A key that can be used and stored, but not read.
#[derive(Clone, Debug)]
pub(super) struct Cipher(CryptoKey);

impl Cipher {
    pub(super) fn new(key: CryptoKey) -> Self {
        Self(key)
    }

    /// A new key.
    pub(super) async fn generate() -> Result<CryptoKey, JsError> {
        let algorithm = AesKeyGenParams::new(ALGORITHM, 256);
        let usages: Array = ["encrypt", "decrypt"].into_iter().map(JsValue::from_str).collect();
        resolve(subtle()?.generate_key_with_object(&algorithm, false, &usages)?).await
    }

    /// Encrypts `plain` so that it can only be opened under the same `name`.
    pub(super) async fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, JsError> {
        let mut nonce = [0; NONCE];
        WebRandomness::new()
            .fill(&mut nonce)
            .map_err(|error| JsError::new("OperationError", &error.to_string()))?;
        let content = Uint8Array::from(plain);
        let parameters = parameters(name, &nonce);
        let sealed =
            subtle()?.encrypt_with_object_and_js_u8_array(&parameters, &self.0, &content)?;
        let sealed: ArrayBuffer = resolve(sealed).await?;
        // The copy on the JavaScript side would otherwise live until its next collection.
        content.fill(0, 0, content.length());
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&Uint8Array::new(&sealed).to_vec());
        Ok(bytes)
    }

    /// Decrypts what [`seal`](Self::seal) made; `None` if it was made by something else, under
    /// another name or key, or has been changed.
    pub(super) async fn open(&self, name: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, JsError> {
        let Some((nonce, content)) =
            sealed.strip_prefix(&[FORMAT]).and_then(|rest| rest.split_first_chunk::<NONCE>())
        else {
            return Ok(None);
        };
        let parameters = parameters(name, nonce);
        let content = Uint8Array::from(content);
        let plain =
            subtle()?.decrypt_with_object_and_js_u8_array(&parameters, &self.0, &content)?;
        match resolve::<ArrayBuffer>(plain).await {
            Ok(plain) => {
                let plain = Uint8Array::new(&plain);
                let bytes = plain.to_vec();
                plain.fill(0, 0, plain.length());
                Ok(Some(bytes))
            }
            Err(error) if error.name() == "OperationError" => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The format and the name are bound to the content, so neither can be exchanged.
fn parameters(name: &str, nonce: &[u8; NONCE]) -> AesGcmParams {
    let mut bound = vec![FORMAT];
    bound.extend_from_slice(name.as_bytes());
    let parameters = AesGcmParams::new_with_u8_array(ALGORITHM, &Uint8Array::from(&nonce[..]));
    parameters.set_additional_data_u8_array(&Uint8Array::from(&bound[..]));
    parameters
}

fn subtle() -> Result<SubtleCrypto, JsError> {
    let crypto = scope().crypto()?;
    // Insecure contexts have `crypto` without `subtle`.
    match property(&crypto, "subtle") {
        Some(_) => Ok(crypto.subtle()),
        None => Err(JsError::new("NotSupportedError", "crypto.subtle is missing here: use https")),
    }
}
