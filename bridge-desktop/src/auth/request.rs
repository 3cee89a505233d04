//! The one kind of request that is answered, and the answers.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// More than any redirect needs. What is longer is not read to its end.
const LONGEST_HEAD: usize = 16 * 1024;

/// What a connection asked for.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// To be redirected here, with this query.
    Redirect(String),
    /// Something else: the status and its name.
    Other(u16, &'static str),
}

/// Where we listen.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) address: SocketAddr,
    pub(super) path: String,
}

impl Here {
    /// The redirect address.
    pub(super) fn uri(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }
}

/// Reads the head of a request and says what it asks for.
///
/// Only a `GET` of our path on our own name counts: a page that was made to believe that its own
/// name is this computer (DNS rebinding) sends another `Host`.
pub(super) fn read(stream: &mut impl Read, here: &Here, deadline: Instant) -> io::Result<Asked> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD {
            return Ok(Asked::Other(431, "Request Header Fields Too Large"));
        }
        if Instant::now() > deadline {
            return Ok(Asked::Other(408, "Request Timeout"));
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => head.extend_from_slice(&buffer[..length]),
        }
    }
    let Ok(head) = std::str::from_utf8(&head) else { return Ok(Asked::Other(400, "Bad Request")) };
    Ok(parse(head, here))
}

fn parse(head: &str, here: &Here) -> Asked {
    let mut lines = head.split("\r\n");
    let request: Vec<_> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = request[..] else {
        return Asked::Other(400, "Bad Request");
    };
    let hosts: Vec<_> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim())
        .collect();
    if hosts != [here.address.to_string()] {
        return Asked::Other(421, "Misdirected Request");
    }
    if method != "GET" {
        return Asked::Other(405, "Method Not Allowed");
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != here.path {
        return Asked::Other(404, "Not Found");
    }
    Asked::Redirect(query.to_owned())
}

/// Answers with a page that says `text` and nothing that came with the request.
pub(super) fn answer(stream: &mut impl Write, status: (u16, &str), text: &str) -> io::Result<()> {
    let (number, name) = status;
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signing in</title>\
         <p>{text}</p></html>\n"
    );
    // The address holds the code: it is not to be kept, nor sent on.
    write!(
        stream,
        "HTTP/1.1 {number} {name}\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\r\n{page}",
        page.len()
    )?;
    stream.flush()
}

/// How long one connection may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Here {
        Here { address: ([127, 0, 0, 1], 4242).into(), path: "/back".to_owned() }
    }

    fn asked(request: &str) -> Asked {
        let deadline = Instant::now() + PATIENCE;
        read(&mut request.as_bytes(), &here(), deadline).unwrap()
    }

    #[test]
    fn only_a_get_of_our_path_on_our_name_counts() {
        let ours = "GET /back?code=1&state=2 HTTP/1.1\r\nHost: 127.0.0.1:4242\r\n\r\n";
        assert_eq!(asked(ours), Asked::Redirect("code=1&state=2".to_owned()));
        for (request, status) in [
            ("GET /back HTTP/1.1\r\nhost: evil.example:4242\r\n\r\n", 421),
            ("GET /back HTTP/1.1\r\nHost: localhost:4242\r\n\r\n", 421),
            ("GET /back HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 421),
            ("GET /back HTTP/1.1\r\n\r\n", 421),
            ("GET /back HTTP/1.1\r\nHost: 127.0.0.1:4242\r\nHost: x\r\n\r\n", 421),
            ("POST /back HTTP/1.1\r\nHost: 127.0.0.1:4242\r\n\r\n", 405),
            ("GET /other HTTP/1.1\r\nHost: 127.0.0.1:4242\r\n\r\n", 404),
            ("GET /back/ HTTP/1.1\r\nHost: 127.0.0.1:4242\r\n\r\n", 404),
            ("nonsense\r\n\r\n", 400),
            ("GET  /back HTTP/1.1\r\nHost: 127.0.0.1:4242\r\n\r\n", 400),
        ] {
            assert!(
                matches!(asked(request), Asked::Other(found, _) if found == status),
                "{request}"
            );
        }
    }

    #[test]
    fn what_never_ends_is_ended() {
        let deadline = Instant::now() + PATIENCE;
        let large = read(&mut io::repeat(b'x'), &here(), deadline).unwrap();
        assert!(matches!(large, Asked::Other(431, _)));
        let slow = read(&mut io::repeat(b'x'), &here(), Instant::now() - PATIENCE).unwrap();
        assert!(matches!(slow, Asked::Other(408, _)));
        assert!(read(&mut io::empty(), &here(), deadline).is_err());
    }
}
