//! Behaviour of the bridge as those who use it see it.
