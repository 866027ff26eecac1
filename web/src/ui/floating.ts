/** The look of what floats: menus, popovers, dialogs. */
export const FLOATING =
  "z-50 rounded-lg border border-line bg-raised shadow-float motion-safe:animate-[parley-fade_var(--motion-base)_var(--ease-out)]";
