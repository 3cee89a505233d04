//! Real `WebDAV` servers, which tests serve a folder with: rclone, and nginx with the module that lists.

use std::path::Path;

use anyhow::{Result, bail};

use super::{apt, say};
use crate::shell::find_program;

/// What of nginx is a package of its own.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so";

/// The Debian packages that are missing.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    if !apt::available() {
        return Vec::new();
    }
    let mut packages = Vec::new();
    if find_program("rclone").is_none() {
        packages.push("rclone");
    }
    if find_program("nginx").is_none() || !Path::new(MODULE).exists() {
        packages.extend(["nginx-light", "libnginx-mod-http-dav-ext"]);
    }
    packages
}

/// Fails with a remedy if tests would.
pub(crate) fn check() -> Result<()> {
    if find_program("rclone").is_none() {
        bail!("rclone is missing: install your system's package of this name");
    }
    if find_program("nginx").is_none() || !Path::new(MODULE).exists() {
        bail!("nginx or its module for WebDAV is missing: there has to be {MODULE}");
    }
    say("WebDAV servers", "rclone and nginx found");
    Ok(())
}
