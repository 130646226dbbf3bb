//! Behaviour of the bus and the audit log, from outside.

mod append;
mod errors;
mod fan_out;
mod processes;
mod rotation;
mod sample;
mod tail;
mod tampering;
mod together;
mod torn;
