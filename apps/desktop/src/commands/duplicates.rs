//! `duplicates`

use core_service::core_library::{DuplicatePolicy, DuplicateQuery, Page, Reason};
use core_service::core_runtime::{Event, EventReceiver, LibraryEvent, TryRecvError};
use core_service::{CoreService, SoundCheck};
use serde::Serialize;

use super::playlists::tracks_of;
use crate::cli::DuplicatesArgs;
use crate::error::CommandError;
use crate::output::{self, Output};
use crate::progress::Progress;

/// Hears whether somebody has to be asked about duplicates.
pub(super) fn asked(core: &CoreService) -> EventReceiver {
    let is_question =
        |event: &Event| matches!(event, Event::Library(LibraryEvent::DuplicatesFound { .. }));
    core.events().subscribe_to(is_question)
}

/// Says what was heard last.
pub(super) fn tell(mut asked: EventReceiver, output: &Output) {
    let mut last = None;
    loop {
        match asked.try_recv() {
            Ok(Event::Library(LibraryEvent::DuplicatesFound { groups })) => last = Some(groups),
            Ok(_) | Err(TryRecvError::Lagged(_)) => {}
            Err(_) => break,
        }
    }
    if let Some(groups) = last {
        output.note(&format!("{groups} groups of duplicates; `mpc-desktop duplicates` lists them"));
    }
}

/// What merges every group with the same content.
const ALL_VERIFIED: &str = "all-verified";

/// How many tracks became copies.
#[derive(Serialize)]
struct Merged {
    merged: usize,
}

/// What is done about duplicates.
#[derive(Serialize)]
struct Policy {
    policy: DuplicatePolicy,
}

pub(super) async fn duplicates(
    core: &CoreService,
    args: DuplicatesArgs,
    output: &Output,
) -> Result<(), CommandError> {
    let library = core.library();
    if let [first, others @ ..] = &*args.merge {
        let merged = match (&**first, others) {
            (ALL_VERIFIED, []) => library.merge_verified(Reason::Edit).await?,
            _ => {
                let ids = tracks_of(core, &args.merge).await?;
                let (keep, others) = ids.split_first().map_or(("", &[][..]), |(k, o)| (k, o));
                library.merge_tracks(keep, others).await?
            }
        };
        output.print(&Merged { merged }, |all| format!("{} tracks merged", all.merged));
    } else if let Some(id) = &args.split {
        library.split_track(id).await?;
        output.print(&library.track(id).await?, |track| format!("{} is a track again", track.path));
    } else if !args.keep_both.is_empty() {
        let track_ids = tracks_of(core, &args.keep_both).await?;
        library.keep_apart(&track_ids).await?;
        output.print(&track_ids, |ids| format!("{} tracks are kept apart", ids.len()));
    } else if let Some(id) = &args.copies {
        let track = core.find_track(id).await?;
        let page = Page { items: library.copies(&track.id).await?, next: None };
        output.print(&page, output::copies);
    } else if args.check_sounds {
        let progress = output.shows_progress().then(|| Progress::of_sound_check(core.events()));
        let check = core.check_sounds().await;
        drop(progress);
        output.print(&check?, sounds);
    } else if let Some(policy) = args.policy {
        core.set_duplicate_policy(policy.into()).await?;
        show_policy(core, output).await?;
    } else if args.show_policy {
        show_policy(core, output).await?;
    } else {
        let DuplicatesArgs { limit, after, evidence, .. } = args;
        let query =
            DuplicateQuery { limit: Some(limit), after, evidence: evidence.map(Into::into) };
        output.print(&library.duplicates(&query).await?, output::duplicates);
    }
    Ok(())
}

fn sounds(check: &SoundCheck) -> String {
    let SoundCheck { listened, alike, failed, seconds } = check;
    let mut text =
        format!("{listened} tracks listened to in {seconds:.1} s, {alike} groups sound alike\n");
    for failed in failed {
        text.push_str(&format!("failed: {}: {}\n", failed.path, failed.error));
    }
    text
}

async fn show_policy(core: &CoreService, output: &Output) -> Result<(), CommandError> {
    let policy = core.duplicate_policy().await?;
    output.print(&Policy { policy }, |all| match all.policy {
        DuplicatePolicy::Newest => "newest: the same content is merged into the newest file".into(),
        DuplicatePolicy::Ask => "ask: duplicates are counted".into(),
        _ => "keep-both: nothing is done about duplicates".into(),
    });
    Ok(())
}
