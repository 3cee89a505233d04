//! What the policy makes of servers.

mod deadlines;
mod hosts;
mod redirects;
mod retries;
