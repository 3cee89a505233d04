//! The server.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::faults::{OAuthFaults, TokenFault};
use super::grants::{Code, Grants};
use crate::exchange::{Answer, Ask};

/// An authorization server with one user, who agrees.
///
/// It has `/authorize`, `/token` and `/revoke`. It insists on PKCE with S256, on the redirect
/// address of the sign-in, and on using a code once.
#[derive(Debug)]
pub struct AuthorizationServer {
    client: String,
    prefix: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults: OAuthFaults,
    grants: Grants,
    token_requests: Vec<BTreeMap<String, String>>,
}

impl AuthorizationServer {
    /// A server that knows one client. Every code and token it makes begins with `prefix`.
    pub fn new(client: &str, prefix: &str) -> Self {
        let (client, prefix) = (client.to_owned(), prefix.to_owned());
        Self { client, prefix, state: Mutex::default() }
    }

    /// Sets its switches.
    pub fn set(&self, change: impl FnOnce(&mut OAuthFaults)) {
        change(&mut self.state().faults);
    }

    /// Looks at or changes what is granted.
    pub fn grants<T>(&self, look: impl FnOnce(&mut Grants) -> T) -> T {
        look(&mut self.state().grants)
    }

    /// The fields of every token request so far.
    pub fn token_requests(&self) -> Vec<BTreeMap<String, String>> {
        self.state().token_requests.clone()
    }

    /// Whether an API may accept this access token.
    pub fn accepts(&self, token: &str) -> bool {
        self.state().grants.accepts(token)
    }

    /// Answers a request.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let mut state = self.state();
        match ask.path.as_str() {
            "/authorize" => self.authorize(&mut state, ask),
            "/token" => self.token(&mut state, ask),
            "/revoke" => revoke(&mut state, ask),
            _ => Answer::status(404),
        }
    }

    /// Where the user who was shown `url` is sent back to: address and query.
    ///
    /// # Panics
    ///
    /// If the page is not one of a client of this server.
    pub fn sign_in(&self, url: &str) -> (String, String) {
        let answer = self.answer(&Ask::of(&bridge_traits::Request::get(url)));
        let location = answer.headers.iter().find(|(name, _)| name == "location");
        let location = location.map(|(_, value)| value.clone());
        let location = location.unwrap_or_else(|| panic!("no sign-in page: {answer:?}"));
        let (address, query) = location.split_once('?').unwrap_or((&location, ""));
        (address.to_owned(), query.to_owned())
    }

    fn authorize(&self, state: &mut State, ask: &Ask) -> Answer {
        let parameter = |name: &str| ask.parameter(name).unwrap_or_default().to_owned();
        if parameter("client_id") != self.client || parameter("response_type") != "code" {
            return Answer::status(400).with_body("unknown client");
        }
        let redirect_uri = parameter("redirect_uri");
        let agrees = ask.parameter("agrees");
        if state.faults.asks && agrees.is_none() {
            return consent(ask);
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", &parameter("state"));
        if let Some(issuer) = &state.faults.issuer {
            query.append_pair("iss", issuer);
        }
        if let Some((error, description)) = &state.faults.refusal {
            query.append_pair("error", error).append_pair("error_description", description);
        } else if agrees == Some("no") {
            query.append_pair("error", "access_denied");
        } else if parameter("code_challenge_method") == "S256" {
            let withheld = &state.faults.withheld;
            let scopes = parameter("scope");
            let scopes = scopes.split(' ').filter(|scope| !withheld.iter().any(|w| w == scope));
            let scopes = scopes.collect::<Vec<_>>().join(" ");
            let code = self.text(&mut state.grants, "code");
            query.append_pair("code", &code);
            let challenge = parameter("code_challenge");
            let redirect_uri = redirect_uri.clone();
            let client = self.client.clone();
            state.grants.codes.insert(code, Code { client, redirect_uri, challenge, scopes });
        } else {
            query.append_pair("error", "invalid_request");
        }
        Answer::status(302).with_header("location", &format!("{redirect_uri}?{}", query.finish()))
    }

    fn token(&self, state: &mut State, ask: &Ask) -> Answer {
        let form = ask.form();
        state.token_requests.push(form.clone());
        let fault = state.faults.token.pop_front();
        match fault {
            Some(TokenFault::Answer(status, body)) => Answer::status(status).with_body(body),
            Some(TokenFault::Redirect(status, location)) => {
                Answer::status(status).with_header("location", &location)
            }
            Some(TokenFault::Silent) => Answer::silent(),
            Some(TokenFault::SilentAfter) => {
                self.carry_out(state, &form);
                Answer::silent()
            }
            Some(TokenFault::BrokenBefore) => Answer::broken(),
            Some(TokenFault::BrokenAfter) => {
                self.carry_out(state, &form);
                Answer::broken()
            }
            None => self.carry_out(state, &form),
        }
    }

    fn carry_out(&self, state: &mut State, form: &BTreeMap<String, String>) -> Answer {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("client_id") != self.client {
            return refuse(401, "invalid_client");
        }
        match field("grant_type") {
            "authorization_code" => {
                let Some(code) = state.grants.codes.remove(field("code")) else {
                    return refuse(400, "invalid_grant");
                };
                let is_good = code.client == field("client_id")
                    && code.redirect_uri == field("redirect_uri")
                    && code.is_redeemed_by(field("code_verifier"));
                if !is_good {
                    return refuse(400, "invalid_grant");
                }
                state.grants.made += 1;
                let grant = state.grants.made;
                self.issue(state, grant, Some(&code.scopes))
            }
            "refresh_token" => {
                let token = field("refresh_token");
                if let Some(grant) = state.grants.spent.get(token).copied() {
                    // Two have the same token, and one of them has stolen it.
                    state.grants.end(grant);
                    return refuse(400, "invalid_grant");
                }
                let Some(grant) = state.grants.refresh.get(token).copied() else {
                    return refuse(400, "invalid_grant");
                };
                if state.faults.rotates {
                    state.grants.refresh.remove(token);
                    state.grants.spent.insert(token.to_owned(), grant);
                }
                self.issue(state, grant, None)
            }
            _ => refuse(400, "unsupported_grant_type"),
        }
    }

    fn issue(&self, state: &mut State, grant: u64, scopes: Option<&str>) -> Answer {
        let access = self.text(&mut state.grants, "access");
        state.grants.access.insert(access.clone(), grant);
        let mut answer = json!({ "access_token": access, "token_type": "Bearer" });
        if state.faults.expires_in != Value::Null {
            answer["expires_in"] = state.faults.expires_in.clone();
        }
        let is_first = scopes.is_some();
        if state.faults.gives_refresh_tokens && (is_first || state.faults.rotates) {
            let refresh = self.text(&mut state.grants, "refresh");
            state.grants.refresh.insert(refresh.clone(), grant);
            answer["refresh_token"] = refresh.into();
        }
        if let Some(scopes) = scopes {
            answer["scope"] = scopes.into();
        }
        Answer::json(200, &answer)
    }

    fn text(&self, grants: &mut Grants, kind: &str) -> String {
        grants.made += 1;
        format!("{}-{kind}-{}", self.prefix, grants.made)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page that asks the user.
fn consent(ask: &Ask) -> Answer {
    let link = |agrees: &str, text: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&ask.query).append_pair("agrees", agrees);
        // Serialised pairs hold nothing that HTML would understand but the ampersand.
        let query = query.finish().replace('&', "&amp;");
        format!("<p><a href=\"{}?{query}\">{text}</a></p>", ask.path)
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Sign in</title><h1>May this player read your \
         files?</h1>{}{}</html>",
        link("yes", "Allow"),
        link("no", "Refuse")
    );
    Answer::status(200)
        .with_header("content-type", "text/html; charset=utf-8")
        .with_header("cross-origin-opener-policy", "same-origin")
        .with_body(page)
}

fn revoke(state: &mut State, ask: &Ask) -> Answer {
    if state.faults.refuses_revocation {
        return Answer::status(503);
    }
    let form = ask.form();
    let token = form.get("token").map(String::as_str).unwrap_or_default();
    let grants = &mut state.grants;
    if let Some(grant) = grants.refresh.get(token).or(grants.access.get(token)).copied() {
        grants.end(grant);
    }
    Answer::status(200)
}

fn refuse(status: u16, error: &str) -> Answer {
    let description = "what the server has to say";
    Answer::json(status, &json!({ "error": error, "error_description": description }))
}
