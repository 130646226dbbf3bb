//! The sockets: connections, TLS, limits, and the end.
