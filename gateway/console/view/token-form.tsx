import type { JSX } from "preact";
import { useRef } from "preact/hooks";

/** Asks for the admin token. */
export function TokenForm({
  isWrong,
  unlock,
}: {
  readonly isWrong: boolean;
  readonly unlock: (token: string) => void;
}): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <main class="lock">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          unlock(field.current?.value.trim() ?? "");
        }}
      >
        <h1>{document.title}</h1>
        <p>
          It asks for the admin token of this cluster: what is set as <code>STAMPEDE_ADMIN_TOKEN</code>, else
          what is in the file <code>admin-token</code> of the shop's data directory.
        </p>
        <label for="token">Admin token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          aria-invalid={isWrong}
          aria-describedby="token-fault token-hint"
        />
        <p id="token-fault" class="fault" role="status">
          {isWrong && "That is not the token of this cluster."}
        </p>
        <button type="submit">Open the console</button>
        <p id="token-hint" class="fine">
          This tab keeps it until it is closed. It is sent to this node only, and is in no address.
        </p>
      </form>
    </main>
  );
}
