import { DocumentSchemas, type Tree } from "./document-schemas.ts";

/** What a request has besides its method and its path as the document names it. */
export interface Call {
  /** The values of the path's parameters. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Data, or a text that is sent as it is. */
  readonly body?: unknown;
}

type Answer = Readonly<Record<string, unknown>>;

let keys = 0;

/** Requests of one shopper, each held against the document of the API with what is answered. */
export class DocumentedCalls {
  /** Where the shop and its document differ. */
  readonly faults: unknown[] = [];
  readonly #schemas = new DocumentSchemas("docs/openapi.json");
  readonly #url: string;
  readonly #cookie: string;
  /** Operations that were done, and those that were refused. */
  readonly #seen = new Set<string>();

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async begin(url: string): Promise<DocumentedCalls> {
    const session = await fetch(`${url}/v1/session`);
    return new DocumentedCalls(url, session.headers.get("set-cookie")?.split(";")[0] ?? "");
  }

  /** Every operation of the document that was not done, or not refused. */
  get missing(): readonly string[] {
    return Object.entries(this.#paths).flatMap(([path, item]) =>
      Object.keys(item).flatMap((method) =>
        ["done", "refused"]
          .map((result) => `${method.toUpperCase()} ${path} ${result}`)
          .filter((each) => !this.#seen.has(each)),
      ),
    );
  }

  read(path: string, call: Call): Promise<Answer> {
    return this.done("GET", path, call);
  }

  /** Asks for what is done, and returns the answer. */
  async done(method: string, path: string, call: Call): Promise<Answer> {
    this.#checkBody(method, path, call);
    const { status, answer } = await this.#ask(method, path, call);
    if (status >= 400) this.faults.push([method, path, "was refused", answer]);
    return answer;
  }

  /** Asks for what is refused with this code. */
  async refused(method: string, path: string, call: Call, code: string): Promise<void> {
    const { answer } = await this.#ask(method, path, call);
    if (answer["code"] !== code) this.faults.push([method, path, `was not refused as ${code}`, answer]);
  }

  /** Asks with this value of a parameter: it is to be refused if, and only if, it is wrong by the document. */
  async sameAtBound(method: "get" | "delete", path: string, name: string, value: unknown): Promise<void> {
    const parameters = Object.entries(this.#paths[path]?.[method]?.["parameters"] ?? {});
    const [index = ""] = parameters.find(([, parameter]) => (parameter["name"] as unknown) === name) ?? [];
    const schema = ["paths", path, method, "parameters", index, "schema"];
    const isWrong = this.#schemas.faults(schema, value).length > 0;
    const text = encodeURIComponent(String(value));
    const call = path.includes(`{${name}}`) ? { path: { [name]: text } } : { query: `${name}=${text}` };
    const { status, answer } = await this.#ask(method.toUpperCase(), path, call);
    if (isWrong !== (status === 422)) this.faults.push([path, name, value, isWrong, answer]);
  }

  get #paths(): Tree {
    return this.#schemas.document["paths"] ?? {};
  }

  async #ask(
    method: string,
    path: string,
    { path: values = {}, query, headers, body }: Call,
  ): Promise<{ readonly status: number; readonly answer: Answer }> {
    const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? "");
    keys += 1;
    const response = await fetch(`${this.#url}${address}${query === undefined ? "" : `?${query}`}`, {
      method,
      headers: {
        cookie: this.#cookie,
        ...(method === "GET" ? {} : { "idempotency-key": `documented-${keys}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer;
    this.#check(method, path, response, answer);
    return { status: response.status, answer };
  }

  #check(method: string, path: string, response: Response, answer: Answer): void {
    const responses = ["paths", path, method.toLowerCase(), "responses"];
    const told = this.#paths[path]?.[method.toLowerCase()]?.["responses"] ?? {};
    const status = String(response.status) in told ? String(response.status) : "default";
    if (status === "default" && response.ok) this.faults.push([method, path, response.status, "is not told"]);
    const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (told[status]?.["content"]?.[type] === undefined) {
      this.faults.push([method, path, status, `is ${type}`]);
      return;
    }
    const found = this.#schemas.faults([...responses, status, "content", type, "schema"], answer);
    if (found.length > 0) this.faults.push([method, path, response.status, answer, found]);
    this.#seen.add(`${method} ${path} ${response.ok ? "done" : "refused"}`);
  }

  #checkBody(method: string, path: string, { body }: Call): void {
    const told = this.#paths[path]?.[method.toLowerCase()]?.["requestBody"];
    if ((told === undefined) !== (body === undefined)) this.faults.push([method, path, "body", body]);
    if (told === undefined) return;
    const place = ["paths", path, method.toLowerCase(), "requestBody", "content", "application/json"];
    const found = this.#schemas.faults([...place, "schema"], body);
    if (found.length > 0) this.faults.push([method, path, body, found]);
  }
}
