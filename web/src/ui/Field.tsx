/** A field: label 12 above, the control 32 high, help and errors 12 below. The error is read out with the control. */
import { ChevronDown } from "lucide-react";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { cn } from "./cn";

export const CONTROL =
  "w-full rounded-md border border-line-strong bg-raised px-2.5 text-md text-1 transition-colors duration-(--motion-fast) max-tab:text-xl " +
  "aria-invalid:border-failed disabled:bg-inset disabled:text-3 focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-focus";

interface FieldProps {
  label: ReactNode;
  /** To the right of the label: "Optional", a link. */
  aside?: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  className?: string;
  children: (ids: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
  }) => ReactNode;
}

export function Field({ label, aside, help, error, className, children }: FieldProps) {
  const id = useId();
  const below = error ?? help;
  return (
    <div className={className}>
      <div className="mb-1 flex items-center gap-1.5 text-sm text-2">
        <label htmlFor={id}>{label}</label>
        {aside !== undefined && <span className="ml-auto text-3">{aside}</span>}
      </div>
      {children({
        id,
        "aria-describedby": below ? `${id}-below` : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {below && (
        <p
          id={`${id}-below`}
          role={error ? "alert" : undefined}
          className={cn("mt-1 text-sm text-pretty", error ? "text-failed" : "text-3")}
        >
          {below}
        </p>
      )}
    </div>
  );
}

interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>;
}

export function TextInput({ className, ...rest }: TextInputProps) {
  return <input className={cn(CONTROL, "h-8 max-tab:h-11", className)} {...rest} />;
}

/** The system's list of choices, with the arrow of our menus. */
export function SelectInput({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={cn("relative block", className)}>
      <select className={cn(CONTROL, "h-8 appearance-none truncate pr-8 max-tab:h-11")} {...rest} />
      <ChevronDown
        size={14}
        strokeWidth={1.75}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-2"
      />
    </span>
  );
}

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  ref?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ className, ...rest }: TextAreaProps) {
  return <textarea className={cn(CONTROL, "py-1.5 leading-5", className)} {...rest} />;
}
