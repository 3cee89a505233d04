//! Answers of real servers, and of bad ones.

use super::{Multistatus, Properties, Said};

fn parsed(text: &str) -> Multistatus {
    Multistatus::parse(text.as_bytes()).unwrap()
}

#[track_caller]
fn refused(text: &str) {
    Multistatus::parse(text.as_bytes()).unwrap_err();
}

fn wrapped(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\" xmlns:oc=\"http://owncloud.org/ns\">{inner}</d:multistatus>"
    )
}

#[test]
fn an_answer_of_nextcloud_is_understood() {
    let answer = parsed(&wrapped(
        "<d:response><d:href>/remote.php/dav/files/ann/a%20&amp;%20b/</d:href><d:propstat><d:prop>\
         <d:resourcetype><d:collection/></d:resourcetype><d:getetag>&quot;5f1&quot;</d:getetag>\
         <oc:fileid>42</oc:fileid></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>\
         <d:propstat><d:prop><d:getcontentlength/></d:prop>\
         <d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>\
         <d:response><d:href>/x.mp3</d:href><d:propstat><d:prop><d:resourcetype/>\
         <d:getcontentlength>17</d:getcontentlength>\
         <oc:checksums><oc:checksum>SHA1:aa MD5:bb</oc:checksum></oc:checksums>\
         </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>",
    ));
    let folder = &answer.entries[0];
    assert_eq!(folder.href, "/remote.php/dav/files/ann/a%20&%20b/");
    let expected = Properties {
        is_folder: Some(true),
        etag: Some("\"5f1\"".to_owned()),
        file_id: Some("42".to_owned()),
        ..Properties::default()
    };
    assert_eq!(folder.properties, expected);
    let file = &answer.entries[1].properties;
    assert_eq!((file.length, file.checksums.as_deref()), (Some(17), Some("SHA1:aa MD5:bb")));
    assert_eq!(file.is_folder, Some(false));
}

#[test]
fn names_count_by_their_namespace_and_not_by_their_prefix() {
    let answer = parsed(
        "<multistatus xmlns=\"DAV:\" xmlns:d=\"http://other.test/\"><response>\
         <href><![CDATA[/a&b]]></href><propstat><prop><d:getetag>wrong</d:getetag>\
         <resourcetype><d:collection/></resourcetype></prop>\
         <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    assert_eq!(answer.entries[0].href, "/a&b");
    let nothing = Properties { is_folder: Some(false), ..Properties::default() };
    assert_eq!(answer.entries[0].properties, nothing);
}

#[test]
fn what_is_not_there_does_not_count() {
    let answer = parsed(&wrapped(
        "<d:response><d:href>/x</d:href><d:propstat><d:prop><d:getetag>\"1\"</d:getetag></d:prop>\
         <d:status>HTTP/1.1 403 Forbidden</d:status></d:propstat></d:response>\
         <d:response><d:href>/gone</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>\
         <d:sync-token>http://server/17</d:sync-token>",
    ));
    assert_eq!(answer.entries[0].properties.etag, None);
    assert_eq!(answer.entries[1].status, Some(404));
    assert_eq!(answer.sync_token.as_deref(), Some("http://server/17"));
}

/// What is said of what has this propstat, and the status of the whole.
fn said(inner: &str) -> Said {
    let answer = wrapped(&format!("<d:response><d:href>/x</d:href>{inner}</d:response>"));
    parsed(&answer).entries[0].said()
}

#[test]
fn what_is_refused_is_told_from_what_is_gone() {
    let kind = |kind: &str, status: u16| {
        let length = "<d:propstat><d:prop><d:getcontentlength>7</d:getcontentlength></d:prop>\
                      <d:status>HTTP/1.1 200 OK</d:status></d:propstat>";
        said(&format!(
            "{length}<d:propstat><d:prop><d:resourcetype>{kind}</d:resourcetype></d:prop>\
             <d:status>HTTP/1.1 {status} X</d:status></d:propstat>"
        ))
    };
    assert_eq!(kind("<d:collection/>", 200), Said::Folder);
    assert_eq!(kind("", 200), Said::File);
    assert_eq!(kind("", 404), Said::File);
    assert_eq!(kind("", 403), Said::Nothing(None));
    assert_eq!(kind("", 500), Said::Nothing(None));
    let whole = |status: u16| said(&format!("<d:status>HTTP/1.1 {status} X</d:status>"));
    assert_eq!((whole(404), whole(410)), (Said::Gone, Said::Gone));
    for status in [301, 401, 403, 423, 500, 503] {
        assert_eq!(whole(status), Said::Nothing(Some(status)));
    }
    assert_eq!(said(""), Said::Nothing(None));
}

#[test]
fn nothing_but_a_whole_answer_counts() {
    let whole = wrapped("<d:response><d:href>/x</d:href></d:response>");
    assert_eq!(parsed(&whole).entries.len(), 1);
    // Whatever is missing at the end, it is no answer.
    for end in 0..whole.len() {
        refused(&whole[..end]);
    }
    refused("{}");
    refused("<html><body>Sign in</body></html>");
    refused(&wrapped("<d:response></d:href></d:response>"));
    refused(&format!("{whole}{whole}"));
}

#[test]
fn attacks_are_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    refused(
        &wrapped("<d:response><d:href>/x</d:href></d:response>")
            .replace("?><", &format!("?>{bomb}<")),
    );
    refused(&wrapped("<d:response><d:href>&b;</d:href></d:response>"));
    refused(&wrapped("<d:response><d:href>&file;</d:href></d:response>"));
    refused(&wrapped(&format!("{}{}", "<d:x>".repeat(100), "</d:x>".repeat(100))));
    refused(&wrapped(&format!("<d:response><d:href>{}</d:href></d:response>", "a".repeat(70_000))));
    Multistatus::parse(b"\xff\xfe<").unwrap_err();
}
