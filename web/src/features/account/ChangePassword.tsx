"use client";
/** Changing the password ends every other session of this person. */
import { type FormEvent, useState } from "react";
import { useChangePassword } from "@/api/account";
import { fieldOf, messageOf } from "@/api/errors";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";

export function ChangePassword() {
  const change = useChangePassword();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const at = change.error ? fieldOf(change.error) : null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current_password: current, new_password: next },
      {
        onSuccess: () => {
          setCurrent("");
          setNext("");
        },
      },
    );
  };
  const message = change.error ? messageOf(change.error) : undefined;
  const atCurrent = at === "current_password";
  const atNew = at === "new_password" || at === "password";
  return (
    <form onSubmit={onSubmit} noValidate className="grid max-w-80 gap-3">
      {change.error && !atCurrent && !atNew && <Notice title="Not changed.">{message}</Notice>}
      <Field label="Current password" error={atCurrent ? message : undefined}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <Field label="New password" error={atNew ? message : undefined} help="At least 8 characters">
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        )}
      </Field>
      <div className="flex items-center gap-3">
        <Button
          type="submit"
          disabled={change.isPending || current === "" || next === ""}
          title="Fill in both passwords"
        >
          Change password
        </Button>
        {change.isSuccess && (
          <span role="status" className="text-sm text-done">
            Changed. Other windows were logged out.
          </span>
        )}
      </div>
    </form>
  );
}
