import { countText } from "../../bench/figures/figures-text.ts";
import { interruptible, unlessInterrupted } from "../../bench/interruption/interruption.ts";
import { readOrdersAtOneMoment, type OrdersAtOneMoment } from "../../persistence/postgres/orders.ts";
import { timeText } from "../cli/field-layout.ts";
import type { OrdersExportOptions } from "../cli/orders.ts";
import { Output } from "../cli/output.ts";
import { progress } from "../cli/progress.ts";
import { openJournalDatabase } from "../cli/journal-database.ts";
import type { ShopDatabase } from "../cli/shop-database.ts";
import { systemClock } from "../system-clock.ts";
import { checkEnding } from "./file-ending.ts";
import { shopJournal } from "./order-history.ts";
import { exportedLines, LINE_FORMATS } from "./order-lines.ts";
import { orderSelection } from "./order-selection.ts";
import { catchUpWithJournal } from "./read-models.ts";
import { readReturnedUnits } from "./returned-units.ts";
import { writeWholeFile, type TextSink } from "./whole-file.ts";

/** What an export came to. */
interface ExportReport {
  readonly orders: number;
  readonly lines: number;
  /** Everything from before this time is in it, milliseconds since the epoch. */
  readonly asOfMs: number;
}

/** Writes the orders that are wanted to a file, or to standard output. */
export async function exportShopOrders(
  file: string | undefined,
  options: OrdersExportOptions,
): Promise<void> {
  const selection = orderSelection(options);
  if (file !== undefined) checkEnding(file, options.format);
  await interruptible(async (signal) => {
    const write = async (sink: TextSink): Promise<ExportReport> => {
      const shop = await openJournalDatabase(options.data);
      try {
        return await exportTo(sink, shop, { selection, format: options.format, signal });
      } finally {
        await shop.close();
      }
    };
    if (file === undefined) {
      const output = new Output();
      const report = await write(output);
      if (!output.closed) process.stderr.write(`${reportText(report)}\n`);
      return;
    }
    let report: ExportReport | undefined;
    await writeWholeFile(file, { replaces: options.force === true }, async (sink) => {
      report = await write(sink);
    });
    if (report === undefined) return;
    const text =
      options.json === true ? JSON.stringify({ file, ...report }) : `${file}: ${reportText(report)}`;
    process.stdout.write(`${text}\n`);
  });
}

interface ExportTask {
  readonly selection: ReturnType<typeof orderSelection>;
  readonly format: OrdersExportOptions["format"];
  readonly signal: AbortSignal;
}

async function exportTo(
  sink: TextSink,
  shop: ShopDatabase,
  { selection, format, signal }: ExportTask,
): Promise<ExportReport> {
  const asOfMs = systemClock.nowMs();
  const shown = progress("waiting for the tables for queries");
  await unlessInterrupted(
    signal,
    catchUpWithJournal(shop, (segments) => shown.update(segments, "segments behind the journal")),
  );
  const lineFormat = LINE_FORMATS[format];
  let [orders, lines] = [0, 0];
  const journal = shopJournal(shop);
  try {
    const write = async ({ positions, pages }: OrdersAtOneMoment): Promise<void> => {
      const looking = progress("looking for returns in segments");
      const returned = await readReturnedUnits(journal, {
        positions,
        sinceMs: selection.sinceMs ?? 0,
        signal,
        progress: (segments) => looking.update(segments),
      });
      const writing = progress("exporting orders");
      await sink.write(lineFormat.head);
      for await (const page of pages) {
        signal.throwIfAborted();
        if (sink.closed === true) break;
        const rows = page.flatMap((order) => exportedLines(order, returned));
        await sink.write(rows.map((row) => lineFormat.line(row)).join(""));
        orders += page.length;
        lines += rows.length;
        writing.update(orders);
      }
      writing.finish();
    };
    await readOrdersAtOneMoment(shop.database, selection, write, signal);
  } finally {
    await journal.close();
  }
  return { orders, lines, asOfMs };
}

function reportText({ orders, lines, asOfMs }: ExportReport): string {
  return `${countText(orders)} orders in ${countText(lines)} lines, with everything from before ${timeText(asOfMs)}`;
}
