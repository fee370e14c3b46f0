/** The lines of a stream, also empty ones. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let left = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (left + decoder.decode(value, { stream: true })).split("\n");
      left = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    // Whoever stops reading leaves the stream.
    reader.cancel().catch(() => undefined);
  }
}
