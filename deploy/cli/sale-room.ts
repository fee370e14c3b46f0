import { type Command, InvalidArgumentError } from "commander";
import { ADMISSION_MS_MAX, ADMISSION_MS_MIN, ADMIT_PER_MINUTE_MAX } from "../../gateway/protocol/bounds.ts";
import type { AdmitOptions } from "../sale/admit-people.ts";
import type { RoomWish } from "../sale/plan-queue.ts";
import { addShopOptions } from "./options.ts";
import { saleId } from "./sale-options.ts";
import { type SaleTime, saleTime } from "./sale-time.ts";

/** Options of `sale create` that tell of its waiting room. */
export interface RoomOptions {
  readonly waitingRoom?: boolean;
  readonly admit?: number;
  readonly opens?: SaleTime;
  readonly admissionMinutes?: number;
}

const MINUTE_MS = 60_000;

/** Adds the options of {@link RoomOptions}. */
export function addRoomOptions(command: Command): Command {
  return command
    .option("--waiting-room", "sell to those only who were let in, at the rate of --admit")
    .option(
      "--admit <rate>",
      "how many people are let in per minute, such as 600/min; 0 for nobody",
      admitRate,
    )
    .option(
      "--opens <time>",
      "when people may come to the waiting room, like --starts (of a new one: now); those who are there at the start are shuffled",
      saleTime,
    )
    .option(
      "--admission-minutes <minutes>",
      "how long whoever is let in may buy (of a new one: 10)",
      admissionMinutes,
    );
}

/** What is wanted of the waiting room; undefined when nothing is said of one. */
export function roomWish({
  waitingRoom,
  admit,
  opens,
  admissionMinutes: minutes,
}: RoomOptions): RoomWish | undefined {
  if ([waitingRoom, admit, opens, minutes].every((given) => given === undefined)) return undefined;
  return {
    isWanted: waitingRoom === true,
    opens,
    admitPerMinute: admit,
    admissionMs: minutes === undefined ? undefined : minutes * MINUTE_MS,
  };
}

/** Adds `stampede sale admit`. */
export function registerAdmit(sale: Command): void {
  const command = sale
    .command("admit")
    .description(
      "Change how many people the waiting room of a sale lets in per minute; 0 lets nobody in for now.",
    )
    .argument("<sale>", "its id", saleId)
    .argument("<rate>", "such as 1200/min, or 0", admitRate);
  addShopOptions(command)
    .option("--dry-run", "only show what would change, from what to what")
    .addHelpText(
      "after",
      `
Whoever was let in may go on buying, and a change gives those whose turn it is the whole of their time again: also after a
time in which nobody could buy. At 6/min one is let in every ten seconds, the first after ten.

Ends with 0 when it is done or there was nothing to do, 1 failed, 2 wrong use (also a sale without a waiting room).

Example: stampede sale admit friday 1200/min`,
    )
    .action(async (id: string, rate: number, options: AdmitOptions) => {
      const { admitPeople } = await import("../sale/admit-people.ts");
      await admitPeople(id, rate, options);
    });
}

/** Parses a rate: `600/min`, `10/s` or 0. */
export function admitRate(text: string): number {
  const [, count = "", unit] = /^(\d{1,8})(?:\/(min|s))?$/.exec(text) ?? [];
  const perMinute = Number(count) * (unit === "s" ? 60 : 1);
  const isRate = count !== "" && (unit !== undefined || perMinute === 0);
  if (isRate && perMinute <= ADMIT_PER_MINUTE_MAX) return perMinute;
  if (unit === undefined && perMinute > 0 && perMinute <= ADMIT_PER_MINUTE_MAX)
    throw new InvalidArgumentError(`It must say per minute or per second: ${text}/min or ${text}/s.`);
  throw new InvalidArgumentError(
    `It must be people per minute or second, such as 600/min or 10/s, at most ${ADMIT_PER_MINUTE_MAX}/min, or 0.`,
  );
}

function admissionMinutes(text: string): number {
  const minutes = /^\d{1,4}(?:\.\d)?$/.test(text) ? Number(text) : Number.NaN;
  const ms = minutes * MINUTE_MS;
  if (ms >= ADMISSION_MS_MIN && ms <= ADMISSION_MS_MAX) return minutes;
  throw new InvalidArgumentError(`It must be a number of minutes, at most ${ADMISSION_MS_MAX / MINUTE_MS}.`);
}
