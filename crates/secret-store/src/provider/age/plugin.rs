//! Recipients and identities of `age-plugin-*` programs.

use std::sync::Arc;

use age::plugin::{Identity, IdentityPluginV1, Recipient, RecipientPluginV1, ResolveError};
use age::secrecy::SecretString;

use super::error::Failure;
use crate::{ErrorKind, OpenContext, Prompt};

/// What a plugin may ask of people: a secret, through the [`Prompt`]. There is nobody to show messages to.
#[derive(Clone)]
pub(super) struct Callbacks(Option<Arc<dyn Prompt>>);

impl age::Callbacks for Callbacks {
    fn display_message(&self, _: &str) {}

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        self.0.as_ref()?.passphrase(description)
    }
}

/// The recipients, one for each plugin.
pub(super) fn recipients(
    keys: &[Recipient],
    context: &OpenContext,
) -> Result<Vec<Box<dyn age::Recipient>>, Failure> {
    let mut names: Vec<_> = keys.iter().map(Recipient::plugin).collect();
    names.sort_unstable();
    names.dedup();
    let mut plugins: Vec<Box<dyn age::Recipient>> = Vec::with_capacity(names.len());
    for name in names {
        let callbacks = Callbacks(context.prompt.clone());
        plugins.push(Box::new(
            RecipientPluginV1::new(name, keys, &[], callbacks).map_err(|error| missing(&error))?,
        ));
    }
    Ok(plugins)
}

/// An identity of a plugin. The program is looked for now.
pub(super) fn identity(
    identity: Identity,
    context: &OpenContext,
) -> Result<IdentityPluginV1<Callbacks>, Failure> {
    let name = identity.plugin().to_owned();
    IdentityPluginV1::new(&name, &[identity], Callbacks(context.prompt.clone()))
        .map_err(|error| missing(&error))
}

fn missing(error: &ResolveError) -> Failure {
    let program = match error {
        ResolveError::MissingPlugin { binary_name } => binary_name.as_str(),
        _ => "an age plugin",
    };
    Failure::new(ErrorKind::Unsupported, format!("the program {program} is not there"))
        .help(format!("install {program} into a folder of PATH"))
}

/// A plugin ran and did not do it; `message` is age's text of its errors.
pub(super) fn failed(message: &str) -> Failure {
    // A plugin writes what it likes; it has seen the identity and the file key, never a plaintext.
    let upper = message.to_ascii_uppercase();
    let reason = if upper.contains("AGE-PLUGIN-") && upper.contains("-1") || upper.contains("AGE-SECRET-KEY-")
    {
        "an age plugin failed (its message is not shown: it quotes an identity)".to_owned()
    } else {
        let shown: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        format!("an age plugin failed: {shown}")
    };
    Failure::new(ErrorKind::Unauthenticated, reason)
        .help("check that its device is plugged in and unlocked, and that `age -d` works with it")
}
