/**
 * The outcome of `promise`, or a rejection with what `late` makes if it takes longer than `deadlineMs`. What the promise
 * comes to later is ignored.
 */
export async function withinDeadline<Value>(
  promise: PromiseLike<Value>,
  deadlineMs: number,
  late: () => Error,
): Promise<Value> {
  let timer: Timer | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), deadlineMs);
  });
  try {
    return await Promise.race([promise, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
