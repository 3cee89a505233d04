//! The development cloud: `test-cloud` serves a folder as a drive, with somewhere to sign in.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::natively;
use crate::shell::Step;

/// A cloud that serves a folder until this is dropped.
#[derive(Debug)]
pub(crate) struct Cloud {
    child: Child,
    services: Value,
}

impl Cloud {
    /// Serves `folder`; every token begins with `prefix`.
    pub(crate) fn start(folder: &Path, prefix: &str) -> Result<Self> {
        let program = natively::example("serve_folder", &["test-cloud/server"])?;
        let mut child = Step::new(program)
            .arg(folder)
            .arg(prefix)
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the development cloud cannot be started")?;
        let mut said = String::new();
        let output = child.stdout.take().context("stdout is piped")?;
        BufReader::new(output).read_line(&mut said)?;
        match serde_json::from_str(&said) {
            Ok(services) => Ok(Self { child, services }),
            Err(_) => {
                child.wait()?;
                bail!("the development cloud did not say where it is")
            }
        }
    }

    /// Where everything is: `{client_id, authorize, token, api}`.
    pub(crate) fn services(&self) -> &Value {
        &self.services
    }

    /// One of the addresses.
    pub(crate) fn service(&self, name: &str) -> Result<&str> {
        self.services[name].as_str().with_context(|| format!("the cloud names no {name}"))
    }

    /// The configuration with which the player finds it.
    pub(crate) fn drives(&self) -> Value {
        let mut addresses = self.services.clone();
        let client_id = addresses.as_object_mut().and_then(|all| all.remove("client_id"));
        serde_json::json!({ "google-drive": { "client_id": client_id, "addresses": addresses } })
    }

    /// Does what a user does who is shown `page` and agrees, as far as back in the program.
    pub(crate) fn allow(&self, page: &str) -> Result<()> {
        let answer = get(&format!("{page}&agrees=yes"))?;
        let back = answer.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim())
        });
        let answer = get(back.context("the cloud did not send the user back")?)?;
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("the program did not take the user back");
        }
        Ok(())
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // It runs until its input ends.
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}

/// The whole answer of a server on this machine.
fn get(url: &str) -> Result<String> {
    let rest = url.strip_prefix("http://").context("only this machine is asked")?;
    let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).with_context(|| format!("cannot reach {host}"))?;
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
