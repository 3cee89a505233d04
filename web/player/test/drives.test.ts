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

test("a host without a configuration has set nothing up", async () => {
  const driveClients = await fresh();
  answers.mockImplementation(async () => new Response("nothing here", { status: 404 }));
  expect(await driveClients()).toEqual({});
});

test.each([
  ["unavailable", "does not answer", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["unavailable", "answered 503", async () => new Response("", { status: 503 })],
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
