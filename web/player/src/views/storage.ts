/** Where the library is kept, and whether the browser keeps it. */
import type { Core, StorageHealth } from "@music-platform-core/web";
import { button } from "../buttons.ts";
import { byId, h } from "../dom.ts";
import { noteFocus } from "../focus.ts";
import { damaged } from "../standing.ts";
import { toast } from "../toasts.ts";

/** A few lines about the storage, with a button where something can be done; `renew` reads it anew. */
export async function storage(
  core: Core,
): Promise<{ element: HTMLElement; renew(): Promise<void> }> {
  const element = h("div");
  const renew = async (): Promise<void> => {
    const health = await core.storage();
    const giveBack = noteFocus(byId("main"));
    element.replaceChildren(section(health, keep));
    giveBack();
  };
  const keep = async (): Promise<void> => {
    if (await core.persist()) {
      await renew();
      toast({ title: "The browser keeps the library from now on" });
    } else {
      toast({
        title: "The browser has not promised to keep it",
        text: "Browsers do so for pages that are used often, installed, or bookmarked.",
      });
    }
  };
  await renew();
  return { element, renew };
}

function section(health: StorageHealth, keep: () => Promise<void>): HTMLElement {
  return h(
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
    health.damage.length > 0 && h("p", { class: "warning" }, damaged(health)),
    health.persisted !== true && button("", keep, "Keep it"),
  );
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
