//! Whatever is done to a playlist in whatever order, it is what a plain list would be.

use core_library::Place;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::playlists::{content, playlist};
use crate::support::World;

/// What is done: a kind, a number that chooses entries, how many, and a number for the place.
type Step = (u8, u16, u8, u16);

fn place(ids: &[String], number: u16) -> Place {
    let number = usize::from(number);
    match number % 5 {
        1 => Place::Start,
        2 if !ids.is_empty() => Place::Before(ids[number / 5 % ids.len()].clone()),
        3 if !ids.is_empty() => Place::After(ids[number / 5 % ids.len()].clone()),
        // Where two of the same entries stand together positions run out soonest.
        4 => Place::Index(u32::try_from(number / 5 % 3).unwrap()),
        _ => Place::End,
    }
}

/// Where `place` is in `ids`, once `moved` are out of it.
fn index(ids: &[String], moved: &[String], place: &Place) -> usize {
    let stays = |id: &&String| !moved.contains(id);
    let before = |id: &String| ids.iter().take_while(|other| *other != id).filter(stays).count();
    let all = ids.iter().filter(stays).count();
    match place {
        Place::Start => 0,
        Place::Before(id) => before(id),
        Place::After(id) => before(id) + usize::from(!moved.contains(id)),
        Place::Index(index) => all.min(*index as usize),
        _ => all,
    }
}

async fn run(steps: Vec<Step>) {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c"]).await;
    let list = playlist(&world, "L", &tracks).await.id;
    let (_, mut model) = content(&world, &list).await;
    for (kind, which, many, target) in steps {
        let place = place(&model, target);
        let chosen: Vec<String> = (0..usize::from(many % 4))
            .filter(|_| !model.is_empty())
            .map(|offset| model[(usize::from(which) + offset * 2) % model.len()].clone())
            .fold(Vec::new(), |mut chosen, id| {
                if !chosen.contains(&id) {
                    chosen.push(id);
                }
                chosen
            });
        match kind % 4 {
            0 | 1 => {
                let new: Vec<_> =
                    (0..many % 4).map(|n| tracks[usize::from(n) % 3].clone()).collect();
                let at = index(&model, &[], &place);
                let ids = world.library.add_to_playlist(&list, &new, place).await.unwrap();
                model.splice(at..at, ids);
            }
            2 => {
                let at = index(&model, &chosen, &place);
                world.library.move_in_playlist(&list, &chosen, place).await.unwrap();
                model.retain(|id| !chosen.contains(id));
                model.splice(at..at, chosen);
            }
            _ => {
                world.library.remove_from_playlist(&list, &chosen).await.unwrap();
                model.retain(|id| !chosen.contains(id));
            }
        }
        let (_, ids) = content(&world, &list).await;
        assert_eq!(ids, model);
        let list = world.library.playlist(&list).await.unwrap();
        assert_eq!(list.entry_count, model.len() as u64);
        assert_eq!(list.duration_ms, 60_000 * model.len() as u64);
    }
}

#[core_async::test]
async fn a_playlist_is_what_a_plain_list_would_be() {
    let steps = prop::collection::vec((0..4_u8, any::<u16>(), any::<u8>(), any::<u16>()), 1..60);
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        run(steps.new_tree(&mut runner).unwrap().current()).await;
    }
}

/// Each insert halves the room, so that after some twenty of them every entry is moved apart.
#[core_async::test]
async fn there_is_always_room_at_the_same_place() {
    let second = (0, 0, 1, 24);
    run(vec![second; 90]).await;
}
