//! The little that the macros need to know about a function.
//!
//! Reading the few tokens by hand saves every crate that uses `core-async` from building a full Rust
//! parser for the host.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// An `async fn` without parameters, taken apart.
pub(crate) struct Function {
    /// The attributes before it, doc comments included.
    pub(crate) attributes: TokenStream,
    /// Everything from the visibility to the return type.
    pub(crate) signature: TokenStream,
    /// Its name.
    pub(crate) name: Ident,
    /// Its body, braces included.
    pub(crate) body: TokenStream,
}

impl Function {
    /// Takes `item` apart; `Err` is a `compile_error!` that names `macro_name`.
    pub(crate) fn parse(item: TokenStream, macro_name: &str) -> Result<Self, TokenStream> {
        let refuse = |span| {
            let wanted = "goes on an `async fn` without parameters";
            Err(error(span, &format!("`#[core_async::{macro_name}]` {wanted}")))
        };
        let mut tokens: Vec<TokenTree> = item.into_iter().collect();
        let attributes: TokenStream = tokens.drain(..attributes_len(&tokens)).collect();
        let body = match tokens.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            other => return refuse(other.map_or_else(Span::call_site, |token| token.span())),
        };
        let Some(at) = tokens.iter().position(|token| is_ident(token, "fn")) else {
            return refuse(body.span());
        };
        if !tokens[..at].iter().any(|token| is_ident(token, "async")) {
            return refuse(tokens[at].span());
        }
        match (tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Group(parameters)))
                if parameters.stream().is_empty() =>
            {
                Ok(Self {
                    attributes,
                    name: name.clone(),
                    body: TokenTree::Group(body).into(),
                    signature: tokens.into_iter().collect(),
                })
            }
            (_, other) => refuse(other.unwrap_or(&tokens[at]).span()),
        }
    }
}

impl Function {
    /// Returns the signature of a function that does the same and waits for it.
    pub(crate) fn signature_without_async(&self) -> TokenStream {
        self.signature.clone().into_iter().filter(|token| !is_ident(token, "async")).collect()
    }
}

/// A `compile_error!` at `span`.
pub(crate) fn error(span: Span, message: &str) -> TokenStream {
    quote_spanned!(span=> ::core::compile_error!(#message);)
}

/// Counts the tokens of the leading `#[…]` attributes.
fn attributes_len(tokens: &[TokenTree]) -> usize {
    let is_attribute = |pair: &&[TokenTree]| {
        matches!(pair, [TokenTree::Punct(hash), TokenTree::Group(group)]
            if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket)
    };
    tokens.chunks(2).take_while(is_attribute).count() * 2
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}
