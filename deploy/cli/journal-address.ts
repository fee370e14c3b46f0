import { parseActorId, parseTenant, type Address, type Kind } from "../../engine/contract/address.ts";
import { ConfigError } from "../config.ts";

/**
 * Parses the address that a journal command is given.
 * @throws {ConfigError} naming the part that is wrong.
 */
export function journalAddress(text: string, kinds: readonly string[]): Address {
  const [tenantText, kindText, idText, ...rest] = text.split("/");
  if (tenantText === undefined || kindText === undefined || idText === undefined || rest.length > 0)
    throw new ConfigError(
      `the address must be tenant/kind/id, such as shop/${kinds[0]}/LAMP; it is ${JSON.stringify(text)}`,
    );
  const tenant = parseTenant(tenantText);
  if (tenant === undefined)
    throw wrong(
      "tenant",
      "1 to 32 lower-case letters, digits and hyphens, beginning with a letter",
      tenantText,
    );
  if (!kinds.includes(kindText)) throw wrong("kind", `one of ${kinds.join(", ")}`, kindText);
  const id = parseActorId(idText);
  if (id === undefined)
    throw wrong(
      "id",
      "1 to 120 letters, digits, spaces and . _ : # @ ~ + -, beginning with a letter or digit",
      idText,
    );
  return { tenant, kind: kindText as Kind, id };
}

function wrong(part: string, rule: string, text: string): ConfigError {
  return new ConfigError(`the ${part} in the address must be ${rule}; it is ${JSON.stringify(text)}`);
}
