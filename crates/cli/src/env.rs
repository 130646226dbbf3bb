//! What is known of the process's surroundings.

use events::Label;
use secrecy::ExposeSecret as _;
use secret_store::Environment;

/// Who runs this, for the audit log: `user@host`. Taken from the environment: a word for people, no proof.
pub(crate) fn actor(environment: &Environment) -> Label {
    let user = ["LOGNAME", "USER"].into_iter().find_map(|name| variable(environment, name));
    let user = user.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    let system = rustix::system::uname();
    Label::new(&format!("{user}@{}", system.nodename().to_string_lossy()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the user's name is no secret; the environment hands out nothing else"
)]
fn variable(environment: &Environment, name: &str) -> Option<String> {
    let value = environment.get(name)?;
    Some(core::str::from_utf8(value.expose_secret()).ok()?.to_owned())
}
