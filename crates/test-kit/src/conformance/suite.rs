//! The macros that make a test of each behaviour.

/// Makes one test of each behaviour that a store must have, in a module of this name.
///
/// Takes a name and an async closure that returns an empty store (or a [`Fixture`](crate::conformance::Fixture)) and is called
/// once for each test. See [`conformance`](crate::conformance).
#[macro_export]
macro_rules! conformance_suite {
    ($name:ident, $factory:expr $(,)?) => {
        async fn $name() -> $crate::conformance::Fixture {
            let factory = $factory;
            ::core::convert::Into::into(factory().await)
        }

        mod $name {
            $crate::__conformance_tests! { $name: behaviour:
                // Round trips.
                a_plain_value_is_read_as_written
                white_space_around_a_value_survives
                an_empty_value_is_a_value
                bytes_that_are_no_text_survive
                a_value_of_64_kib_survives
                text_that_looks_like_something_else_survives
                several_fields_are_read_as_written
                one_field_keeps_its_name
                odd_field_names_survive
                a_value_that_is_json_keeps_its_text
                a_write_of_no_field_is_refused
                // Fields that a write does not name.
                a_second_write_replaces_the_first
                replacing_drops_the_fields_that_are_not_named
                merging_keeps_the_fields_that_are_not_named
                merging_into_nothing_makes_a_secret
                merging_a_plain_value_replaces_it
                a_plain_value_becomes_fields_and_fields_a_plain_value
                // Preconditions.
                absent_makes_and_does_not_replace
                the_current_version_lets_a_write_through
                a_stale_version_conflicts_and_changes_nothing
                a_version_of_nothing_conflicts
                the_same_value_again_is_another_version
                a_version_does_not_come_back_after_a_delete
                // Deletes.
                what_is_deleted_is_gone
                deleting_nothing_is_success
                deleting_leaves_what_is_above_and_below
                a_path_is_free_again_after_a_delete
                // What is missing.
                a_missing_secret_is_not_found_by_name
                above_a_secret_is_no_secret
                below_a_secret_is_no_secret
                a_missing_field_is_not_found_by_name
                existence_is_answered
                // Lists.
                an_empty_store_lists_nothing
                a_list_is_complete_and_sorted
                a_prefix_is_whole_segments
                a_secret_is_not_below_itself
                a_list_forgets_what_is_deleted
                // Nesting.
                a_secret_may_have_secrets_below_it
                a_secret_of_fields_may_have_secrets_below_it
                // Many reads.
                reading_none_of_many_answers_nothing
                reading_many_keeps_the_order
                reading_many_answers_a_path_twice
                reading_many_fails_only_for_what_fails
                reading_very_many_answers_all
                // Versions.
                an_old_version_can_be_read
                an_unknown_version_is_not_found
                // Concurrency.
                writers_under_a_version_lose_no_update
                of_many_makers_one_wins
                merges_at_once_lose_no_field
                a_reader_sees_the_old_or_the_new
                writers_of_different_paths_do_not_meet
                a_write_beside_a_delete_stays
                a_list_beside_writers_misses_nothing
                // Names.
                odd_paths_are_kept_apart
                paths_are_not_normalised
                paths_that_start_alike_are_kept_apart
                names_that_end_as_files_do_are_kept_or_refused
                the_longest_paths_are_paths
                // What a store says.
                a_store_says_what_it_is
                debug_shows_no_value
                errors_show_no_value
            }
        }
    };
}

/// Makes one test of each behaviour that a store must have which cannot be written, in a module of this name.
///
/// Takes a name and an async closure that returns a store (or a [`Fixture`](crate::conformance::Fixture)) which holds the
/// [`Seed`](crate::conformance::Seed) of its capabilities and nothing else:
///
/// ```
/// use secret_store::{Capabilities, SecretStoreExt as _, SecretStore as _};
/// use test_kit::InMemorySecretStore;
/// use test_kit::conformance::Seed;
///
/// test_kit::read_only_conformance_suite!(read_only, async || {
///     let store = InMemorySecretStore::new();
///     for (path, fields) in Seed::for_capabilities(store.info().capabilities).secrets {
///         store.put(path.as_str(), fields);
///     }
///     store.read_only()
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! read_only_conformance_suite {
    ($name:ident, $factory:expr $(,)?) => {
        async fn $name() -> $crate::conformance::Fixture {
            let factory = $factory;
            ::core::convert::Into::into(factory().await)
        }

        mod $name {
            $crate::__conformance_tests! { $name: read_only_behaviour:
                a_read_only_store_says_so
                each_seeded_secret_is_read
                seeded_secrets_are_read_at_once
                seeded_secrets_are_listed
                what_was_not_seeded_is_not_found
                an_unknown_version_was_not_seeded
                every_write_is_unsupported
                every_delete_is_unsupported
                what_is_said_shows_no_value
            }
        }
    };
}

/// Makes one test of each behaviour that a [`VersionedStore`](secret_store::VersionedStore) must have beside those of every
/// store, in a module of this name.
///
/// Takes the same as [`conformance_suite!`](crate::conformance_suite).
#[macro_export]
macro_rules! versioned_conformance_suite {
    ($name:ident, $factory:expr $(,)?) => {
        async fn $name() -> $crate::conformance::Fixture {
            let factory = $factory;
            ::core::convert::Into::into(factory().await)
        }

        mod $name {
            $crate::__conformance_tests! { $name: versioned_behaviour:
                // Versions.
                versions_count_from_one
                a_version_is_read_by_its_number
                many_reads_tell_their_versions
                a_number_is_a_precondition
                writers_at_once_make_a_version_each
                // What is gone.
                a_deleted_version_is_gone_and_its_number_is_not_used_again
                an_older_version_does_not_become_the_current_one
                old_versions_are_changed_alone
                what_is_deleted_comes_back_where_it_is_kept
                what_is_destroyed_stays_destroyed
                versions_that_are_not_there_are_passed_over
                what_is_removed_begins_anew
                changes_leave_what_is_above_and_below
                // Metadata.
                metadata_of_nothing_is_not_found
                an_update_of_nothing_does_nothing
                settings_are_held_to_or_refused
                what_asks_for_its_version_is_written_under_it
                notes_are_replaced_merged_and_removed
                notes_merged_at_once_are_all_there
                notes_up_to_the_limits_are_held
                notes_beyond_the_limits_are_refused
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($fixture:ident: $suite:ident: $( $behaviour:ident )+) => {$(
        #[test]
        fn $behaviour() {
            $crate::block_on(async {
                $crate::conformance::$suite::$behaviour(super::$fixture().await).await;
            });
        }
    )+};
}
