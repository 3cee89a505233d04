/** Says when the stored library is not as it should be. */
import type { Core, Event, StorageHealth } from "@music-platform-core/web";
import { toast } from "./toasts.ts";

type SystemEvent = Extract<Event, { category: "system" }>;

/** Says that nothing can be stored in this tab any more, and what helps. */
export function storageEnded(
  type: Exclude<SystemEvent["type"], "lagged" | "storage_damaged">,
): void {
  const titles = {
    superseded: "A newer release of the player is open in another tab",
    storage_deleted: "What this site had stored was deleted",
  };
  toast({
    key: "storage-ended",
    kind: "error",
    title: titles[type],
    text: "Nothing can be changed here before the page is loaded again.",
    action: { label: "Reload", run: () => location.reload() },
    ms: Number.POSITIVE_INFINITY,
  });
}

/** Where is noted what damage was told. */
const TOLD = "mpc.damage-told";

/** Says what of the stored library was found damaged, once; the page about the storage goes on saying it. */
export async function tellOfDamage(core: Core): Promise<void> {
  const health = await core.storage();
  const parts = health.damage.map(({ part }) => part).join();
  if (parts !== "" && parts !== localStorage.getItem(TOLD)) {
    localStorage.setItem(TOLD, parts);
    toast({
      key: "damage",
      kind: "error",
      title: "The stored library is damaged",
      text: damaged(health),
      ms: Number.POSITIVE_INFINITY,
    });
  }
}

/** What is damaged, and what helps. */
export function damaged({ damage }: StorageHealth): string {
  const records = damage.reduce((sum, { records }) => sum + (records ?? 0), 0);
  const what = records > 0 ? `${records} records` : "A part";
  return `${what} of the stored library cannot be read; everything else is there. Add your files again, or update your drives, to get back what they have.`;
}
