//! The options in the parentheses of an attribute.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::quote;

use crate::function::error;

/// The options of `#[core_async::test(…)]`.
#[derive(Default)]
pub(crate) struct TestOptions {
    /// What is handed to the native runner as it is.
    pub(crate) native: Vec<TokenStream>,
    /// How long the test may take.
    pub(crate) timeout_ms: Option<Literal>,
}

impl TestOptions {
    /// Reads `key = literal` pairs; `Err` is a `compile_error!`.
    pub(crate) fn parse(args: TokenStream) -> Result<Self, TokenStream> {
        let mut options = Self::default();
        let tokens: Vec<TokenTree> = args.into_iter().collect();
        for pair in tokens.split(|token| is_punct(token, ',')) {
            match pair {
                [] => {}
                [TokenTree::Ident(key), equals, TokenTree::Literal(value)]
                    if is_punct(equals, '=') =>
                {
                    options.set(key, value)?;
                }
                [first, ..] => {
                    return Err(error(first.span(), "expected `option = value`"));
                }
            }
        }
        Ok(options)
    }

    fn set(&mut self, key: &Ident, value: &Literal) -> Result<(), TokenStream> {
        match key.to_string().as_str() {
            "timeout_ms" => self.timeout_ms = Some(value.clone()),
            "flavor" | "worker_threads" => self.native.push(quote!(#key = #value)),
            other => {
                let known = "`timeout_ms`, `flavor` and `worker_threads`";
                let message = format!("unknown option `{other}`: there are {known}");
                return Err(error(key.span(), &message));
            }
        }
        Ok(())
    }
}

/// Fails when there are any options.
pub(crate) fn refuse_all(args: TokenStream, macro_name: &str) -> Result<(), TokenStream> {
    match args.into_iter().next() {
        None => Ok(()),
        Some(token) => {
            let message = format!("`#[core_async::{macro_name}]` has no options");
            Err(error(token.span(), &message))
        }
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
