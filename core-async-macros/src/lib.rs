//! The attribute macros of `core-async`, which re-exports them: use them from there.
//!
//! They exist so that no other crate has to choose a test runner, an entry point or the flavour of
//! an async trait per platform. What they expand to names `::core_async` only.

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use quote::quote;

mod function;
mod options;

use function::Function;
use options::Options;

/// Makes a trait with `async fn`s object-safe: `Send` futures natively, local ones in browsers.
///
/// Put it on the trait and on every `impl` of it.
#[proc_macro_attribute]
pub fn async_trait(_args: TokenStream, item: TokenStream) -> TokenStream {
    let item = Tokens::from(item);
    quote! {
        #[cfg_attr(not(target_family = "wasm"), ::core_async::__private::async_trait)]
        #[cfg_attr(target_family = "wasm", ::core_async::__private::async_trait(?Send))]
        #item
    }
    .into()
}

/// Runs an `async fn` as a test on whichever platform is being compiled for.
///
/// Natively every test has a single-threaded runtime of its own; in a browser it runs on the event
/// loop of the page or worker. The crate needs `core-async` with its `test` feature under
/// `[dev-dependencies]`.
///
/// # Options
///
/// * `timeout_ms = 500` fails the test when it takes longer.
/// * `start_paused = true` lets time stand still: a delay takes no time, it only moves the clock. See
///   `core_async::time::pause`.
/// * `flavor = "multi_thread"` and `worker_threads = 2` run it on several threads where there are
///   threads.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    expand_test(args.into(), item.into()).unwrap_or_else(|error| error).into()
}

fn expand_test(args: Tokens, item: Tokens) -> Result<Tokens, Tokens> {
    let known = ["flavor", "start_paused", "timeout_ms", "worker_threads"];
    let options = Options::parse(args, &known)?;
    let function = Function::parse(item, "test")?;
    let native = options.for_native();
    let paused = options.paused();
    let Function { attributes, signature, name, body } = &function;
    let call = match &options.timeout_ms {
        None => quote! { #name() },
        Some(millis) => quote! { ::core_async::__private::within(#millis, #name()) },
    };
    Ok(quote! {
        #[cfg_attr(
            not(target_family = "wasm"),
            ::core_async::__private::tokio::test(
                crate = "::core_async::__private::tokio" #native
            )
        )]
        #[cfg_attr(
            target_family = "wasm",
            ::core_async::__private::wasm_bindgen_test::wasm_bindgen_test(
                crate = ::core_async::__private::wasm_bindgen_test
            )
        )]
        #attributes
        #signature {
            // The test becomes a function inside itself, so that its return type is spelled out.
            #[allow(clippy::unused_async)]
            #signature #body
            ::core_async::__private::begin_test(#paused);
            ::core_async::__private::run_test(#call).await
        }
    })
}

/// What `#[core_async::test]` becomes in a browser without the `test` feature of `core-async`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn test_feature_is_missing(_args: TokenStream, _item: TokenStream) -> TokenStream {
    let message = "`#[core_async::test]` needs `core-async` with `features = [\"test\"]` under \
                   `[dev-dependencies]`";
    function::error(Span::call_site(), message).into()
}

/// Makes an `async fn main` the entry point of a program.
///
/// Natively it runs on a multi-threaded runtime and the process ends with it. In a browser the
/// module's start function spawns it and returns at once; an `Err` is reported on the console.
///
/// # Options
///
/// * `flavor = "current_thread"` keeps everything on one thread, `worker_threads = 2` says how many
///   threads there are otherwise; a browser has one in any case.
/// * `start_paused = true` lets time stand still, as in a test; it needs the `test` feature of
///   `core-async` and natively `flavor = "current_thread"`.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand_main(args.into(), item.into()).unwrap_or_else(|error| error).into()
}

fn expand_main(args: Tokens, item: Tokens) -> Result<Tokens, Tokens> {
    let options = Options::parse(args, &["flavor", "start_paused", "worker_threads"])?;
    let function = Function::parse(item, "main")?;
    let waiting = function.signature_without_async();
    let Function { attributes, signature, name, body } = function;
    let set = options.setters();
    let run = quote! {
        {
            #signature #body
            ::core_async::__private::run_main(
                ::core_async::__private::MainOptions::new()#set,
                #name(),
            )
        }
    };
    // In a browser nothing can wait for what the function returns.
    Ok(quote! {
        ::core_async::__platform! {
            { #attributes #waiting #run }
            { #attributes fn #name() -> impl ::std::process::Termination #run }
        }
    })
}
