//! The content of a file of secrets, and the cryptography on it.
//!
//! Names are readable, values are sealed with XChaCha20-Poly1305 under a random nonce and bound to
//! their name, so that nobody can move a value to another name. An empty sealed value tells a
//! wrong key from a damaged secret.

use std::collections::BTreeMap;
use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_traits::{BridgeError, ErrorKind, Result, Secret};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "mpc-secrets";
const FORMAT_VERSION: u32 = 1;
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const SALT_LENGTH: usize = 16;

/// What the empty value for telling a wrong key is bound to. Secrets are bound to longer texts.
const CHECK: &str = "check";

/// The most a file may ask of this computer for its passphrase: 1 GiB and 64 passes.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;

/// Everything a file of secrets holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Vault {
    format: String,
    version: u32,
    /// How the key comes from a passphrase; `None` for a key the host keeps.
    derivation: Option<Derivation>,
    check: String,
    secrets: BTreeMap<String, String>,
}

/// Argon2id, with what it was run with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Derivation {
    memory_kib: u32,
    passes: u32,
    salt: String,
}

/// A key, ready for use.
#[derive(Clone)]
pub(super) struct VaultKey(XChaCha20Poly1305);

impl Vault {
    /// An empty vault.
    pub(super) fn new(key: &VaultKey, derivation: Option<Derivation>) -> Result<Self> {
        let check = key.seal(CHECK, &[])?;
        let (format, version) = (FORMAT.to_owned(), FORMAT_VERSION);
        Ok(Self { format, version, derivation, check, secrets: BTreeMap::new() })
    }

    /// Reads a file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let vault: Self = serde_json::from_slice(bytes)
            .map_err(|_| corrupt("the file of secrets does not make sense"))?;
        if vault.format != FORMAT {
            return Err(corrupt("this is not a file of secrets"));
        }
        if vault.version != FORMAT_VERSION {
            return Err(error(ErrorKind::Conflict).with_detail(
                "the file of secrets was written by a newer program; update this one",
            ));
        }
        Ok(vault)
    }

    /// The file for what it holds now.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("text in memory always serialises")
    }

    /// How the key comes from a passphrase.
    pub(super) fn derivation(&self) -> Option<&Derivation> {
        self.derivation.as_ref()
    }

    /// Refuses a key that is not the one the vault was made with.
    pub(super) fn check_key(&self, key: &VaultKey) -> Result<()> {
        key.open(CHECK, &self.check).map(drop).map_err(|_| {
            error(ErrorKind::PermissionDenied)
                .with_detail("the key or passphrase is not the one these secrets were kept with")
        })
    }

    /// Keeps a secret.
    pub(super) fn put(&mut self, key: &VaultKey, name: &str, secret: &Secret) -> Result<()> {
        let sealed = key.seal(&bound_to(name), secret.expose())?;
        self.secrets.insert(name.to_owned(), sealed);
        Ok(())
    }

    /// The secret of that name.
    pub(super) fn get(&self, key: &VaultKey, name: &str) -> Result<Option<Secret>> {
        self.secrets.get(name).map(|sealed| key.open(&bound_to(name), sealed)).transpose()
    }

    /// Forgets a secret; `false` if there was none.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.secrets.remove(name).is_some()
    }

    /// Every name, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.secrets.keys().cloned().collect()
    }
}

impl Derivation {
    /// A derivation with a new salt, as strong as OWASP's password storage guide asks.
    pub(super) fn new() -> Result<Self> {
        let mut salt = [0; SALT_LENGTH];
        fill(&mut salt)?;
        let (memory_kib, passes) = (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST);
        Ok(Self { memory_kib, passes, salt: STANDARD.encode(salt) })
    }

    /// The key for a passphrase. This takes a while, by design.
    pub(super) fn derive(&self, passphrase: &Secret) -> Result<VaultKey> {
        let unusable = || corrupt("the file of secrets asks for what this computer should not do");
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return Err(unusable());
        }
        let salt = STANDARD.decode(&self.salt).map_err(|_| unusable())?;
        let params = Params::new(self.memory_kib, self.passes, 1, Some(KEY_LENGTH))
            .map_err(|_| unusable())?;
        let mut derived = vec![0; KEY_LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose(), &salt, &mut derived)
            .map_err(|_| unusable())?;
        VaultKey::new(&Secret::new(derived))
    }
}

impl VaultKey {
    /// A key of 32 random bytes.
    pub(super) fn new(key: &Secret) -> Result<Self> {
        let cipher = XChaCha20Poly1305::new_from_slice(key.expose()).map_err(|_| {
            error(ErrorKind::InvalidRequest).with_detail(format!("a key has {KEY_LENGTH} bytes"))
        })?;
        Ok(Self(cipher))
    }

    fn seal(&self, bound_to: &str, value: &[u8]) -> Result<String> {
        let mut sealed = vec![0; NONCE_LENGTH];
        fill(&mut sealed)?;
        let nonce = nonce(&sealed)?;
        let payload = Payload { msg: value, aad: bound_to.as_bytes() };
        let text = self.0.encrypt(&nonce, payload);
        sealed.extend(text.map_err(|_| error(ErrorKind::Other))?);
        Ok(STANDARD.encode(sealed))
    }

    fn open(&self, bound_to: &str, sealed: &str) -> Result<Secret> {
        let damaged = || corrupt("a secret does not decrypt");
        let sealed = STANDARD.decode(sealed).map_err(|_| damaged())?;
        let (nonce_bytes, text) = sealed.split_at_checked(NONCE_LENGTH).ok_or_else(damaged)?;
        let payload = Payload { msg: text, aad: bound_to.as_bytes() };
        let value = self.0.decrypt(&nonce(nonce_bytes)?, payload).map_err(|_| damaged())?;
        Ok(Secret::new(value))
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

fn bound_to(name: &str) -> String {
    format!("secret:{name}")
}

fn nonce(bytes: &[u8]) -> Result<XNonce> {
    XNonce::try_from(bytes).map_err(|_| corrupt("a secret does not decrypt"))
}

fn fill(buffer: &mut [u8]) -> Result<()> {
    getrandom::fill(buffer).map_err(|cause| error(ErrorKind::Unavailable).with_source(cause))
}

fn corrupt(detail: &str) -> BridgeError {
    error(ErrorKind::Corrupt).with_detail(detail)
}

fn error(kind: ErrorKind) -> BridgeError {
    BridgeError::new(kind, "secrets")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> VaultKey {
        VaultKey::new(&Secret::new([byte; KEY_LENGTH])).unwrap()
    }

    #[test]
    fn a_value_stays_with_its_name_and_key() {
        let mut vault = Vault::new(&key(1), None).unwrap();
        vault.put(&key(1), "a", &Secret::new("token")).unwrap();
        let text = String::from_utf8(vault.to_bytes()).unwrap();
        assert!(!text.contains("token") && !text.contains(&STANDARD.encode("token")));

        let mut vault = Vault::parse(text.as_bytes()).unwrap();
        assert_eq!(vault.get(&key(1), "a").unwrap().unwrap().expose(), b"token");
        assert_eq!(vault.get(&key(2), "a").unwrap_err().kind(), ErrorKind::Corrupt);
        assert_eq!(vault.check_key(&key(2)).unwrap_err().kind(), ErrorKind::PermissionDenied);
        let moved = vault.secrets["a"].clone();
        vault.secrets.insert("b".into(), moved);
        assert_eq!(vault.get(&key(1), "b").unwrap_err().kind(), ErrorKind::Corrupt);
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let mut vault = Vault::new(&key(1), None).unwrap();
        vault.put(&key(1), "a", &Secret::new([7; 9])).unwrap();
        let sealed = vault.secrets["a"].clone();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            vault.secrets.insert("a".into(), String::from_utf8(changed).unwrap());
            assert_eq!(vault.get(&key(1), "a").unwrap_err().kind(), ErrorKind::Corrupt);
        }
    }

    #[test]
    fn a_file_cannot_ask_for_too_much() {
        let greedy = Derivation { memory_kib: u32::MAX, passes: 1, salt: STANDARD.encode([0; 16]) };
        let error = greedy.derive(&Secret::new("x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        for bad in ["", "{}", "[1]", "null"] {
            assert_eq!(Vault::parse(bad.as_bytes()).unwrap_err().kind(), ErrorKind::Corrupt);
        }
    }
}
