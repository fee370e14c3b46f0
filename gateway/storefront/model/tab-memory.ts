/** The part of `sessionStorage` that is needed. */
export type TabMemory = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const PROBE = "stampede.probe";

/**
 * What the tab remembers over a reload. A browser that is told to keep nothing throws already where the memory is asked
 * for; the page then remembers for as long as it lives.
 */
export function tabMemory(open: () => TabMemory): TabMemory {
  try {
    const memory = open();
    memory.setItem(PROBE, "");
    memory.removeItem(PROBE);
    return memory;
  } catch {
    return pageMemory();
  }
}

function pageMemory(): TabMemory {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}
