//! eso-contrib
