//! What a user makes of tracks, and has to find again whatever became of their files.

use core_library::{Library, NewPlaylist, Play, PlayHistoryQuery, PlayOutcome, PlaylistEntry};

/// Tracks that are rated and played, and a playlist that has each of them twice.
pub(crate) struct Used {
    tracks: Vec<String>,
    playlist: String,
    /// The plays, the latest first, with the number of the track.
    plays: Vec<(String, usize)>,
}

impl Used {
    pub(crate) async fn new(library: &Library, tracks: &[String]) -> Self {
        let track_ids = [tracks, tracks].concat();
        let new = NewPlaylist { name: "All".to_owned(), track_ids, ..NewPlaylist::default() };
        let playlist = library.create_playlist(new).await.unwrap().id;
        for (number, track) in tracks.iter().enumerate() {
            let track = std::slice::from_ref(track);
            library.rate_tracks(track, Some(rating(number))).await.unwrap();
        }
        Self { tracks: tracks.to_vec(), playlist, plays: Vec::new() }
    }

    /// Plays a track.
    pub(crate) async fn play(&mut self, library: &Library, number: usize) {
        let play = library.start_play(&self.tracks[number]).await.unwrap();
        library.end_play(&play.id, PlayOutcome::Completed, 100).await.unwrap();
        self.plays.insert(0, (play.id, number));
    }

    /// That all of it is with the right track.
    pub(crate) async fn assert_kept(&self, library: &Library) {
        for (number, id) in self.tracks.iter().enumerate() {
            let track = library.track(id).await.unwrap();
            let plays = self.plays.iter().filter(|(_, played)| *played == number).count();
            assert_eq!(track.rating, Some(rating(number)), "track {number}");
            assert_eq!(track.play_count as usize, plays, "track {number}");
        }
        let mut found: Vec<Play> = Vec::new();
        let mut query = PlayHistoryQuery::default();
        loop {
            let page = library.play_history(&query).await.unwrap();
            found.extend(page.items);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let mut found: Vec<_> = found.into_iter().map(|play| (play.id, play.track_id)).collect();
        let track_of = |number: usize| self.tracks[number].clone();
        let plays = self.plays.iter().map(|(play, number)| (play.clone(), track_of(*number)));
        let mut expected: Vec<_> = plays.collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let entries = library.playlist_entries(&self.playlist, Some(500), None).await.unwrap();
        let track = |entry: PlaylistEntry| entry.track.map(|track| track.id);
        let listed: Vec<_> = entries.items.into_iter().map(track).collect();
        let expected: Vec<_> =
            self.tracks.iter().chain(&self.tracks).map(|id| Some(id.clone())).collect();
        assert_eq!(listed, expected);
    }
}

fn rating(number: usize) -> u32 {
    u32::try_from(number % 10 + 1).unwrap() * 10
}
