import { parseActorId, parseTenant } from "../../engine/contract/address.ts";
import { CART_PATTERN } from "../protocol/bounds.ts";
import { endOfLife } from "./sessions.ts";
import { signingKey, signSession } from "./session-token.ts";

/** Longest life of an operator's token, milliseconds. */
export const OPERATOR_TOKEN_MS_MAX = 24 * 60 * 60 * 1000;

/** Whom an operator's token is for. */
export interface OperatorTokenOptions {
  readonly tenant: string;
  readonly nowMs: number;
  /** Milliseconds; one hour unless told, at most {@link OPERATOR_TOKEN_MS_MAX}. */
  readonly lifeMs?: number;
  /** Name of the operator, an actor id. */
  readonly operator?: string;
  /** The operator's own cart. */
  readonly cart?: string;
}

/**
 * Makes a short-lived token for tools that run the shop.
 * @throws RangeError when the secret is too short, or the tenant, an id or the life cannot be.
 */
export function mintOperatorToken(secret: string, options: OperatorTokenOptions): Promise<string> {
  const lifeMs = options.lifeMs ?? 60 * 60 * 1000;
  if (!(lifeMs >= 1000 && lifeMs <= OPERATOR_TOKEN_MS_MAX)) {
    throw new RangeError(`lifeMs must be from 1000 to ${OPERATOR_TOKEN_MS_MAX}`);
  }
  const tenant = parseTenant(options.tenant);
  const customer = parseActorId(options.operator ?? "operator");
  const cartText = options.cart ?? "operator";
  const cart = CART_PATTERN.test(cartText) ? parseActorId(cartText) : undefined;
  if (tenant === undefined) throw new RangeError(`${options.tenant} is not a tenant`);
  if (customer === undefined) throw new RangeError("operator is not an id");
  if (cart === undefined) throw new RangeError("cart is not the id of a cart");
  const expiresAtMs = endOfLife(options.nowMs, lifeMs);
  const session = { tenant, role: "operator", customer, cart, expiresAtMs } as const;
  return signSession(signingKey(secret), session, options.nowMs);
}
