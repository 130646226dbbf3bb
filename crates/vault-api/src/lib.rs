//! The wire types of Vault's and OpenBao's HTTP API.
