//! AES-256-GCM by `node:crypto`.

use bridge_traits::{BridgeError, ErrorKind, Randomness, Result};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::NodeRandomness;
use crate::host::NodeError;

/// The first byte of every sealed value.
const FORMAT: u8 = 1;

/// 96 bits, from a random source, fresh for every value (NIST SP 800-38D § 8.2.2).
const NONCE: usize = 12;

const TAG: usize = 16;

pub(super) const KEY: usize = 32;

#[wasm_bindgen(module = "node:crypto")]
extern "C" {
    type Cipher;
    #[wasm_bindgen(catch, js_name = createCipheriv)]
    fn create_cipher(name: &str, key: &Uint8Array, nonce: &Uint8Array) -> Result<Cipher, JsValue>;
    #[wasm_bindgen(catch, js_name = createDecipheriv)]
    fn create_decipher(name: &str, key: &Uint8Array, nonce: &Uint8Array)
    -> Result<Cipher, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setAAD)]
    fn bind(this: &Cipher, bound: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn update(this: &Cipher, bytes: &Uint8Array) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = final)]
    fn finish(this: &Cipher) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAuthTag)]
    fn tag(this: &Cipher) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setAuthTag)]
    fn expect_tag(this: &Cipher, tag: &Uint8Array) -> Result<JsValue, JsValue>;
}

const NAME: &str = "aes-256-gcm";

/// Encrypts `plain` so that it can only be opened under the same `name`.
pub(super) fn seal(key: &[u8; KEY], name: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    NodeRandomness::new().fill(&mut nonce)?;
    let (key, content) = (Wiped::new(key), Wiped::new(plain));
    let seal = || {
        let cipher = create_cipher(NAME, &key.0, &Uint8Array::from(&nonce[..]))?;
        cipher.bind(&bound(name))?;
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&cipher.update(&content.0)?.to_vec());
        sealed.extend_from_slice(&cipher.finish()?.to_vec());
        sealed.extend_from_slice(&cipher.tag()?.to_vec());
        Ok(sealed)
    };
    seal().map_err(|error: JsValue| NodeError::from(error).at("secrets.put"))
}

/// Decrypts what [`seal`] made; it is `Corrupt` if something else made it, under another name or
/// key, or if it has been changed.
pub(super) fn open(key: &[u8; KEY], name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let corrupt = || {
        BridgeError::new(ErrorKind::Corrupt, "secrets.get")
            .with_detail("the stored secret does not decrypt; sign in again")
    };
    let parts = sealed
        .strip_prefix(&[FORMAT])
        .and_then(|rest| rest.split_first_chunk::<NONCE>())
        .and_then(|(nonce, rest)| Some((nonce, rest.split_last_chunk::<TAG>()?)));
    let Some((nonce, (content, tag))) = parts else { return Err(corrupt()) };
    let key = Wiped::new(key);
    let open = || {
        let cipher = create_decipher(NAME, &key.0, &Uint8Array::from(&nonce[..]))?;
        cipher.bind(&bound(name))?;
        cipher.expect_tag(&Uint8Array::from(&tag[..]))?;
        let plain = Wiped(cipher.update(&Uint8Array::from(content))?);
        cipher.finish()?;
        Ok(plain.0.to_vec())
    };
    open().map_err(|error: JsValue| corrupt().with_source(NodeError::from(error)))
}

/// The format and the name are bound to the content, so neither can be exchanged.
fn bound(name: &str) -> Uint8Array {
    let mut bound = vec![FORMAT];
    bound.extend_from_slice(name.as_bytes());
    Uint8Array::from(&bound[..])
}

/// A copy on the JavaScript side, which would otherwise live until its next collection.
struct Wiped(Uint8Array);

impl Wiped {
    fn new(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes))
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.fill(0, 0, self.0.length());
    }
}
