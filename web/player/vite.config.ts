import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/**
 * What the page may load: itself, WebAssembly, pictures made from stored covers, and drives: those
 * of providers over https, and those on this computer.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Puts the policy into the built page; the development server needs inline code of its own. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

const page = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const bundle = fileURLToPath(new URL("../core/dist/wasm/mpc_wasm.js", import.meta.url));
const fakeBundle = fileURLToPath(new URL("./dev/fake-bundle.ts", import.meta.url));

export default defineConfig(({ mode }) => {
  const fake = mode === "fake";
  if (!fake && !existsSync(bundle)) {
    throw new Error('the WebAssembly bundle is not built: run "cargo xtask wasm" first');
  }
  return {
    base: "./",
    build: {
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: [page("index.html"), page("sign-in.html")] },
    },
    worker: { format: "es" },
    resolve: {
      // `--mode fake` swaps the bundle for an in-memory stand-in, to work on the page alone.
      alias: fake ? [{ find: /^\.\/wasm\/mpc_wasm\.js$/, replacement: fakeBundle }] : [],
    },
    plugins: [contentSecurityPolicy()],
  };
});
