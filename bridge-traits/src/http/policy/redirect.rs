//! Where a redirect leads, and what may go there.

use super::HttpRefusal;
use crate::http::address::{Address, AddressError};
use crate::{BridgeError, ErrorKind, Method, Redirects, Request, Response};

/// A request and the address it goes to.
#[derive(Debug)]
pub(super) struct Hop {
    pub(super) request: Request,
    pub(super) address: Address,
}

impl Hop {
    /// The first request, as the caller wants it.
    pub(super) fn first(request: Request) -> Result<Self, BridgeError> {
        match Address::parse(&request.url) {
            Ok(address) => Ok(Self { request, address }),
            Err(AddressError::UserInformation) => Err(invalid("credentials belong into a header")),
            Err(_) => Err(invalid("an absolute http or https address is needed")),
        }
    }

    /// The request that follows `response`, or none if it is no redirect (RFC 9110 § 15.4).
    pub(super) fn next(&self, response: &Response) -> Result<Option<Self>, HttpRefusal> {
        if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let location = response.headers.get("location").ok_or(HttpRefusal::RedirectTarget)?;
        let address = self.address.join(location).map_err(|error| match error {
            AddressError::NotWeb => HttpRefusal::RedirectScheme,
            AddressError::UserInformation => HttpRefusal::RedirectCredentials,
            AddressError::Malformed => HttpRefusal::RedirectTarget,
        })?;
        let mut request = self.request.clone();
        let becomes_get = match response.status {
            301 | 302 => request.method == Method::Post,
            303 => request.method != Method::Head,
            _ => false,
        };
        if becomes_get {
            request.method = Method::Get;
            request.body.clear();
            // RFC 9110 § 15.4: what described the body goes with it.
            for name in ["content-type", "content-length", "content-encoding", "content-language"] {
                request.headers.remove(name);
            }
        }
        self.check(&address, &request)?;
        if address.origin() != self.address.origin() {
            request.headers.retain_harmless();
        }
        request.url = address.to_string();
        Ok(Some(Self { request, address }))
    }

    /// Lets the host follow redirects that it would hide, if nothing could go astray on the way.
    pub(super) fn allow_host_redirects(&mut self) {
        let request = &mut self.request;
        let is_plain_read = matches!(request.method, Method::Get | Method::Head)
            && request.body.is_empty()
            && request.headers.are_harmless();
        if is_plain_read {
            request.redirects = Redirects::FollowedByHost;
        }
    }

    /// Refuses what the host followed if we would not have.
    pub(super) fn check_host_redirect(&self, response: &Response) -> Result<(), HttpRefusal> {
        let Ok(address) = Address::parse(&response.url) else {
            return Err(HttpRefusal::RedirectTarget);
        };
        self.check(&address, &self.request)
    }

    fn check(&self, target: &Address, request: &Request) -> Result<(), HttpRefusal> {
        let (from, to) = (self.address.origin(), target.origin());
        if from.is_secure && !to.is_secure {
            return Err(HttpRefusal::RedirectDowngrade);
        }
        if from != to && !request.body.is_empty() {
            return Err(HttpRefusal::RedirectBody);
        }
        Ok(())
    }
}

fn invalid(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "http.send").with_detail(detail)
}
