//! Broken databases, and the cases that catch them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_conformance::database::{
    DatabaseUnderTest, concurrency, durability, filter, lifecycle, model, paging, query, tokens,
    unique, values, watch, write,
};
use bridge_memory::MemoryDatabase;
use bridge_traits::DatabaseAdapter;

use super::database_faults::{Broken, Fault};
use crate::broken::faults;

fn subject(fault: Fault) -> DatabaseUnderTest {
    DatabaseUnderTest::from(Arc::new(Broken::new(fault)) as Arc<dyn DatabaseAdapter>)
}

faults! { subject:
    AnswersBeforeOpen => lifecycle::calls_before_open_are_refused,
    OpensNewerStores => lifecycle::a_newer_store_is_refused_and_left_alone,
    ForgetsVersions => lifecycle::a_store_says_its_versions_before_it_is_migrated,
    ForgetsDefaults => lifecycle::an_added_field_gets_its_default,
    IgnoresUnique => unique::a_second_record_with_the_same_value_is_refused,
    HalfBatches => write::a_late_failure_undoes_the_whole_batch,
    ReusesVersions => write::versions_are_never_used_twice,
    IgnoresPreconditions => write::an_insert_of_an_existing_key_is_refused,
    IgnoresVersions => concurrency::concurrent_increments_lose_nothing,
    CountsEmptyBatches => write::an_empty_batch_commits_nothing,
    AcceptsShortRecords => write::records_that_do_not_fit_are_refused,
    TornReads => concurrency::no_read_sees_half_a_batch,
    AsksOneByOne => concurrency::pages_asked_for_together_are_of_one_moment,
    DropsNul => values::text_comes_back_exactly,
    RoundsIntegers => values::integers_come_back_exactly,
    ReversesRows => query::without_a_sort_rows_come_by_key,
    NullsLast => query::integers_sort_by_number,
    ForgetsRepeatedKeys => query::get_many_answers_in_the_order_of_the_keys,
    AcceptsAnyLimit => query::limits_outside_the_bounds_are_refused,
    LeavesFailuresOut => query::query_many_answers_every_query_in_order_or_fails,
    CountsOnePage => query::count_is_the_number_of_rows_found,
    SortsTheProjection => query::a_projection_gives_those_fields_in_that_order,
    PagesByOffset => paging::rows_that_stay_are_seen_once_whatever_comes_and_goes,
    PagesOverlap => paging::pages_of_any_size_join_to_the_whole_answer,
    NeverTheLastPage => paging::the_last_page_has_no_next,
    IgnoresSkips => paging::rows_are_left_out_from_the_first_one_on,
    SkipsBehindCursors => paging::rows_are_not_left_out_behind_a_cursor,
    AcceptsAnyCursor => paging::a_cursor_of_another_order_is_refused,
    WildcardsInPrefixes => filter::starts_with_takes_every_character_as_it_is,
    ThreeValuedNot => filter::not_is_two_valued,
    OpenEndedRanges => filter::ranges_of_integers_have_exact_ends,
    IgnoresLetterCase => tokens::letter_case_and_accents_matter,
    TakesTokensForPrefixes => tokens::a_token_is_found_exactly,
    TellsNothing => watch::each_commit_is_told_once_and_in_order,
    TellsTwice => watch::each_commit_is_told_once_and_in_order,
    TellsFailures => watch::failed_and_empty_batches_are_not_told,
}

/// The random operations find by themselves what the other cases were written for.
mod by_the_model {
    use super::*;

    faults! { subject:
        HalfBatches => model::random_steps_over_few_records_agree_with_the_model,
        IgnoresUnique => model::random_steps_agree_with_the_model,
        IgnoresPreconditions => model::random_steps_over_few_records_agree_with_the_model,
        DropsNul => model::random_steps_with_odd_text_agree_with_the_model,
        NullsLast => model::random_steps_agree_with_the_model,
        ThreeValuedNot => model::random_steps_agree_with_the_model,
        OpenEndedRanges => model::random_steps_agree_with_the_model,
        TakesTokensForPrefixes => model::random_steps_agree_with_the_model,
        WildcardsInPrefixes => model::random_steps_with_odd_text_agree_with_the_model,
        PagesOverlap => model::random_steps_agree_with_the_model,
        IgnoresSkips => model::random_steps_agree_with_the_model,
        RoundsIntegers => model::random_steps_agree_with_the_model,
    }
}

/// A place whose second life may differ from the first.
fn place(fault: Fault) -> DatabaseUnderTest {
    let disk = MemoryDatabase::new();
    let is_first = AtomicBool::new(true);
    DatabaseUnderTest::durable(move || {
        let is_first = is_first.swap(false, Ordering::SeqCst);
        let disk = match fault {
            Fault::ForgetsEverything if !is_first => MemoryDatabase::new(),
            _ => disk.clone(),
        };
        let fault = if is_first { Fault::Nothing } else { fault };
        let connection = Broken::connected(disk, fault);
        std::future::ready(Arc::new(connection) as Arc<dyn DatabaseAdapter>)
    })
}

mod durable {
    use super::*;

    faults! { place:
        ForgetsEverything => durability::a_lost_database_opens_with_every_acknowledged_row,
        ReusesVersions => durability::numbers_continue_where_they_were,
        OpensNewerStores => durability::a_newer_store_is_refused_after_a_restart,
        ForgetsDefaults => durability::migrations_apply_when_it_opens_again,
    }
}
