/** What ran to keep an account in line, the latest first, and how it ended. */
import type { Account, Core, SyncJob } from "@music-platform-core/web";
import { button, closing } from "./buttons.ts";
import { openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { count, details } from "./format.ts";
import { sentence } from "./remedies.ts";

/** How many syncs are shown at a time. */
const LIMIT = 10;

const WHY: Record<SyncJob["trigger"], string> = {
  user: "asked for",
  opened: "as the player was opened",
  signed_in: "after the sign-in",
  scheduled: "by itself",
  changed: "as something had changed",
};

/** Opens a dialog about the syncs of `account`. */
export async function showHistory(core: Core, account: Account): Promise<void> {
  const list = h("ol", { class: "failed-files" });
  const more = button("", () => read(), "Earlier");
  let after: string | null = null;
  const read = async (): Promise<void> => {
    const query = { account: account.id, limit: LIMIT, after: after ?? undefined };
    const { items, next } = await core.sync.history(query);
    after = next;
    more.hidden = next === null;
    list.append(...items.map(row));
  };
  await read();
  openDialog(
    `Syncs of ${account.label ?? account.provider}`,
    list.firstElementChild ? list : h("p", {}, "Nothing ran yet."),
    more,
    closing(),
  );
}

function row(job: SyncJob): HTMLElement {
  return h(
    "li",
    {},
    h("b", {}, `${new Date(job.started_at).toLocaleString()}, ${WHY[job.trigger]}`),
    h("span", {}, outcome(job)),
    job.error !== null && h("span", { class: "warning" }, sentence(job.error)),
  );
}

/** How a sync ended, and what it did. */
export function outcome({ state, counts }: SyncJob): string {
  switch (state) {
    case "pending":
      return "Waits for a network.";
    case "running":
      return "Is under way.";
    case "interrupted":
      return "The page was closed before it ended; the next one went on from there.";
    default:
      break;
  }
  const ends = { completed: "In line", failed: "Failed", cancelled: "Stopped" };
  const much = (number: number, what: string): string | false => number > 0 && `${number} ${what}`;
  return details(
    ends[state],
    counts && much(counts.added, "added"),
    counts && much(counts.updated, "updated"),
    counts && much(counts.moved, "moved"),
    counts && much(counts.removed, "removed"),
    counts && much(counts.failed, "not read"),
    counts && counts.requests > 0 && count(counts.requests, "request"),
  );
}
