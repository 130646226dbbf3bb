//! What the crate does, seen from outside.

mod checks;
mod leaks;
mod limits;
mod operator;
mod password;
