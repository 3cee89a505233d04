//! Which addresses count as public.
//!
//! An address from somebody else's data must not become a request to the router or to a service of
//! this computer. What is checked is the address that is connected to, so a name that answers
//! differently the second time changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use core_async::task;
use js_sys::{Array, Error, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

use crate::host::options;

/// The code of the error for a name without a public address.
pub(super) const NOT_PUBLIC: &str = "ERR_NOT_PUBLIC";

/// Everything that is not for everybody: network and length of its prefix (the registries of IANA,
/// RFC 6890, and multicast, RFC 5771).
const RESERVED: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

#[wasm_bindgen(module = "node:dns/promises")]
extern "C" {
    // An array of `{ address, family }`, as we ask for it.
    #[wasm_bindgen(js_name = lookup)]
    fn look_up(name: &str, options: &JsValue) -> Promise;
}

type Lookup = Closure<dyn Fn(String, JsValue, Function)>;

thread_local! {
    static PUBLIC_LOOKUP: Lookup = Closure::new(|name: String, wanted: JsValue, answer: Function| {
        task::spawn(async move { find(&name, &wanted, &answer).await });
    });
}

/// A function for the option `lookup` of a request, which finds public addresses only.
pub(super) fn public_lookup() -> JsValue {
    PUBLIC_LOOKUP.with(|lookup| lookup.as_ref().clone())
}

/// Whether the host of an address may be public; numbers are no names, and never looked up.
pub(super) fn may_be_public(url: &str) -> bool {
    // The parser has turned octal, hexadecimal and shortened forms into the one there is.
    let host = Url::new(url).map(|url| url.hostname()).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().is_ok_and(is_public) || host.parse::<IpAddr>().is_err()
}

async fn find(name: &str, wanted: &JsValue, answer: &Function) {
    let property = |of: &JsValue, key: &str| Reflect::get(of, &key.into()).unwrap_or_default();
    let all = options(&[("all", true.into()), ("family", property(wanted, "family"))]);
    let outcome = match JsFuture::from(look_up(name, &all)).await {
        Ok(found) => {
            let is_public = |entry: &JsValue| {
                let address = property(entry, "address").as_string().unwrap_or_default();
                address.parse().is_ok_and(is_public)
            };
            let public: Array = Array::from(&found).iter().filter(is_public).collect();
            match public.iter().next() {
                None => answer.call1(&JsValue::UNDEFINED, &not_public()),
                Some(_) if property(wanted, "all").is_truthy() => {
                    answer.call2(&JsValue::UNDEFINED, &JsValue::NULL, &public)
                }
                Some(first) => {
                    let (address, family) =
                        (property(&first, "address"), property(&first, "family"));
                    answer.call3(&JsValue::UNDEFINED, &JsValue::NULL, &address, &family)
                }
            }
        }
        Err(error) => answer.call1(&JsValue::UNDEFINED, &error),
    };
    // What Node does with the answer is no concern of ours.
    outcome.ok();
}

fn not_public() -> JsValue {
    let error = Error::new("the address is not a public one");
    // It only fails for a frozen object.
    Reflect::set(&error, &"code".into(), &NOT_PUBLIC.into()).ok();
    error.unchecked_into()
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |&(network, length): &([u8; 4], u32)| {
        (address.to_bits() ^ u32::from_be_bytes(network)).leading_zeros() >= length
    };
    !RESERVED.iter().any(is_in)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [.., high, low] = address.segments();
    let inner = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)))
    };
    match address.segments() {
        // An IPv4 address in another coat: mapped, translated (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => inner(high, low),
        [0x2002, high, low, ..] => inner(high, low),
        // Teredo, and documentation.
        [0x2001, 0 | 0xdb8, ..] => false,
        // Everything handed out so far lies in 2000::/3.
        [first, ..] => first >> 13 == 1,
    }
}
