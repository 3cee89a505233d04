import { beforeEach, expect, test, vi } from "vitest";

const CLIENTS = { onedrive: { client_id: "c" } };

const answers = vi.fn<(address: string, init?: RequestInit) => Promise<Response>>();

beforeEach(() => {
  vi.resetModules();
  answers.mockReset();
  vi.stubGlobal("fetch", answers);
});

/** As the page finds it after it was loaded. */
const fresh = async () => (await import("../src/drives.ts")).driveClients;

test("the configuration is read once, and not from the browser's cache", async () => {
  const driveClients = await fresh();
  answers.mockImplementation(async () => Response.json(CLIENTS));
  expect(await driveClients()).toEqual(CLIENTS);
  expect(await driveClients()).toEqual(CLIENTS);
  expect(answers.mock.calls).toEqual([["./drives.json", { cache: "no-cache" }]]);
});

const HTML = { "content-type": "text/html; charset=utf-8" };

test.each([
  ["404", new Response("nothing here", { status: 404 })],
  ["403, as of a bucket that may not be listed", new Response("<Error/>", { status: 403 })],
  ["its page", new Response("<!doctype html>", { headers: HTML })],
])("a host without a configuration has set nothing up (%s)", async (_, answer) => {
  const driveClients = await fresh();
  answers.mockResolvedValue(answer);
  expect(await driveClients()).toEqual({});
});

/** What ends before it has arrived. */
const broken = () => new ReadableStream({ start: (to) => to.error(new TypeError("network")) });

test.each([
  ["unavailable", "does not answer", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["unavailable", "answered 503", async () => new Response("", { status: 503 })],
  ["unavailable", "answered 502", async () => new Response("", { status: 502, headers: HTML })],
  ["unavailable", "broke off", async () => new Response(broken())],
  ["invalid_configuration", "are no JSON", async () => new Response('{ "onedrive": }')],
  ["invalid_configuration", "name no clients", async () => new Response("null")],
])("one that cannot be read is an error (%s: %s), and is read again", async (code, why, answer) => {
  const driveClients = await fresh();
  answers.mockImplementationOnce(answer);
  const message = expect.stringContaining(why);
  await expect(driveClients()).rejects.toMatchObject({ code, message });
  answers.mockImplementation(async () => Response.json(CLIENTS));
  expect(await driveClients()).toEqual(CLIENTS);
});
