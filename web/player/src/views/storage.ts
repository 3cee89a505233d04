/** Where the library is kept, and whether the browser keeps it. */
import type { Core, StorageHealth } from "@music-platform-core/web";
import { button } from "../buttons.ts";
import { h } from "../dom.ts";
import { toast } from "../toasts.ts";

/** A few lines about the storage, with a button where something can be done. */
export async function storage(core: Core): Promise<HTMLElement> {
  const health = await core.storage();
  const keep = async (): Promise<void> => {
    if (await core.persist()) {
      section.replaceWith(await storage(core));
    } else {
      toast({
        title: "The browser has not promised to keep it",
        text: "Browsers do so for pages that are used often, installed, or bookmarked.",
      });
    }
  };
  const section = h(
    "section",
    { class: "storage" },
    h("h2", {}, "Storage"),
    h("p", {}, `${amount(health)} ${promise(health)}`),
    health.last_eviction !== null &&
      h(
        "p",
        { class: "warning" },
        `The browser threw the library away to make room; that was noticed on ${new Date(health.last_eviction).toLocaleDateString()}. Add your files again.`,
      ),
    health.persisted !== true && button("", keep, "Keep it"),
  );
  return section;
}

function amount({ used, quota }: StorageHealth): string {
  if (used === null) {
    return "The browser does not say how much is stored.";
  }
  const limit = quota === null ? "" : ` of ${bytes(quota)}`;
  return `${bytes(used)}${limit} in use.`;
}

function promise({ persisted }: StorageHealth): string {
  switch (persisted) {
    case true:
      return "The browser keeps it until you delete it.";
    case false:
      return "When space runs out, the browser may delete it.";
    default:
      return "";
  }
}

function bytes(amount: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [amount, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
