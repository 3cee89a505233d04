//! `cargo xtask serve`: a small static server, with the headers a real host of the player should send.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// What the page may load and run. Compiling WebAssembly is allowed, evaluating text is not.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
     img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' https: http://127.0.0.1:* http://localhost:*; style-src 'self' 'unsafe-inline'; \
     base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// Longer request heads are refused.
const HEAD_LIMIT: u64 = 16 * 1024;

/// Whether pages are cross-origin isolated, which is what shared memory needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Isolation {
    /// Like a host that sends no special header.
    Off,
    /// With COOP and COEP.
    On,
}

/// A server that runs until the process ends.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
}

impl Server {
    /// Serves `dir` on `port` of this machine only; port 0 takes a free one.
    pub(crate) fn start(dir: &Path, port: u16, isolation: Isolation) -> Result<Self> {
        if !dir.is_dir() {
            bail!("{} is not a folder; `cargo xtask web` builds the player", dir.display());
        }
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("cannot listen on port {port}"))?;
        let address = listener.local_addr()?;
        let dir: Arc<Path> = dir.into();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let dir = Arc::clone(&dir);
                // A client that goes away in the middle is its own business.
                std::thread::spawn(move || answer_all(&stream, &dir, isolation).ok());
            }
        });
        Ok(Self { address })
    }

    /// The address of the start page.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.address.port())
    }
}

/// Answers the requests of one connection, one after another.
fn answer_all(stream: &TcpStream, dir: &Path, isolation: Isolation) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let mut reply = reply(&request, dir);
        if isolation == Isolation::On {
            reply.headers.push(("cross-origin-opener-policy", "same-origin".to_owned()));
            reply.headers.push(("cross-origin-embedder-policy", "require-corp".to_owned()));
        }
        reply.send(stream, request.method == "HEAD")?;
    }
    Ok(())
}

/// The parts of a request that matter to a static server.
#[derive(Debug, Default)]
struct Request {
    method: String,
    path: String,
    range: Option<String>,
}

impl Request {
    /// The next request, or nothing if the client is done.
    fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Self>> {
        let mut head = reader.take(HEAD_LIMIT);
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut request = Self {
            method: words.next().unwrap_or_default(),
            path: words.next().unwrap_or_default(),
            range: None,
        };
        loop {
            line.clear();
            if head.read_line(&mut line)? == 0 || line.trim().is_empty() {
                return Ok(Some(request));
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("range")
            {
                request.range = Some(value.trim().to_owned());
            }
        }
    }
}

/// A status, headers and the part of a file that is the body.
#[derive(Debug)]
struct Reply {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    file: Option<File>,
    length: u64,
}

impl Reply {
    fn empty(status: &'static str) -> Self {
        Self { status, headers: Vec::new(), file: None, length: 0 }
    }

    fn send(&mut self, mut stream: &TcpStream, head_only: bool) -> std::io::Result<()> {
        let mut head = format!("HTTP/1.1 {}\r\ncontent-length: {}\r\n", self.status, self.length);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!(
            "accept-ranges: bytes\r\ncache-control: no-store\r\ncross-origin-resource-policy: same-origin\r\n\
             x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: {CONTENT_SECURITY_POLICY}\r\n\r\n"
        ));
        stream.write_all(head.as_bytes())?;
        if let Some(file) = self.file.take().filter(|_| !head_only) {
            std::io::copy(&mut file.take(self.length), &mut stream)?;
        }
        stream.flush()
    }
}

fn reply(request: &Request, dir: &Path) -> Reply {
    if request.method != "GET" && request.method != "HEAD" {
        return Reply::empty("405 Method Not Allowed");
    }
    let Some(mut path) = resolve(dir, &request.path) else { return Reply::empty("404 Not Found") };
    if path.is_dir() {
        path.push("index.html");
    }
    let Ok(mut file) = File::open(&path) else { return Reply::empty("404 Not Found") };
    let Ok(size) = file.metadata().map(|metadata| metadata.len()) else {
        return Reply::empty("404 Not Found");
    };
    let mut headers = vec![("content-type", mime(&path).to_owned())];
    let Some(range) = &request.range else {
        return Reply { status: "200 OK", headers, file: Some(file), length: size };
    };
    match byte_range(range, size) {
        Some((start, end)) if file.seek(SeekFrom::Start(start)).is_ok() => {
            headers.push(("content-range", format!("bytes {start}-{}/{size}", end - 1)));
            Reply { status: "206 Partial Content", headers, file: Some(file), length: end - start }
        }
        _ => {
            let mut reply = Reply::empty("416 Range Not Satisfiable");
            reply.headers.push(("content-range", format!("bytes */{size}")));
            reply
        }
    }
}

/// The file below `dir` that a request names; nothing if it would be anywhere else.
fn resolve(dir: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let decoded = percent_decoded(path.strip_prefix('/')?)?;
    let relative = Path::new(&decoded);
    relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| dir.join(relative))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The half-open range that `bytes=0-99`, `bytes=100-` or `bytes=-100` asks of a file of `size` bytes.
fn byte_range(header: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first, last) {
        ("", count) => (size.saturating_sub(count.parse().ok()?), size),
        (start, "") => (start.parse().ok()?, size),
        (start, last) => {
            (start.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(size))
        }
    };
    (start < end).then_some((start, end))
}

/// Browsers refuse modules and streamed WebAssembly under any other type.
fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "webmanifest" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" | "ts" => "text/plain; charset=utf-8",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "opus" => "audio/ogg",
        "aiff" | "aif" => "audio/aiff",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
