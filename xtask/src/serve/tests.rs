//! The server is asked over a real connection, the parsing alone for odd input.

use super::*;

#[track_caller]
fn range(header: &str, expected: Option<(u64, u64)>) {
    assert_eq!(byte_range(header, 100), expected, "{header}");
}

#[test]
fn ranges_are_clamped_to_the_file() {
    range("bytes=0-9", Some((0, 10)));
    range("bytes=90-", Some((90, 100)));
    range("bytes=-10", Some((90, 100)));
    range("bytes=-1000", Some((0, 100)));
    range("bytes=50-18446744073709551615", Some((50, 100)));
    range("bytes=100-", None);
    range("bytes=9-0", None);
    range("bytes=a-b", None);
    range("items=0-9", None);
}

#[test]
fn paths_stay_below_the_served_folder() {
    let dir = Path::new("/site");
    assert_eq!(resolve(dir, "/a%20b/c.js?v=1"), Some(PathBuf::from("/site/a b/c.js")));
    assert_eq!(resolve(dir, "/"), Some(PathBuf::from("/site")));
    for outside in
        ["/../secret", "/a/%2e%2e/%2E%2E/secret", "//etc/passwd", "relative", "/%zz", "/%ff"]
    {
        assert_eq!(resolve(dir, outside), None, "{outside}");
    }
}

fn ask(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn files_come_with_their_type_and_ranges() {
    let dir = std::env::temp_dir().join(format!("mpc-serve-{}", std::process::id()));
    std::fs::create_dir_all(dir.join("sub")).unwrap();
    std::fs::write(dir.join("index.html"), "start").unwrap();
    std::fs::write(dir.join("sub/a.wasm"), "0123456789").unwrap();

    let server = Server::start(&dir, 0, Isolation::Off).unwrap();
    let start = ask(&server, "GET / HTTP/1.1\r\n\r\n");
    assert!(
        start.starts_with("HTTP/1.1 200 OK\r\n") && start.ends_with("\r\n\r\nstart"),
        "{start}"
    );
    assert!(
        start.contains("content-type: text/html") && start.contains("cache-control: no-store"),
        "{start}"
    );
    assert!(!start.contains("cross-origin-embedder-policy"), "{start}");

    let part = ask(&server, "GET /sub/a.wasm HTTP/1.1\r\nRange: bytes=2-4\r\n\r\n");
    assert!(part.starts_with("HTTP/1.1 206 ") && part.ends_with("\r\n\r\n234"), "{part}");
    assert!(
        part.contains("content-type: application/wasm")
            && part.contains("content-range: bytes 2-4/10"),
        "{part}"
    );

    assert!(ask(&server, "GET /none HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    assert!(ask(&server, "POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    let both = ask(&server, "HEAD / HTTP/1.1\r\n\r\nGET /sub/a.wasm HTTP/1.1\r\n\r\n");
    assert!(
        both.contains("content-length: 5\r\n")
            && !both.contains("start")
            && both.ends_with("0123456789"),
        "{both}"
    );

    let isolated = Server::start(&dir, 0, Isolation::On).unwrap();
    assert!(
        ask(&isolated, "GET / HTTP/1.1\r\n\r\n")
            .contains("cross-origin-embedder-policy: require-corp")
    );
    std::fs::remove_dir_all(dir).unwrap();
}
