"use client";
/** Log in or register, in one place. Errors stand at their field. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLogin, useRegister } from "@/api/account";
import { fieldOf, messageOf } from "@/api/errors";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { Mark } from "@/ui/Mark";
import { Notice } from "@/ui/Notice";

export type SignInMode = "login" | "register";

interface Props {
  mode: SignInMode;
  onMode: (mode: SignInMode) => void;
  onDone: () => void;
}

const FIELDS = ["username", "email", "password"];

export function SignIn({ mode, onMode, onDone }: Props) {
  const login = useLogin();
  const register = useRegister();
  const [values, setValues] = useState({ username: "", email: "", password: "" });
  const registering = mode === "register";
  const act = registering ? register : login;
  const at = act.error ? fieldOf(act.error) : null;
  const errorAt = (field: string) => (at === field ? messageOf(act.error) : undefined);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (at !== null && act.isError)
      form.current?.querySelector<HTMLInputElement>(`input[name="${CSS.escape(at)}"]`)?.focus();
  }, [at, act.isError]);
  const set = (field: keyof typeof values) => (event: { target: { value: string } }) =>
    setValues((now) => ({ ...now, [field]: event.target.value }));

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const { username, email, password } = values;
    if (registering) register.mutate({ username, email, password }, { onSuccess: onDone });
    else login.mutate({ username, password }, { onSuccess: onDone });
  };
  const change = () => {
    login.reset();
    register.reset();
    onMode(registering ? "login" : "register");
    // What was typed stays, and the first field has the focus.
    form.current?.querySelector("input")?.focus();
  };

  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="grid w-full max-w-80 gap-4">
      <span className="flex items-center gap-2 text-lg font-semibold tracking-[-0.01em]">
        <Mark />
        Parley
      </span>
      <h1 className="text-2xl font-semibold tracking-[-0.018em]">{registering ? "Create an account" : "Log in"}</h1>
      {act.error && !(at !== null && FIELDS.includes(at)) && (
        <Notice title={registering ? "No account was made." : "Not logged in."}>{messageOf(act.error)}</Notice>
      )}
      <Field label={registering ? "Username" : "Username or e-mail"} error={errorAt("username")}>
        {(ids) => (
          <TextInput
            {...ids}
            name="username"
            autoFocus
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={values.username}
            onChange={set("username")}
          />
        )}
      </Field>
      {registering && (
        <Field label="E-mail" error={errorAt("email")}>
          {(ids) => (
            <TextInput
              {...ids}
              name="email"
              type="email"
              autoComplete="email"
              required
              value={values.email}
              onChange={set("email")}
            />
          )}
        </Field>
      )}
      <Field label="Password" error={errorAt("password")} help={registering ? "At least 8 characters" : undefined}>
        {(ids) => (
          <TextInput
            {...ids}
            name="password"
            type="password"
            autoComplete={registering ? "new-password" : "current-password"}
            required
            value={values.password}
            onChange={set("password")}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" disabled={act.isPending} title={act.isPending ? "One moment" : undefined}>
        {registering ? "Create account" : "Log in"}
      </Button>
      <p className="text-2">
        {registering ? "You have an account already?" : "You have no account yet?"}{" "}
        <button type="button" onClick={change} className="font-medium text-accent hover:underline">
          {registering ? "Log in" : "Create one"}
        </button>
      </p>
    </form>
  );
}
