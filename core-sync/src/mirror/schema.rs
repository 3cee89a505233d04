//! How the mirror is stored.

use bridge_traits::{Collection, Field, FieldKind, SchemaChange, SchemaComponent};

use crate::jobs;

pub(crate) const ACCOUNTS: &str = "sync_accounts";
pub(crate) const ITEMS: &str = "sync_items";
pub(crate) const WISHES: &str = "sync_wishes";

/// The mirror's part of the database schema.
pub(crate) fn component() -> SchemaComponent {
    SchemaComponent::new("sync")
        .migration(vec![
            SchemaChange::CreateCollection(accounts()),
            SchemaChange::CreateCollection(items()),
        ])
        .migration(vec![SchemaChange::AddField {
            collection: ACCOUNTS.to_owned(),
            field: Field::new("restore", FieldKind::Text).optional(),
        }])
        .migration(vec![SchemaChange::AddField {
            collection: ACCOUNTS.to_owned(),
            field: Field::new("filter", FieldKind::Text).optional(),
        }])
        .migration(vec![SchemaChange::CreateCollection(jobs::collection())])
        .migration(vec![SchemaChange::CreateCollection(wishes())])
}

fn accounts() -> Collection {
    use FieldKind::{Boolean, Integer, Text};
    Collection::new(ACCOUNTS)
        .required("phase", Text)
        .optional("page", Text)
        .optional("cursor", Text)
        .required("generation", Integer)
        .required("confirming", Boolean)
        .optional("completed_at", Integer)
        .optional("root", Text)
}

/// Under each account the tracks that others want read first, one to a line.
fn wishes() -> Collection {
    Collection::new(WISHES).required("tracks", FieldKind::Text)
}

/// `is_lost` marks tracks whose file cannot be reached. There are few, and every new file is compared
/// with them.
///
/// `to_place` and `to_read` are the queue of what is left to do: work that is done is taken out in
/// the same commit that notes its result.
fn items() -> Collection {
    use FieldKind::{Boolean, Integer, Text};
    Collection::new(ITEMS)
        .required("account", Text)
        .required("item", Text)
        .optional("parent", Text)
        .required("name", Text)
        .required("is_folder", Boolean)
        .optional("size", Integer)
        .optional("modified_at", Integer)
        .optional("revision", Text)
        .optional("hash", Text)
        .optional("target", Text)
        .required("generation", Integer)
        .required("presence", Text)
        .required("is_lost", Boolean)
        .required("to_place", Boolean)
        .required("to_read", Boolean)
        .required("attempts", Integer)
        .optional("error", Text)
        .optional("path", Text)
        .optional("track_id", Text)
        .optional("tags", Text)
        .required("reason", Text)
        .index(&["account", "parent"])
        .index(&["account", "presence", "generation"])
        .index(&["account", "to_place", "is_folder", "presence"])
        .index(&["account", "to_read", "presence"])
        .index(&["account", "hash"])
        .index(&["account", "size"])
        .index(&["account", "is_lost", "hash"])
        .index(&["account", "is_lost", "size", "modified_at"])
        .index(&["account", "is_lost", "parent"])
        .index(&["account", "path"])
        .index(&["track_id"])
}
