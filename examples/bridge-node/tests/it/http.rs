//! HTTP: the contract over real connections.

use bridge_conformance::http_conformance;

use crate::server;

http_conformance!(async { server::start().await });
