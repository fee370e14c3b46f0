import { parseActorId } from "../../engine/contract/address.ts";
import type { GatewayProblemCode } from "./problems.ts";
import { isPlainText } from "./bounds.ts";

/** What is wrong with a value: the field's path and one sentence. */
export type Fault = {
  readonly code: Extract<GatewayProblemCode, "unknown_field" | "missing_field" | "invalid_field">;
  readonly field: string;
  readonly detail: string;
};

/** Looks at one value. Returns undefined when it is right. */
export type Check = (value: unknown, field: string) => Fault | undefined;

/** The fields of an object, by name; those in `optional` may be missing. */
export type Fields = {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
};

// Names of fields come from clients: a long one is not worth repeating whole.
const FIELD_NAME_SHOWN_MAX = 64;

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): Check {
  return (value, field) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : invalid(field, `must be a whole number from ${min} to ${max}`);
}

/** A whole number from `-max` to `max` that is not 0. */
export function change(max: number): Check {
  return (value, field) =>
    typeof value === "number" && Number.isInteger(value) && value !== 0 && Math.abs(value) <= max
      ? undefined
      : invalid(field, `must be a whole number from ${-max} to ${max}, but not 0`);
}

/** A text for people of `min` to `max` characters. */
export function plainText(min: number, max: number): Check {
  return (value, field) =>
    typeof value === "string" && value.length >= min && value.length <= max && isPlainText(value)
      ? undefined
      : invalid(field, `must be a text of ${min} to ${max} characters without control characters`);
}

/** A text that matches `pattern`; `wish` completes the sentence "… must be". */
export function matching(pattern: RegExp, wish: string): Check {
  return (value, field) =>
    typeof value === "string" && pattern.test(value) ? undefined : invalid(field, `must be ${wish}`);
}

/** Any text of 1 to `max` characters. */
export function opaque(max: number): Check {
  return (value, field) =>
    typeof value === "string" && value.length >= 1 && value.length <= max
      ? undefined
      : invalid(field, `must be a text of 1 to ${max} characters`);
}

/** Yes or no. */
export function flag(value: unknown, field: string): Fault | undefined {
  return typeof value === "boolean" ? undefined : invalid(field, "must be true or false");
}

/** The id of an actor. */
export function actorId(value: unknown, field: string): Fault | undefined {
  return typeof value === "string" && parseActorId(value) !== undefined
    ? undefined
    : invalid(field, "must be 1 to 120 letters, digits, inner spaces or any of ._:#@~+-");
}

/** `null`, or what `check` wants. */
export function nullable(check: Check): Check {
  return (value, field) => (value === null ? undefined : check(value, field));
}

/** A list of `min` to `max` entries. */
export function list(entry: Check, min: number, max: number): Check {
  return (value, field) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      return invalid(field, `must be a list of ${min} to ${max} entries`);
    }
    for (let index = 0; index < value.length; index++) {
      const fault = entry(value[index], `${field}[${index}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** An object with exactly these fields. `rule` looks at fields together once each is right by itself. */
export function record(fields: Fields, rule?: (value: object, field: string) => Fault | undefined): Check {
  const check = compile(fields);
  return (value, field) => {
    if (!isRecord(value)) return invalid(field, "must be an object");
    return check(value, `${field}.`) ?? rule?.(value, field);
  };
}

/** Makes a check of an object's fields; `prefix` goes before the names in faults. */
export function compile(fields: Fields): (value: object, prefix: string) => Fault | undefined {
  const checks = new Map(Object.entries({ ...fields.required, ...fields.optional }));
  const required = Object.keys(fields.required);
  return (value, prefix) => {
    // for…in over what JSON.parse made: own fields only, `__proto__` among them when a client sent it.
    for (const name in value) {
      const check = checks.get(name);
      if (check === undefined) return unknownField(prefix, name);
      const fault = check(value[name as keyof typeof value], prefix === "" ? name : prefix + name);
      if (fault !== undefined) return fault;
    }
    for (const name of required) {
      if (!Object.hasOwn(value, name)) {
        const field = prefix + name;
        return { code: "missing_field", field, detail: `${field} is missing.` };
      }
    }
    return undefined;
  };
}

/** Whether a decoded JSON value is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fault of a field with a wrong value; `wish` completes the sentence that starts with its name. */
export function invalid(field: string, wish: string): Fault {
  return { code: "invalid_field", field, detail: `${field} ${wish}.` };
}

function unknownField(prefix: string, name: string): Fault {
  const field = prefix + name.slice(0, FIELD_NAME_SHOWN_MAX).toWellFormed();
  return { code: "unknown_field", field, detail: `${field} is not a known field.` };
}
