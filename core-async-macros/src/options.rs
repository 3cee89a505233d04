//! The options in the parentheses of an attribute.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::function::error;

/// The options of `#[core_async::test(…)]` and `#[core_async::main(…)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// How many threads run the tasks, where there are threads.
    pub(crate) worker_threads: Option<TokenTree>,
    /// The kind of native runtime, as a string literal.
    pub(crate) flavor: Option<TokenTree>,
    /// Whether time stands still at the beginning.
    pub(crate) start_paused: Option<TokenTree>,
    /// How long a test may take.
    pub(crate) timeout_ms: Option<TokenTree>,
}

impl Options {
    /// Reads `key = value` pairs out of those that `known` lists; `Err` is a `compile_error!`.
    pub(crate) fn parse(args: TokenStream, known: &[&str]) -> Result<Self, TokenStream> {
        let mut options = Self::default();
        let tokens: Vec<TokenTree> = args.into_iter().collect();
        for pair in tokens.split(|token| is_punct(token, ',')) {
            match pair {
                [] => {}
                [TokenTree::Ident(key), equals, value] if is_punct(equals, '=') => {
                    *options.find(key, known)? = Some(value.clone());
                }
                [first, ..] => {
                    return Err(error(first.span(), "expected `option = value`"));
                }
            }
        }
        Ok(options)
    }

    fn find(&mut self, key: &Ident, known: &[&str]) -> Result<&mut Option<TokenTree>, TokenStream> {
        let name = key.to_string();
        match name.as_str() {
            other if !known.contains(&other) => {
                let known = known.join("`, `");
                let message = format!("unknown option `{other}`: there are `{known}`");
                Err(error(key.span(), &message))
            }
            "worker_threads" => Ok(&mut self.worker_threads),
            "flavor" => Ok(&mut self.flavor),
            "start_paused" => Ok(&mut self.start_paused),
            _ => Ok(&mut self.timeout_ms),
        }
    }

    /// Returns `, key = value` for each that the native test runner understands.
    pub(crate) fn for_native(&self) -> TokenStream {
        self.of_the_runtime(|key, value| quote!(, #key = #value))
    }

    /// Returns `.key(value)` for each that says how to run a program.
    pub(crate) fn setters(&self) -> TokenStream {
        self.of_the_runtime(|key, value| quote!(.#key(#value)))
    }

    fn of_the_runtime(&self, write: impl Fn(Ident, &TokenTree) -> TokenStream) -> TokenStream {
        let named = [
            ("worker_threads", &self.worker_threads),
            ("flavor", &self.flavor),
            ("start_paused", &self.start_paused),
        ];
        let given = named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        given.map(|(name, value)| write(Ident::new(name, value.span()), value)).collect()
    }

    /// Returns an expression that says whether time stands still at the beginning.
    pub(crate) fn paused(&self) -> TokenStream {
        self.start_paused.as_ref().map_or_else(|| quote!(false), ToTokens::to_token_stream)
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
