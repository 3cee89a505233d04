//! What the policy makes of servers.

mod deadlines;
mod hosts;
mod neighbours;
mod redirects;
mod retries;
