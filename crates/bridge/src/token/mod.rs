//! Tokens: made, read, made to last, and taken back.
