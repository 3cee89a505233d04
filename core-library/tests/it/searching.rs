//! Search as you type.

use core_library::{Library, SearchQuery};

use crate::support::{add, file, library};

async fn titles(library: &Library, text: &str) -> Vec<String> {
    let query = SearchQuery { text: text.into(), limit: None };
    let found = library.search(&query).await.unwrap();
    found.tracks.into_iter().map(|track| track.title).collect()
}

#[core_async::test]
async fn words_match_across_fields_without_accents() {
    let (library, _) = library().await;
    add(
        &library,
        vec![
            file("m/1", "Hoppípolla", "Sigur Rós", "Takk..."),
            file("m/2", "Ænima", "Tool", "Ænima"),
            file("m/3", "T.N.T.", "AC/DC", "High Voltage"),
            file("m/4", "群青日和", "東京事変", "教育"),
            file("m/5", "Takk", "Somebody", "Else"),
        ],
    )
    .await;
    assert_eq!(titles(&library, "hopp sig").await, ["Hoppípolla"]);
    assert_eq!(titles(&library, "AENIMA").await, ["Ænima"]);
    assert_eq!(titles(&library, "ac/dc").await, ["T.N.T."]);
    assert_eq!(titles(&library, "事変").await, ["群青日和"]);
    assert_eq!(titles(&library, "京事").await, ["群青日和"]);
    assert_eq!(titles(&library, "takk").await, ["Takk", "Hoppípolla"]);
    assert!(titles(&library, "polla").await.is_empty());
    for text in ["", "\"", "AND OR", "*", "(\"", "-", "a\u{0}b", "'; DROP TABLE tracks; --"] {
        titles(&library, text).await;
    }
    let query = SearchQuery { text: "sigur".into(), limit: Some(1) };
    let found = library.search(&query).await.unwrap();
    assert_eq!(
        (found.artists[0].name.as_str(), found.albums[0].title.as_str()),
        ("Sigur Rós", "Takk...")
    );
}
