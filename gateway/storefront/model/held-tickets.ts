import type { TabMemory } from "./tab-memory.ts";

/** A place in the queue of a sale, as the browser keeps it. */
export interface HeldTicket {
  readonly sale: string;
  readonly number: number;
  readonly ticket: string;
  /** Whose it is: nobody else can use it. */
  readonly customer: string;
  /** The product that was waited for, and what it is called. */
  readonly sku: string;
  readonly title: string;
  /** Whether the shopper has come for their turn: has had the product in the cart. */
  readonly isUsed?: boolean;
}

/** Where a browser keeps them. */
export const TICKETS = "stampede.tickets";

// Whoever waits in more queues than these loses the oldest.
const TICKETS_MAX = 20;

/** The tickets that are kept, oldest first. What somebody else has written there counts as not there. */
export function heldTickets(memory: TabMemory): readonly HeldTicket[] {
  try {
    const value: unknown = JSON.parse(memory.getItem(TICKETS) ?? "[]");
    return Array.isArray(value) ? value.filter(isTicket) : [];
  } catch {
    return [];
  }
}

/** Keeps a ticket in place of the one that there was for its sale. */
export function holdTicket(memory: TabMemory, held: HeldTicket): void {
  const others = heldTickets(memory).filter(({ sale }) => sale !== held.sale);
  memory.setItem(TICKETS, JSON.stringify([...others, held].slice(-TICKETS_MAX)));
}

/** Notes that the shopper has come for their turn in a sale. */
export function markUsed(memory: TabMemory, sale: string): void {
  const tickets = heldTickets(memory).map((held) => (held.sale === sale ? { ...held, isUsed: true } : held));
  memory.setItem(TICKETS, JSON.stringify(tickets));
}

/** Forgets the ticket of a sale. */
export function dropTicket(memory: TabMemory, sale: string): void {
  const others = heldTickets(memory).filter((held) => held.sale !== sale);
  memory.setItem(TICKETS, JSON.stringify(others));
}

function isTicket(value: unknown): value is HeldTicket {
  if (typeof value !== "object" || value === null) return false;
  const { sale, number, ticket, customer, sku, title } = value as Record<keyof HeldTicket, unknown>;
  return (
    Number.isSafeInteger(number) &&
    [sale, ticket, customer, sku].every((part) => typeof part === "string" && part !== "") &&
    typeof title === "string"
  );
}
