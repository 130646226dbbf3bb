//! Behaviour of the crate as its users see it: one file per behaviour.

mod bundle_layout;
mod contributors;
mod declared_choices;
mod declared_secrets;
mod delivery;
mod directory_writer;
mod errors;
mod gitignore;
mod killed_writes;
mod manifest_fields;
mod manifest_round_trip;
mod manifests;
mod names;
mod raw_manifests;
mod secret_types;
mod tracked_paths;
mod yaml_readers;
mod yaml_style;
